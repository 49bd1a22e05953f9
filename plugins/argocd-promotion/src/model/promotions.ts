import {
  Gate,
  PromotionEvent,
  PromotionState,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';
import { isActive } from './arrows';
import { duration } from './time';
import { dotted } from './text';

/** How a promotion stands, in a word. */
export function promotionWord(state: PromotionState): {
  tone: Tone;
  word: string;
} {
  switch (state) {
    case 'waiting':
      return { tone: 'wait', word: 'Waiting for gates' };
    case 'delivering':
      return { tone: 'wait', word: 'Writing to git' };
    case 'in-review':
      return { tone: 'wait', word: 'In review' };
    case 'syncing':
      return { tone: 'wait', word: 'Syncing' };
    case 'verifying':
      return { tone: 'wait', word: 'Being verified' };
    case 'succeeded':
      return { tone: 'ok', word: 'Succeeded' };
    case 'failed':
      return { tone: 'bad', word: 'Failed' };
    case 'rejected':
      return { tone: 'bad', word: 'Rejected' };
    case 'cancelled':
      return { tone: 'none', word: 'Cancelled' };
    case 'superseded':
      return { tone: 'none', word: 'Replaced by a newer one' };
    case 'unchanged':
      return { tone: 'none', word: 'Nothing to change' };
    default:
      return { tone: 'unknown', word: 'State unknown' };
  }
}

/** One of the six steps of the strip. */
export interface Step {
  key: 'planned' | 'gates' | 'delivered' | 'review' | 'sync' | 'verified';
  title: string;
  state: 'done' | 'now' | 'failed' | 'stopped' | 'skipped' | 'ahead';
  /** What this step waits for, or what it left behind. */
  note?: string;
}

const AT: Partial<Record<PromotionState, number>> = {
  waiting: 1,
  delivering: 2,
  'in-review': 3,
  syncing: 4,
  verifying: 5,
  succeeded: 6,
};

/** The step at which a promotion ended: told by its events, else by what it left in git. */
function endedAt(
  promotion: PromotionSummary,
  events: PromotionEvent[],
): number {
  for (const event of [...events].reverse()) {
    const step = AT[event.state];
    if (step !== undefined && step < 6) return step;
  }
  if (promotion.commit) return 4;
  if (promotion.pullRequest) return 3;
  return promotion.state === 'failed' ? 2 : 1;
}

/** What the step says when it is done. */
function traces(
  promotion: PromotionSummary,
): Record<Step['key'], string | undefined> {
  const { commit, pullRequest } = promotion;
  const sha = commit && `commit ${commit.sha.slice(0, 7)}`;
  const number = pullRequest && `pull request #${pullRequest.number}`;
  return {
    planned: undefined,
    gates: undefined,
    delivered: promotion.delivery === 'commit' ? sha : number,
    review: promotion.delivery === 'commit' ? undefined : sha,
    sync: undefined,
    verified:
      promotion.state === 'succeeded' && !promotion.rebuilt
        ? 'pods run the digest'
        : undefined,
  };
}

/** The six steps: Planned, Gates, Commit or Pull request, Review, Sync, Verified. */
export function promotionSteps(
  promotion: PromotionSummary,
  gates: Gate[] = [],
  events: PromotionEvent[] = [],
): Step[] {
  const active = isActive(promotion.state);
  const at = AT[promotion.state] ?? endedAt(promotion, events);
  const notes = traces(promotion);
  const titles: Array<[Step['key'], string]> = [
    ['planned', 'Planned'],
    ['gates', 'Gates'],
    ['delivered', promotion.delivery === 'commit' ? 'Commit' : 'Pull request'],
    ['review', 'Review'],
    ['sync', 'Sync'],
    ['verified', 'Verified'],
  ];
  const waiting = gates.filter(gate => gate.state !== 'passed');
  return titles.map(([key, title], index) => {
    if (key === 'review' && promotion.delivery === 'commit') {
      return { key, title, state: 'skipped', note: 'not needed' };
    }
    if (index < at) return { key, title, state: 'done', note: notes[key] };
    if (index > at) return { key, title, state: 'ahead' };
    if (active) {
      const note =
        promotion.message ||
        (key === 'gates'
          ? waiting.map(gate => gate.reason).join(', ')
          : undefined);
      return { key, title, state: 'now', note };
    }
    const broken =
      promotion.state === 'failed' || promotion.state === 'rejected';
    return {
      key,
      title,
      state: broken ? 'failed' : 'stopped',
      note: promotion.message,
    };
  });
}

/** `dev → staging`, or `staging` for one that came from nowhere else. */
export function promotionRoute(promotion: PromotionSummary): string {
  return promotion.from
    ? `${promotion.from} → ${promotion.environment}`
    : promotion.environment;
}

/** What it is linked to, in words. */
export function linkPhrase(promotion: PromotionSummary): string | undefined {
  if (!promotion.linkedTo) return undefined;
  return promotion.linkedTo.relation === 'rollback'
    ? 'rolls back an earlier promotion'
    : 'tries an earlier one again';
}

/** What an entry of the history says after the people: how it was carried, what it is linked to, how it ended. */
export function promotionFacts(promotion: PromotionSummary): string {
  const took = duration(promotion.createdAt, promotion.endedAt ?? '');
  const carrier =
    (promotion.pullRequest &&
      `pull request #${promotion.pullRequest.number}`) ??
    (promotion.commit && `commit ${promotion.commit.sha.slice(0, 7)}`);
  const ended =
    promotion.state === 'succeeded' && !promotion.rebuilt
      ? took && `verified in ${took}`
      : promotion.message || promotionWord(promotion.state).word;
  // Of one under way, the strip above the list tells the step it is at.
  const outcome = isActive(promotion.state) ? undefined : ended;
  const train = promotion.trainId ? 'in a train' : undefined;
  return dotted(carrier, train, linkPhrase(promotion), outcome);
}

/** Both lists as one, newest first; of the same promotion what `newer` says. */
export function mergePromotions(
  older: PromotionSummary[],
  newer: PromotionSummary[],
): PromotionSummary[] {
  const known = new Map(
    [...older, ...newer].map(promotion => [promotion.id, promotion]),
  );
  return [...known.values()].sort((a, b) =>
    b.createdAt === a.createdAt
      ? b.id.localeCompare(a.id)
      : b.createdAt.localeCompare(a.createdAt),
  );
}
