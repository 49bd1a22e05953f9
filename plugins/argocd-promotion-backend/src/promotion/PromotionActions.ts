import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  PromotionAction,
  PromotionActions,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { EnvironmentConfig } from '../config/types';
import { Asker, FourEyes, PromotionAccess } from './PromotionAccess';
import { StoredApproval, StoredPromotionSummary } from './types';

/** What a promotion's state lets one think of, whoever one is. */
export function actionsOfState(
  promotion: Pick<
    StoredPromotionSummary,
    'state' | 'gates' | 'deliveries' | 'endedAt'
  >,
  /** Whether the viewer has approved its plan. */
  approved = false,
): PromotionAction[] {
  const { state, gates, deliveries, endedAt } = promotion;
  const actions: PromotionAction[] = [];
  const approval = gates.find(({ kind }) => kind === 'approval');
  if (state === 'waiting' && approval) {
    if (approved) actions.push('revoke');
    else if (approval.state === 'pending') actions.push('approve');
    actions.push('reject');
  }
  if (state === 'waiting' && gates.some(gate => gate.state !== 'passed'))
    actions.push('override');
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

  /** `approvals` are those of the plan that it has now. */
  async of(
    promotion: StoredPromotionSummary,
    approvals: StoredApproval[] = [],
  ): Promise<PromotionActions> {
    const approved = approvals.some(
      ({ by }) => by === this.#options.asker.principal,
    );
    const environment = this.#options.environments.find(
      ({ name }) => name === promotion.environment,
    );
    const answers = await Promise.all(
      actionsOfState(promotion, approved).map(async action => {
        const reason = environment
          ? await this.#whyNot(action, environment, promotion)
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
    { requestedBy, upstreamRequester }: FourEyes,
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
      case 'revoke':
      case 'reject':
        return once(
          JSON.stringify(['decide', name, requestedBy, upstreamRequester]),
          () =>
            access.whyNotApprove(credentials, asker, entity, environment, {
              requestedBy,
              upstreamRequester,
            }),
        );
      case 'override':
        return once(JSON.stringify(['override', name]), () =>
          access.whyNotOverride(credentials, entity, environment),
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
