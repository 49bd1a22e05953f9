import { TrainRequest } from '@fairway/backstage-plugin-argocd-promotion-common';
import { createHash } from 'node:crypto';
import { normalizeEntityRef } from './PromotionLookup';

/** The same for the same wish, however it is spelled; never that of a single promotion. */
export function hashTrainRequest(request: TrainRequest): string {
  const { environment, from, members, planHash, delivery, message } = request;
  const wanted = members.map(({ entityRef, release }) => [
    normalizeEntityRef(entityRef),
    release ?? null,
  ]);
  const body = [environment, from, planHash, delivery, message].map(
    value => value ?? null,
  );
  return createHash('sha256')
    .update(JSON.stringify(['train', wanted, ...body]))
    .digest('hex');
}
