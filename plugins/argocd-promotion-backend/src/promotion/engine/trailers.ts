import { parseEntityRef } from '@backstage/catalog-model';
import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { trailerValues } from '../../git';
import { StoredPromotion } from '../types';

const short = (digest: string) => digest.replace(/^(sha256:.{12}).*$/, '$1');
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

function title(promotion: StoredPromotion): string {
  const { name } = parseEntityRef(promotion.entityRef);
  const verb =
    promotion.linkedTo?.relation === 'rollback' ? 'Roll back' : 'Promote';
  return `${verb} ${name} in ${promotion.environment}`;
}

function trailers(promotion: StoredPromotion): string {
  return [
    `Promotion-Id: ${promotion.id}`,
    `Promoted-From: ${promotion.from ?? promotion.environment}`,
    `Promoted-By: ${promotion.requestedBy}`,
    `Backstage-Entity: ${promotion.entityRef}`,
    ...(promotion.override
      ? [
          `Promotion-Overridden-By: ${promotion.override.by}`,
          `Promotion-Override-Reason: ${promotion.override.reason}`,
        ]
      : []),
  ]
    .map(oneLine)
    .join('\n');
}

function note(promotion: StoredPromotion): string[] {
  return promotion.note?.trim() ? [promotion.note.trim()] : [];
}

/** The message of the commit; its trailers let the record be rebuilt from git. */
export function commitMessage(promotion: StoredPromotion): string {
  const changes = promotion.plan.changes.map(
    ({ repository, from, to }) =>
      `${repository}\n  ${
        from?.digest ? short(from.digest) : from?.tag ?? 'not pinned'
      } -> ${to.tag ? `${to.tag} ` : ''}${short(to.digest)}`,
  );
  return [
    title(promotion),
    changes.join('\n'),
    ...note(promotion),
    trailers(promotion),
  ].join('\n\n');
}

/** Whether a commit was made for a promotion; only the last paragraph counts, as a note may hold anything. */
export function isCommitOf(promotionId: string, message: string): boolean {
  return trailerValues(message, 'Promotion-Id').includes(promotionId);
}

/** The branch of a pull request: the same at every try. */
export function pullRequestBranch(
  promotion: Pick<StoredPromotion, 'id' | 'entityRef' | 'environment'>,
): string {
  const slug = (text: string) =>
    text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const { name } = parseEntityRef(promotion.entityRef);
  return `promotion/${slug(promotion.environment)}/${slug(
    name,
  )}-${promotion.id.slice(0, 8)}`;
}

/** What reviewers must not overlook. */
function overrideWarning({ override }: StoredPromotion): string[] {
  if (!override) return [];
  const { by, reason, skipped } = override;
  const what = skipped.length > 0 ? ` (${skipped.join(', ')})` : '';
  return [`> **Gates were overridden**${what} by ${by}: ${oneLine(reason)}`];
}

/** Title and text of the pull request. */
export function pullRequestText(promotion: StoredPromotion): {
  title: string;
  body: string;
} {
  const row = ({ repository, from, to }: Plan['changes'][number]) =>
    `| \`${repository}\` | ${from?.tag ?? ''} \`${
      from?.digest ?? 'not pinned'
    }\` | ${to.tag ?? ''} \`${to.digest}\` |`;
  const body = [
    `${promotion.requestedBy} asks to make \`${
      promotion.environment
    }\` run what ${
      promotion.from ? `\`${promotion.from}\` runs` : 'it ran before'
    }.`,
    [
      '| image | before | after |',
      '|---|---|---|',
      ...promotion.plan.changes.map(row),
    ].join('\n'),
    ...overrideWarning(promotion),
    ...note(promotion),
    trailers(promotion),
  ].join('\n\n');
  return { title: title(promotion), body };
}
