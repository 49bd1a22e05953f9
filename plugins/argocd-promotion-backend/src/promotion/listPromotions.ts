import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  PromotionState,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { PromotionAccess } from './PromotionAccess';
import { PageCursor, PromotionStore } from './store/PromotionStore';
import { StoredPromotionSummary } from './types';
import { toSummary } from './view';

const BATCH = 100;

const deploymentKey = ({
  entityRef,
  environment,
}: {
  entityRef: string;
  environment: string;
}) => `${entityRef}#${environment}`;

/** A page of what the asker may read. Neither its size nor its cursor tells of promotions that they may not read. */
export async function listPromotions(options: {
  store: PromotionStore;
  access: PromotionAccess;
  credentials: BackstageCredentials;
  filter: { entityRef?: string; environment?: string; state?: PromotionState };
  cursor?: string;
  limit: number;
}): Promise<{ items: PromotionSummary[]; nextCursor?: string }> {
  const { store, access, credentials, filter, limit } = options;
  const decided = new Map<string, boolean>();
  const found: StoredPromotionSummary[] = [];
  let after =
    options.cursor === undefined ? undefined : decodeCursor(options.cursor);
  // One more than asked for tells whether there is another page.
  while (found.length <= limit) {
    const batch = await store.list({ ...filter, after, limit: BATCH });
    await decide(batch, decided, refs => access.mayRead(credentials, refs));
    found.push(
      ...batch.filter(promotion => decided.get(deploymentKey(promotion))),
    );
    if (batch.length < BATCH) break;
    after = batch[batch.length - 1];
  }
  const page = found.slice(0, limit);
  const items = page.map(toSummary);
  return found.length > limit
    ? { items, nextCursor: encodeCursor(page[page.length - 1]) }
    : { items };
}

async function decide(
  batch: StoredPromotionSummary[],
  decided: Map<string, boolean>,
  mayRead: (refs: StoredPromotionSummary[]) => Promise<boolean[]>,
): Promise<void> {
  const fresh = new Map(
    batch.map(promotion => [deploymentKey(promotion), promotion]),
  );
  const open = [...fresh].filter(([key]) => !decided.has(key));
  const answers = await mayRead(open.map(([, promotion]) => promotion));
  open.forEach(([key], index) => decided.set(key, answers[index]));
}

function encodeCursor({ createdAt, id }: PageCursor): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

function decodeCursor(cursor: string): PageCursor {
  try {
    const [createdAt, id] = JSON.parse(
      Buffer.from(cursor, 'base64url').toString(),
    ) as unknown[];
    if (typeof createdAt === 'string' && /^[0-9a-f-]{36}$/.test(String(id)))
      return { createdAt, id: String(id) };
  } catch {
    // Said below.
  }
  throw new InputError(
    "The 'cursor' is none that this API gave; leave it out to begin at the newest",
  );
}
