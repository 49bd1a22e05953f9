import { Entity } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { DeploymentService } from '../deployments/types';
import { PlannedPromotion, Planner } from './plan/Planner';
import {
  PromotionFactory,
  rollbackHold,
  SYSTEM_PRINCIPAL,
} from './PromotionFactory';
import { FollowUp } from './store/PromotionStore';
import { StoredPromotion } from './types';

/** What comes after a failure: words for its end, and the rollback that begins with it. */
export type OnFailure = (
  failed: StoredPromotion,
) => Promise<{ message: string; follow?: FollowUp }>;

/** `onFailure: rollback`: git goes back to what the environment ran before, and the environment is held. */
export function createAutomaticRollback(options: {
  planner: Pick<Planner, 'plan'>;
  factory: Pick<PromotionFactory, 'build'>;
  deployments: Pick<DeploymentService, 'resolve'>;
  getEntity(entityRef: string): Promise<Entity | undefined>;
}): OnFailure {
  const { planner, factory, deployments, getEntity } = options;
  return async failed => {
    const { message, environment, plan, deliveries, linkedTo } = failed;
    // A rollback that fails is for people: going back once more would go in circles.
    if (linkedTo?.relation === 'rollback') return { message };
    if (!deliveries.some(({ commit }) => commit)) return { message };
    const entity = await getEntity(failed.entityRef);
    const config =
      entity &&
      deployments
        .resolve(entity)
        .pipeline.environments.find(({ name }) => name === environment);
    if (!entity || config?.onFailure !== 'rollback') return { message };
    const but = (reason: string) => ({
      message: `${message}. Not rolled back: ${reason}`,
    });
    if (!plan.replaces)
      return but(`it is not known by digest what ${environment} ran before`);
    let planned: PlannedPromotion;
    try {
      planned = await planner.plan({
        entity,
        environment,
        rollbackTo: plan.replaces,
      });
    } catch (error) {
      const reason = isError(error) ? error.message : String(error);
      // Everything else may pass: the failure waits until the rollback can begin with it.
      const lasting =
        isError(error) &&
        [
          'InputError',
          'NotAllowedError',
          'NotFoundError',
          'NotImplementedError',
        ].includes(error.name);
      if (lasting) return but(reason);
      throw error;
    }
    const rollback = await factory.build(entity, planned, {
      requestedBy: SYSTEM_PRINCIPAL,
      delivery: failed.delivery,
      linkedTo: { id: failed.id, relation: 'rollback' },
    });
    if (rollback.endedAt) return but('git pins what ran before already');
    return {
      message: `${message}. Rolled back by promotion ${rollback.id}`,
      follow: { promotion: rollback, hold: rollbackHold(rollback) },
    };
  };
}
