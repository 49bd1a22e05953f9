import { ConflictError } from '@backstage/errors';
import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { PromotionStore } from './store/PromotionStore';
import { StoredPromotion } from './types';

const BATCH = 100;

/** What ran before a promotion; throws `ConflictError` when it wrote nothing, or when that is not known. */
export function releaseBefore(promotion: StoredPromotion): Release {
  const { id, state, environment, endedAt, deliveries, plan } = promotion;
  if (!endedAt || !deliveries.some(({ commit }) => commit)) {
    throw new ConflictError(
      `Promotion ${id} is ${state}; only one that ended after it was written to git can be rolled back`,
    );
  }
  if (plan.replaces) return plan.replaces;
  throw new ConflictError(
    `It is not known by digest what ${environment} ran before promotion ${id}; promote a release instead`,
  );
}

/** A release that the environment of a promotion was once verified to run; throws `ConflictError` when it never was. */
export async function findEarlierRelease(
  store: Pick<PromotionStore, 'list' | 'get'>,
  of: Pick<StoredPromotion, 'entityRef' | 'environment'>,
  releaseId: string,
): Promise<Release> {
  const { entityRef, environment } = of;
  let after: { createdAt: string; id: string } | undefined;
  for (;;) {
    const batch = await store.list({
      entityRef,
      environment,
      after,
      limit: BATCH,
    });
    for (const promotion of batch) {
      if (promotion.release.id === releaseId && promotion.state === 'succeeded')
        return promotion.release;
      // What ran before the first promotion is told by no other.
      const before = (await store.get(promotion.id))?.promotion.plan.replaces;
      if (before?.id === releaseId) return before;
    }
    if (batch.length < BATCH) break;
    after = batch[batch.length - 1];
  }
  throw new ConflictError(
    `${environment} never ran the release ${releaseId.slice(
      0,
      12,
    )}, as far as its promotions tell; take the release of one that succeeded`,
  );
}
