import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  Train,
  TrainAction,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { DeploymentService } from '../deployments/types';
import { Asker, PromotionAccess } from './PromotionAccess';
import { StoredPromotion } from './types';

/** Ended without success: a new train may take it along again. */
export const isRetried = ({ state }: Pick<StoredPromotion, 'state'>) =>
  ['failed', 'rejected', 'cancelled', 'superseded'].includes(state);

/** Ended after it was written: there is something to take back. */
export const isRolledBack = ({ endedAt, deliveries }: StoredPromotion) =>
  endedAt !== undefined && deliveries.some(({ commit }) => commit);

/** Says what one viewer may do with a train: what they may do with each member that it concerns. */
export class TrainActions {
  readonly #options: {
    access: PromotionAccess;
    credentials: BackstageCredentials;
    asker: Asker;
    getEntity(entityRef: string): Promise<Entity | undefined>;
    deployments: Pick<DeploymentService, 'resolve'>;
  };

  constructor(options: {
    access: PromotionAccess;
    credentials: BackstageCredentials;
    asker: Asker;
    getEntity(entityRef: string): Promise<Entity | undefined>;
    deployments: Pick<DeploymentService, 'resolve'>;
  }) {
    this.#options = options;
  }

  async of(members: StoredPromotion[]): Promise<NonNullable<Train['actions']>> {
    const open = members.filter(({ state }) =>
      ['waiting', 'in-review'].includes(state),
    );
    const ended = members.every(({ endedAt }) => endedAt);
    const concerned: Record<TrainAction, StoredPromotion[]> = {
      cancel: open,
      retry: ended ? members.filter(isRetried) : [],
      rollback: ended ? members.filter(isRolledBack) : [],
    };
    const answers: NonNullable<Train['actions']> = {};
    for (const action of ['cancel', 'retry', 'rollback'] as const) {
      if (concerned[action].length === 0) continue;
      const reason = await this.#whyNot(action, concerned[action]);
      answers[action] =
        reason === undefined ? { allowed: true } : { allowed: false, reason };
    }
    return answers;
  }

  async #whyNot(
    action: TrainAction,
    members: StoredPromotion[],
  ): Promise<string | undefined> {
    const { access, credentials, asker } = this.#options;
    for (const { entityRef, environment, requestedBy } of members) {
      const entity = await this.#options.getEntity(entityRef);
      const config =
        entity &&
        this.#options.deployments
          .resolve(entity)
          .pipeline.environments.find(({ name }) => name === environment);
      if (!entity || !config)
        return `${entityRef} or its environment ${environment} is gone`;
      const reason =
        action === 'cancel'
          ? await access.whyNotCancel(
              credentials,
              asker,
              entity,
              config,
              requestedBy,
            )
          : await access.whyNotCreate(credentials, asker, entity, config);
      if (reason) return reason;
    }
    return undefined;
  }
}
