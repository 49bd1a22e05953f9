import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { ConflictError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  Plan,
  PlanRequest,
  Promotion,
  PromotionRequest,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { createHash } from 'node:crypto';
import { DeploymentService } from '../deployments/types';
import { PromotionEngine } from './engine/PromotionEngine';
import { PlannedPromotion, Planner } from './plan/Planner';
import { Asker, PromotionAccess } from './PromotionAccess';
import { ViewerActions } from './PromotionActions';
import { findEarlierRelease, releaseBefore } from './earlierReleases';
import { PromotionDecisions } from './PromotionDecisions';
import { PullRequestCloser } from './PullRequestCloser';
import { PromotionFactory, rollbackHold } from './PromotionFactory';
import { normalizeEntityRef, PromotionLookup, refuse } from './PromotionLookup';
import {
  IdempotencyKeyUsedError,
  IdempotencyRecord,
  PromotionStore,
} from './store/PromotionStore';
import { TrainStore } from './store/trains';
import { StoredPromotion, StoredPromotionLife } from './types';
import { toPromotion } from './view';

/** How long a request is remembered by its key. */
export const KEY_LIFETIME_MS = 30 * 24 * 3_600_000;

/** What the service works with. */
export interface PromotionServiceOptions {
  store: PromotionStore;
  planner: Planner;
  factory: PromotionFactory;
  engine: Pick<PromotionEngine, 'run'>;
  trains: TrainStore;
  closer: Pick<PullRequestCloser, 'closeNow'>;
  access: PromotionAccess;
  deployments: DeploymentService;
  catalog: CatalogService;
  getRepository(url: string): GitRepository | undefined;
  onChanged(promotion: StoredPromotion): void;
  /** Told when somebody has promoted past the gates. */
  onOverridden(promotion: StoredPromotion): void;
  now?: () => Date;
}

/** What people may ask of promotions; every method authorizes before it does anything. */
export class PromotionService {
  readonly #options: PromotionServiceOptions;
  readonly #lookup: PromotionLookup;
  readonly #decisions: PromotionDecisions;

  constructor(options: PromotionServiceOptions) {
    this.#options = options;
    this.#lookup = new PromotionLookup(options);
    this.#decisions = new PromotionDecisions(options, this.#lookup);
  }

  async plan(
    request: PlanRequest,
    credentials: BackstageCredentials,
  ): Promise<Plan> {
    const entity = await this.#lookup.entity(request.entityRef, credentials);
    await this.#assertCreate(entity, request.environment, credentials);
    return (await this.#options.planner.plan({ ...request, entity })).plan;
  }

  /** `created` is false when the key was used before with the same body, and when there is nothing to change. */
  async create(
    request: PromotionRequest,
    idempotencyKey: string,
    credentials: BackstageCredentials,
  ): Promise<{ promotion: Promotion; created: boolean }> {
    const asker = await this.#options.access.identify(credentials);
    const entityRef = normalizeEntityRef(request.entityRef);
    const bodyHash = hashRequest({ ...request, entityRef });
    const used = await this.#options.store.findByIdempotencyKey(
      asker.principal,
      idempotencyKey,
    );
    if (used) return this.#answerAgain(used, bodyHash, credentials);

    const entity = await this.#lookup.entity(entityRef, credentials);
    await this.#assertCreate(entity, request.environment, credentials);
    const planned = await this.#options.planner.plan({ ...request, entity });
    if (
      request.planHash !== undefined &&
      request.planHash !== planned.plan.hash
    ) {
      throw new ConflictError(
        `The plan ${request.planHash.slice(
          0,
          12,
        )} is stale: what runs upstream or the files in git have changed, and the plan is ${planned.plan.hash.slice(
          0,
          12,
        )} now. Look at the new plan and promote again`,
      );
    }
    const expiresAt = new Date(
      this.#now().getTime() + KEY_LIFETIME_MS,
    ).toISOString();
    try {
      const promotion = await this.#store(entity, planned, asker, {
        delivery: request.delivery,
        note: request.message,
        idempotency: {
          principal: asker.principal,
          key: idempotencyKey,
          bodyHash,
          expiresAt,
        },
      });
      return { promotion, created: promotion.state !== 'unchanged' };
    } catch (error) {
      if (error instanceof IdempotencyKeyUsedError)
        return this.#answerAgain(error.record, bodyHash, credentials);
      throw error;
    }
  }

  async get(id: string, credentials: BackstageCredentials): Promise<Promotion> {
    const life = await this.#lookup.life(id, credentials);
    return {
      ...toPromotion(life),
      actions: await this.#actions(life, credentials),
    };
  }

  async approve(
    id: string,
    approval: { planHash: string; reason?: string },
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    await this.#decisions.approve(id, approval, credentials);
    return this.get(id, credentials);
  }

  async revoke(
    id: string,
    reason: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    await this.#decisions.revoke(id, reason, credentials);
    return this.get(id, credentials);
  }

  async override(
    id: string,
    override: { planHash: string; reason: string },
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    await this.#decisions.override(id, override, credentials);
    return this.get(id, credentials);
  }

  async reject(
    id: string,
    reason: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    await this.#decisions.reject(id, reason, credentials);
    return this.get(id, credentials);
  }

  /** Possible as long as nothing has reached the branch that Argo CD follows. */
  async cancel(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    await this.#decisions.cancel(id, credentials);
    return this.get(id, credentials);
  }

  async retry(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion } = await this.#lookup.life(id, credentials);
    if (
      !['failed', 'rejected', 'cancelled', 'superseded'].includes(
        promotion.state,
      )
    ) {
      throw new ConflictError(
        `Promotion ${id} is ${promotion.state}; only one that ended without success can be retried`,
      );
    }
    const rollbackTo = promotion.from ? undefined : promotion.release;
    return this.#link(promotion, 'retry', rollbackTo, credentials);
  }

  /**
   * Promotes, through git like everything, what the environment ran before; `release` names an earlier one. The
   * environment is held afterwards, so that nothing promotes the same again by itself.
   */
  async rollback(
    id: string,
    release: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion } = await this.#lookup.life(id, credentials);
    const to =
      release === undefined
        ? releaseBefore(promotion)
        : await findEarlierRelease(this.#options.store, promotion, release);
    return this.#link(promotion, 'rollback', to, credentials);
  }

  /** What the asker may do with it; an entity that is gone from the catalog leaves nothing to do. */
  async #actions(
    { promotion, approvals: given }: StoredPromotionLife,
    credentials: BackstageCredentials,
  ) {
    const { access, catalog, deployments } = this.#options;
    const entity = await catalog.getEntityByRef(promotion.entityRef, {
      credentials,
    });
    if (!entity) return {};
    const approvals = given.filter(
      ({ planHash }) => planHash === promotion.plan.hash,
    );
    return new ViewerActions({
      access,
      credentials,
      asker: await access.identify(credentials),
      entity,
      environments: deployments.resolve(entity).pipeline.environments,
    }).of(promotion, approvals);
  }

  async #link(
    old: StoredPromotion,
    relation: 'retry' | 'rollback',
    rollbackTo: Release | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const asker = await this.#options.access.identify(credentials);
    const entity = await this.#lookup.entity(old.entityRef, credentials);
    await this.#assertCreate(entity, old.environment, credentials);
    const { environment, from } = old;
    const planned = await this.#options.planner.plan({
      entity,
      environment,
      ...(rollbackTo ? { rollbackTo } : { from, release: old.release.id }),
    });
    return this.#store(entity, planned, asker, {
      delivery: old.delivery,
      note: old.note,
      linkedTo: { id: old.id, relation },
      hold: relation === 'rollback',
    });
  }

  async #store(
    entity: Entity,
    planned: PlannedPromotion,
    asker: Asker,
    request: {
      delivery?: 'commit' | 'pull-request';
      note?: string;
      linkedTo?: StoredPromotion['linkedTo'];
      hold?: boolean;
      idempotency?: {
        principal: string;
        key: string;
        bodyHash: string;
        expiresAt: string;
      };
    },
  ): Promise<Promotion> {
    const { idempotency, hold, ...wish } = request;
    const promotion = await this.#options.factory.build(entity, planned, {
      ...wish,
      requestedBy: asker.principal,
    });
    await this.#options.factory.create(promotion, {
      idempotency,
      ...(hold && !promotion.endedAt ? { hold: rollbackHold(promotion) } : {}),
    });
    return toPromotion((await this.#options.store.get(promotion.id))!);
  }

  async #answerAgain(
    record: IdempotencyRecord,
    bodyHash: string,
    credentials: BackstageCredentials,
  ) {
    if (record.bodyHash !== bodyHash) {
      throw new ConflictError(
        'This Idempotency-Key was used for another request; use a new key for a new request',
      );
    }
    return {
      promotion: await this.get(record.promotionId, credentials),
      created: false,
    };
  }

  async #assertCreate(
    entity: Entity,
    environment: string,
    credentials: BackstageCredentials,
  ): Promise<void> {
    const asker = await this.#options.access.identify(credentials);
    const config = this.#lookup.environment(entity, environment);
    refuse(
      await this.#options.access.whyNotCreate(
        credentials,
        asker,
        entity,
        config,
      ),
    );
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function hashRequest(request: PromotionRequest): string {
  const { entityRef, environment, from, release, planHash, delivery, message } =
    request;
  const body = [
    entityRef,
    environment,
    from,
    release,
    planHash,
    delivery,
    message,
  ].map(value => value ?? null);
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}
