import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  PromotionAction,
  PromotionActions,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { EnvironmentConfig } from '../config/types';
import { Asker, PromotionAccess } from './PromotionAccess';
import { StoredPromotionSummary } from './types';

/** What a promotion's state lets one think of, whoever one is. */
export function actionsOfState(
  promotion: Pick<
    StoredPromotionSummary,
    'state' | 'gates' | 'deliveries' | 'endedAt'
  >,
): PromotionAction[] {
  const { state, gates, deliveries, endedAt } = promotion;
  const actions: PromotionAction[] = [];
  if (
    state === 'waiting' &&
    gates.some(gate => gate.kind === 'approval' && gate.state === 'pending')
  )
    actions.push('approve', 'reject');
  if (state === 'waiting' || state === 'in-review') actions.push('cancel');
  if (['failed', 'rejected', 'cancelled', 'superseded'].includes(state))
    actions.push('retry');
  if (endedAt && deliveries.some(({ commit }) => commit))
    actions.push('rollback');
  return actions;
}

/** Says what one viewer may do with promotions of one entity; asks about each environment once. */
export class ViewerActions {
  readonly #reasons = new Map<string, Promise<string | undefined>>();
  readonly #options: {
    access: PromotionAccess;
    credentials: BackstageCredentials;
    asker: Asker;
    entity: Entity;
    environments: EnvironmentConfig[];
  };

  constructor(options: {
    access: PromotionAccess;
    credentials: BackstageCredentials;
    asker: Asker;
    entity: Entity;
    environments: EnvironmentConfig[];
  }) {
    this.#options = options;
  }

  async of(promotion: StoredPromotionSummary): Promise<PromotionActions> {
    const environment = this.#options.environments.find(
      ({ name }) => name === promotion.environment,
    );
    const answers = await Promise.all(
      actionsOfState(promotion).map(async action => {
        const reason = environment
          ? await this.#whyNot(action, environment, promotion.requestedBy)
          : `There is no environment ${promotion.environment} any more`;
        return [
          action,
          reason === undefined ? { allowed: true } : { allowed: false, reason },
        ] as const;
      }),
    );
    return Object.fromEntries(answers);
  }

  #whyNot(
    action: PromotionAction,
    environment: EnvironmentConfig,
    requestedBy: string,
  ): Promise<string | undefined> {
    const { access, credentials, asker, entity } = this.#options;
    const once = (
      key: string,
      ask: () => Promise<string | undefined>,
    ): Promise<string | undefined> => {
      const known = this.#reasons.get(key) ?? ask();
      this.#reasons.set(key, known);
      return known;
    };
    const { name } = environment;
    switch (action) {
      case 'approve':
      case 'reject':
        return once(JSON.stringify(['decide', name, requestedBy]), () =>
          access.whyNotApprove(
            credentials,
            asker,
            entity,
            environment,
            requestedBy,
          ),
        );
      case 'cancel':
        return once(JSON.stringify(['cancel', name, requestedBy]), () =>
          access.whyNotCancel(
            credentials,
            asker,
            entity,
            environment,
            requestedBy,
          ),
        );
      default:
        return once(JSON.stringify(['create', name]), () =>
          access.whyNotCreate(credentials, asker, entity, environment),
        );
    }
  }
}
