import {
  Override,
  Promotion,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { StoredPromotionLife, StoredPromotionSummary } from './types';

function markOf({
  planHash: _,
  ...mark
}: NonNullable<StoredPromotionSummary['override']>): Override {
  return mark;
}

/** A stored promotion as lists and the pipeline view show it. */
export function toSummary(stored: StoredPromotionSummary): PromotionSummary {
  const commit = stored.deliveries.find(delivery => delivery.commit)?.commit;
  const pullRequest = stored.deliveries.find(
    delivery => delivery.pullRequest,
  )?.pullRequest;
  return {
    id: stored.id,
    entityRef: stored.entityRef,
    environment: stored.environment,
    ...(stored.from ? { from: stored.from } : {}),
    state: stored.state,
    message: stored.message,
    release: stored.release,
    delivery: stored.delivery,
    requestedBy: stored.requestedBy,
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
    ...(stored.endedAt ? { endedAt: stored.endedAt } : {}),
    ...(commit ? { commit } : {}),
    ...(pullRequest ? { pullRequest } : {}),
    applicationUrls: stored.applications.flatMap(({ url, images }) =>
      url && images.length > 0 ? [url] : [],
    ),
    ...(stored.linkedTo ? { linkedTo: stored.linkedTo } : {}),
    ...(stored.override ? { override: markOf(stored.override) } : {}),
    ...(stored.rebuilt ? { rebuilt: true } : {}),
    ...(stored.train ? { trainId: stored.train.id } : {}),
  };
}

/** A stored promotion with its whole life. */
export function toPromotion({
  promotion,
  events,
  approvals,
}: StoredPromotionLife): Promotion {
  return {
    ...toSummary(promotion),
    plan: promotion.plan,
    gates: promotion.gates,
    approvals: approvals.map(({ planHash, ...approval }) =>
      planHash === promotion.plan.hash ? approval : { ...approval, void: true },
    ),
    events,
  };
}
