import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { PromotionOffer } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Deployment, ResolvedPipeline } from '../deployments/types';
import { Gates } from './gates/Gates';
import { replacedRelease } from './plan/release';
import {
  selectRelease,
  selectTarget,
  selectUpstream,
} from './plan/selectRelease';
import { automaticPromotion } from './automaticPromotion';
import { ownersOf } from '../permissions/ownersOf';
import { Asker, PromotionAccess } from './PromotionAccess';
import { PromotionAdvice, PromotionAdvisor } from './PromotionAdvisor';
import { ViewerActions } from './PromotionActions';
import { holdOf, HoldStore } from './store/holds';
import { PromotionStore } from './store/PromotionStore';
import { StoredPromotionSummary } from './types';
import { toSummary } from './view';

/** Says for each arrow what a request would be told, as far as memory and database know. */
export class DefaultPromotionAdvisor implements PromotionAdvisor {
  readonly #store: PromotionStore;
  readonly #access: PromotionAccess;
  readonly #gates: Gates;
  readonly #holds: HoldStore;

  constructor(options: {
    store: PromotionStore;
    access: PromotionAccess;
    gates: Gates;
    holds: HoldStore;
  }) {
    this.#store = options.store;
    this.#access = options.access;
    this.#gates = options.gates;
    this.#holds = options.holds;
  }

  async advise(options: {
    entity: Entity;
    pipeline: ResolvedPipeline;
    credentials: BackstageCredentials;
  }): Promise<PromotionAdvice> {
    const { entity, pipeline, credentials } = options;
    const { entityRef } = pipeline;
    const access = this.#access.about(pipeline);
    const environments = pipeline.deployments.map(
      ({ environment }) => environment,
    );
    const [mayHold, asker, { latest, recent }, holds] = await Promise.all([
      access.mayHold(credentials, entity, environments),
      access.identify(credentials),
      this.#store.overview(entityRef, { recent: 50 }),
      this.#holds.list(entityRef),
    ]);
    const visible = new Set(environments.map(({ name }) => name));
    const approvals = await this.#store.validApprovals(
      [...latest.values()]
        .filter(({ state }) => state === 'waiting')
        .map(({ id }) => id),
    );
    const advice: PromotionAdvice = {
      offers: {},
      holds: {},
      mayHold: Object.fromEntries(
        environments.map(({ name }, i) => [name, mayHold[i]]),
      ),
      automaticWaits: {},
      promotions: {},
      recentPromotions: recent
        .filter(({ environment }) => visible.has(environment))
        .slice(0, 10)
        .map(toSummary),
    };
    const actions = new ViewerActions({
      access,
      credentials,
      asker,
      entity,
      environments: pipeline.pipeline.environments,
    });
    const denials = await access.whyNotCreateInto(
      credentials,
      asker,
      entity,
      pipeline.deployments
        .map(({ environment }) => environment)
        .filter(({ promotesFrom }) => promotesFrom.length > 0),
    );
    for (const target of pipeline.deployments) {
      const { name, promotesFrom } = target.environment;
      const hold = holdOf(holds, name);
      if (hold) advice.holds[name] = hold;
      const promotion = latest.get(name);
      if (promotion) {
        advice.promotions[name] = {
          ...toSummary(promotion),
          actions: await actions.of(promotion, approvals.get(promotion.id)),
        };
      }
      if (target.environment.autoPromote) {
        const promotions = [
          ...(promotion ? [promotion] : []),
          ...recent.filter(({ environment }) => environment === name),
        ];
        const known = { pipeline, target, hold, promotions };
        const { waits } = automaticPromotion(known);
        if (waits !== undefined) advice.automaticWaits[name] = waits;
      }
      if (promotesFrom.length === 0) continue;
      const denied = denials.get(name);
      advice.offers[name] = [];
      for (const from of promotesFrom) {
        if (!visible.has(from)) continue;
        advice.offers[name].push(
          await this.#offer(pipeline, target, from, {
            denied,
            promotion,
            asker,
            owners: ownersOf(entity),
          }),
        );
      }
    }
    return advice;
  }

  async #offer(
    pipeline: ResolvedPipeline,
    target: Deployment,
    from: string,
    known: {
      denied?: string;
      promotion?: StoredPromotionSummary;
      asker: Asker;
      owners: string[];
    },
  ): Promise<PromotionOffer> {
    const { delivery } = target.environment;
    const refused = (
      state: PromotionOffer['state'],
      reason: string,
    ): PromotionOffer => ({
      from,
      allowed: false,
      reason,
      state,
      gates: [],
      delivery,
    });
    let upstream: Deployment;
    try {
      selectTarget(pipeline, target.environment.name);
      upstream = selectUpstream(pipeline, target, from);
    } catch (error) {
      return refused('refused', messageOf(error));
    }
    let release;
    try {
      release = selectRelease(upstream, target, undefined);
    } catch (error) {
      return refused('unknown', messageOf(error));
    }
    const gates = await this.#gates.evaluate({
      owners: known.owners,
      target,
      upstream,
      release,
      approvals: [],
      deployments: pipeline.deployments,
    });
    const offer = { from, release, gates, delivery };
    const { promotion, denied } = known;
    if (promotion && !promotion.endedAt && promotion.state !== 'waiting') {
      const reason = `Promotion ${promotion.id} into ${target.environment.name} is active (${promotion.state})`;
      return { ...offer, allowed: false, state: 'active', reason };
    }
    if (replacedRelease(release, target)?.id === release.id) {
      const reason = `${target.environment.name} runs this release already`;
      return { ...offer, allowed: false, state: 'unchanged', reason };
    }
    if (denied)
      return { ...offer, allowed: false, state: 'refused', reason: denied };
    return {
      ...offer,
      allowed: true,
      state: promotion && !promotion.endedAt ? 'active' : 'available',
    };
  }
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
