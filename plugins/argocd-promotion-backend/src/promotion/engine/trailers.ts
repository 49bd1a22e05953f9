import { parseEntityRef } from '@backstage/catalog-model';
import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { trailerValues } from '../../git';
import { StoredPromotion } from '../types';
import { recordTrailers } from './recordTrailers';

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const short = (digest: string) => digest.replace(/^(sha256:.{12}).*$/, '$1');

function title(promotions: StoredPromotion[]): string {
  const [{ entityRef, environment, linkedTo }] = promotions;
  const { name } = parseEntityRef(entityRef);
  const verb = linkedTo?.relation === 'rollback' ? 'Roll back' : 'Promote';
  const others = promotions.length - 1;
  const names = others > 0 ? `${name} and ${others} more` : name;
  return `${verb} ${names} in ${environment}`;
}

function note([{ note: text }]: StoredPromotion[]): string[] {
  return text?.trim() ? [text.trim()] : [];
}

const trailers = (promotions: StoredPromotion[]) =>
  promotions.flatMap(recordTrailers).join('\n');

/** The message of the commit of a promotion, or of all that go as one; its trailers let the record be rebuilt from git. */
export function commitMessage(promotions: StoredPromotion[]): string {
  const changes = promotions.flatMap(({ plan }) =>
    plan.changes.map(
      ({ repository, from, to }) =>
        `${repository}\n  ${
          from?.digest ? short(from.digest) : from?.tag ?? 'not pinned'
        } -> ${to.tag ? `${to.tag} ` : ''}${short(to.digest)}`,
    ),
  );
  changes.push(
    ...promotions.flatMap(({ plan }) =>
      (plan.chartChanges ?? []).map(
        ({ chart, from, to }) => `chart ${chart}\n  ${from} -> ${to}`,
      ),
    ),
  );
  return [
    title(promotions),
    changes.join('\n'),
    ...note(promotions),
    trailers(promotions),
  ].join('\n\n');
}

/** Whether a commit was made for a promotion; only its trailers count, as a note may hold anything. */
export function isCommitOf(promotionId: string, message: string): boolean {
  return trailerValues(message, 'Promotion-Id').includes(promotionId);
}

/** The branch of a pull request: the same at every try, and for all that go as one. */
export function pullRequestBranch(
  promotion: Pick<StoredPromotion, 'id' | 'entityRef' | 'environment'> & {
    train?: StoredPromotion['train'];
  },
): string {
  const slug = (text: string) =>
    text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const { id, entityRef, environment, train } = promotion;
  const what = train ? 'train' : slug(parseEntityRef(entityRef).name);
  return `promotion/${slug(environment)}/${what}-${(train?.id ?? id).slice(
    0,
    8,
  )}`;
}

/** What reviewers must not overlook. */
function overrideWarning({ override }: StoredPromotion): string[] {
  if (!override) return [];
  const { by, reason, skipped } = override;
  const what = skipped.length > 0 ? ` (${skipped.join(', ')})` : '';
  return [`> **Gates were overridden**${what} by ${by}: ${oneLine(reason)}`];
}

/** Title and text of the pull request. */
export function pullRequestText(promotions: StoredPromotion[]): {
  title: string;
  body: string;
} {
  const [{ requestedBy, environment, from }] = promotions;
  const row = ({ repository, from: before, to }: Plan['changes'][number]) =>
    `| \`${repository}\` | ${before?.tag ?? ''} \`${
      before?.digest ?? 'not pinned'
    }\` | ${to.tag ?? ''} \`${to.digest}\` |`;
  const several = promotions.length > 1;
  const body = [
    `${requestedBy} asks to make \`${environment}\` run what ${
      from ? `\`${from}\` runs` : 'it ran before'
    }.${several ? ' These services go together:' : ''}`,
    ...(several
      ? [promotions.map(({ entityRef }) => `- \`${entityRef}\``).join('\n')]
      : []),
    [
      '| image | before | after |',
      '|---|---|---|',
      ...promotions.flatMap(({ plan }) => plan.changes.map(row)),
      ...promotions.flatMap(({ plan }) =>
        (plan.chartChanges ?? []).map(
          each => `| chart \`${each.chart}\` | ${each.from} | ${each.to} |`,
        ),
      ),
    ].join('\n'),
    ...promotions.flatMap(overrideWarning),
    ...note(promotions),
    trailers(promotions),
  ].join('\n\n');
  return { title: title(promotions), body };
}
