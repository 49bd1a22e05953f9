import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { Entity } from '@backstage/catalog-model';
import { isError, stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { PipelineConfig } from '../config/types';
import { CLAIMS } from '../deployments/ClaimIndex';
import {
  Deployment,
  DeploymentService,
  ResolvedPipeline,
} from '../deployments/types';
import { automaticPromotion } from './automaticPromotion';
import { Planner } from './plan/Planner';
import { PromotionFactory, SYSTEM_PRINCIPAL } from './PromotionFactory';
import { holdOf, HoldStore } from './store/holds';
import {
  IdempotencyKeyUsedError,
  PromotionStore,
} from './store/PromotionStore';

const KEY_LIFETIME_MS = 30 * 24 * 3_600_000;

/**
 * `autoPromote`: asks for a promotion when upstream runs, healthy, what an environment does not run yet. Gates and
 * approvals are the promotion's own. What failed or was taken back is not asked for again: that is for people.
 */
export class AutoPromotions {
  readonly #options: {
    pipelines: PipelineConfig[];
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    deployments: DeploymentService;
    planner: Pick<Planner, 'plan'>;
    factory: PromotionFactory;
    store: PromotionStore;
    holds: HoldStore;
    logger: LoggerService;
    lookEveryMs?: number;
    readEntitiesEveryMs?: number;
  };
  #entities: Entity[] = [];
  #readAt = 0;
  #timer?: NodeJS.Timeout;
  #running?: Promise<void>;
  #stopped = true;
  #unsubscribe?: () => void;

  constructor(options: {
    pipelines: PipelineConfig[];
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    deployments: DeploymentService;
    planner: Pick<Planner, 'plan'>;
    factory: PromotionFactory;
    store: PromotionStore;
    holds: HoldStore;
    logger: LoggerService;
    /** How often it looks when nothing changes. */
    lookEveryMs?: number;
    readEntitiesEveryMs?: number;
  }) {
    this.#options = options;
  }

  /** Does nothing when no environment is configured so. */
  start(): void {
    const wanted = this.#options.pipelines.some(({ environments }) =>
      environments.some(({ autoPromote }) => autoPromote),
    );
    if (!wanted) return;
    this.#stopped = false;
    this.#unsubscribe = this.#options.deployments.onApplicationsChanged(() =>
      this.#schedule(1_000),
    );
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#unsubscribe?.();
    await this.#running;
  }

  /** The earliest look that was asked for is made; changes meanwhile wait for it. */
  #schedule(ms: number): void {
    if (this.#stopped || this.#running || (this.#timer && ms > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#look()
        .catch(error =>
          this.#options.logger.warn(
            `Automatic promotions were not looked for: ${stringifyError(
              error,
            )}`,
          ),
        )
        .finally(() => {
          this.#running = undefined;
          this.#schedule(this.#options.lookEveryMs ?? 15_000);
        });
    }, ms);
  }

  async #look(): Promise<void> {
    const everyMs = this.#options.readEntitiesEveryMs ?? 60_000;
    if (Date.now() - this.#readAt >= everyMs) {
      this.#entities = await this.#readEntities();
      this.#readAt = Date.now();
    }
    for (const entity of this.#entities) {
      if (this.#stopped) return;
      const pipeline = this.#options.deployments.resolve(entity);
      for (const target of pipeline.deployments) {
        if (!target.environment.autoPromote) continue;
        try {
          await this.#promote(entity, pipeline, target);
        } catch (error) {
          // Not known yet, refused, or asked for by another replica at this moment: the next look tries again.
          this.#options.logger.debug(
            `${pipeline.entityRef} was not promoted into ${
              target.environment.name
            } by itself: ${isError(error) ? error.message : error}`,
          );
        }
      }
    }
  }

  async #promote(
    entity: Entity,
    pipeline: ResolvedPipeline,
    target: Deployment,
  ): Promise<void> {
    const { store, holds, planner, factory } = this.#options;
    const { entityRef } = pipeline;
    const environment = target.environment.name;
    // Most looks end here, without a question to the database.
    const first = automaticPromotion({ pipeline, target, promotions: [] });
    if (first.waits !== undefined) return;
    const promotions = await store.list({ entityRef, environment, limit: 50 });
    const [latest] = promotions;
    const hold = holdOf(await holds.list(entityRef), environment);
    const next = automaticPromotion({
      pipeline,
      target,
      hold,
      promotions,
    });
    if (next.waits !== undefined) return;
    const { upstream, release } = next;
    const planned = await planner.plan({
      entity,
      environment,
      from: upstream.environment.name,
      release: release.id,
    });
    if (planned.plan.edits.length === 0) return;
    const requester = await this.#upstreamRequester(
      entityRef,
      upstream.environment.name,
      release.id,
    );
    const promotion = await factory.build(entity, planned, {
      requestedBy: SYSTEM_PRINCIPAL,
      note: `Promoted by itself: ${upstream.environment.name} runs it healthy`,
      ...(requester ? { upstreamRequester: requester } : {}),
    });
    try {
      await factory.create(promotion, {
        // Of several replicas one asks.
        idempotency: {
          principal: SYSTEM_PRINCIPAL,
          key: [entityRef, environment, release.id, latest?.id ?? 'first']
            .join(' ')
            .slice(-255),
          bodyHash: planned.plan.hash,
          expiresAt: new Date(Date.now() + KEY_LIFETIME_MS).toISOString(),
        },
      });
    } catch (error) {
      if (!(error instanceof IdempotencyKeyUsedError)) throw error;
    }
  }

  /** The person whose wish brought the release upstream, also when that went on by itself from further up. */
  async #upstreamRequester(
    entityRef: string,
    environment: string,
    releaseId: string,
  ): Promise<string | undefined> {
    const before = await this.#options.store.list({
      entityRef,
      environment,
      limit: 50,
    });
    const brought =
      before.find(({ release }) => release.id === releaseId) ?? before[0];
    return brought?.upstreamRequester ?? brought?.requestedBy;
  }

  async #readEntities(): Promise<Entity[]> {
    const { catalog, auth } = this.#options;
    const found: Entity[] = [];
    const pages = catalog.streamEntities(
      {
        filter: CLAIMS.map(annotation => ({
          [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
        })),
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const entities of pages) found.push(...entities);
    return found;
  }
}
