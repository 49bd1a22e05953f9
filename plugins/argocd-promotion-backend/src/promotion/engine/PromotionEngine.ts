import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import {
  Claim,
  PromotionStore,
  StaleClaimError,
} from '../store/PromotionStore';
import { applicationKey, FINAL_STATES, StoredPromotion } from '../types';
import { afterError } from './afterError';
import { conclude } from './conclude';
import { EngineContext, Fence, StepResult } from './EngineContext';
import { steps } from './steps';
import { withinDeadline } from './withinDeadline';

/** Told of what the engine did; failures of listeners never touch a promotion. */
export interface EngineListener {
  onChanged(
    before: StoredPromotion,
    after: StoredPromotion,
  ): Promise<void> | void;
}

/** How long another process waits before it takes over from one that has died. */
const DEFAULT_LEASE_MS = 15_000;
/** Every call that a step makes has a deadline; this one is for what has slipped through, for a lease is renewed meanwhile. */
const STEP_DEADLINE_MS = 10 * 60_000;
/** Whoever listens does not hold a promotion up for longer. */
const TELLING_DEADLINE_MS = 10_000;

/**
 * Moves promotions on. Woken by changes of Applications and by a timer; all that matters is in the rows, so that
 * another process, or this one after a restart, goes on where one has stopped.
 */
export class PromotionEngine {
  readonly #store: PromotionStore;
  readonly #context: EngineContext;
  readonly #listener: EngineListener;
  readonly #logger: LoggerService;
  readonly #tickMs: number;
  readonly #leaseMs: number;
  readonly #owner = randomUUID();
  readonly #running = new Map<
    string,
    { again: boolean; done: Promise<void> }
  >();
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopped = true;

  constructor(options: {
    store: PromotionStore;
    context: EngineContext;
    listener: EngineListener;
    tickMs?: number;
    leaseMs?: number;
  }) {
    this.#store = options.store;
    this.#context = options.context;
    this.#listener = options.listener;
    this.#logger = options.context.logger;
    this.#tickMs = options.tickMs ?? 1_000;
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  }

  start(): void {
    this.#stopped = false;
    this.#unsubscribe = this.#context.deployments.onApplicationsChanged(
      keys => {
        this.#wakeFollowers(keys).catch(error =>
          this.#logger.warn(
            `Promotions were not woken: ${stringifyError(error)}`,
          ),
        );
      },
    );
    const tick = async () => {
      try {
        for (const id of await this.#store.findDue()) this.run(id);
      } catch (error) {
        this.#logger.warn(
          `Promotions could not be read: ${stringifyError(error)}`,
        );
      }
      if (!this.#stopped) this.#timer = setTimeout(tick, this.#tickMs);
    };
    void tick();
  }

  /** Waits for steps that are under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#unsubscribe?.();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Looks at a promotion now, or once more after the run that is under way. */
  run(id: string): void {
    const running = this.#running.get(id);
    if (running) {
      running.again = true;
      return;
    }
    if (this.#stopped) return;
    const entry = { again: false, done: Promise.resolve() };
    this.#running.set(id, entry);
    entry.done = this.#runUntilQuiet(id, entry)
      .catch(error =>
        this.#logger.error(
          `Promotion ${id} could not be worked on: ${stringifyError(error)}`,
        ),
      )
      .finally(() => this.#running.delete(id));
  }

  async #runUntilQuiet(id: string, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false;
      await this.#runOnce(id);
    } while (entry.again && !this.#stopped);
  }

  async #wakeFollowers(keys: string[]): Promise<void> {
    if (this.#stopped) return;
    const changed = new Set(keys);
    for (const promotion of await this.#store.listActive()) {
      // Gates look at Applications of upstream environments, which are not followed by name.
      const concerned =
        promotion.state === 'waiting' ||
        promotion.applications.some(app => changed.has(applicationKey(app)));
      if (concerned) this.run(promotion.id);
    }
  }

  async #runOnce(id: string): Promise<void> {
    let claim = await this.#store.claim(id, {
      owner: this.#owner,
      leaseMs: this.#leaseMs,
    });
    if (!claim) return;
    const lease = {
      owner: this.#owner,
      fence: claim.fence,
      leaseMs: this.#leaseMs,
    };
    const heartbeat = setInterval(() => {
      this.#store
        .renew(id, lease)
        .catch(error =>
          this.#logger.warn(
            `A lease was not renewed: ${stringifyError(error)}`,
          ),
        );
    }, this.#leaseMs / 3);
    const fence: Fence = async () => {
      if (!(await this.#store.renew(id, lease))) throw new StaleClaimError(id);
    };
    let lookAgainInMs = 0;
    try {
      while (!FINAL_STATES.has(claim.promotion.state)) {
        const result = await this.#step(claim.promotion, fence);
        if (result.moved) {
          await this.#tellMoved(result.moved);
          return;
        }
        claim = await this.#save(claim, result);
        lookAgainInMs = result.lookAgainInMs;
        if (lookAgainInMs > 0 || this.#stopped) break;
      }
    } catch (error) {
      if (error instanceof StaleClaimError) return;
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
    const nextAttemptAt = new Date(
      this.#context.now().getTime() + lookAgainInMs,
    ).toISOString();
    if (!claim.promotion.endedAt)
      await this.#store.release(claim, { nextAttemptAt });
  }

  async #step(promotion: StoredPromotion, fence: Fence): Promise<StepResult> {
    const step = steps[promotion.state];
    if (!step)
      throw new Error(`There is no step for the state ${promotion.state}`);
    let abandoned = false;
    const ownFence = async () => {
      if (abandoned) throw new StaleClaimError(promotion.id);
      await fence();
    };
    try {
      const result = await withinDeadline('A step', STEP_DEADLINE_MS, () =>
        step(promotion, this.#context, ownFence),
      );
      if (result.moved) return result;
      const { failures: _, ...notes } = result.patch.notes ?? promotion.notes;
      const patch = { ...result.patch, notes };
      return await conclude(promotion, { ...result, patch }, this.#context);
    } catch (error) {
      abandoned = true;
      if (error instanceof StaleClaimError) throw error;
      const result = afterError(promotion, error, this.#context);
      return conclude(promotion, result, this.#context);
    }
  }

  /** All of a train have changed at once: each is told of, and gone on with. */
  async #tellMoved(before: StoredPromotion[]): Promise<void> {
    const trainId = before[0]?.train?.id;
    const now = trainId ? await this.#context.trains.members(trainId) : [];
    for (const old of before) {
      const after = now.find(({ id }) => id === old.id);
      if (after && after.updatedAt !== old.updatedAt)
        await this.#tell(old, after);
      this.run(old.id);
    }
  }

  /** Those that ended with it, in the same transaction. */
  async #tellTrainmates(
    before: StoredPromotion,
    { id, train, endedAt }: StoredPromotion,
  ): Promise<void> {
    for (const mate of await this.#context.trains.members(train!.id))
      if (mate.id !== id && mate.endedAt === endedAt)
        await this.#tell({ ...mate, state: before.state }, mate);
  }

  async #tell(before: StoredPromotion, after: StoredPromotion): Promise<void> {
    try {
      await withinDeadline('Telling of it', TELLING_DEADLINE_MS, async () =>
        this.#listener.onChanged(before, after),
      );
    } catch (error) {
      this.#logger.warn(
        `A change of promotion ${before.id} was not told: ${stringifyError(
          error,
        )}`,
      );
    }
  }

  async #save(claim: Claim, { patch, follow }: StepResult): Promise<Claim> {
    const before = claim.promotion;
    const saved = await this.#store.save(claim, patch, { follow });
    if (
      before.state !== saved.promotion.state ||
      before.message !== saved.promotion.message
    ) {
      await this.#tell(before, saved.promotion);
      if (follow) await this.#tell(follow.promotion, follow.promotion);
      if (saved.promotion.endedAt && before.train)
        await this.#tellTrainmates(before, saved.promotion);
    }
    if (follow) this.run(follow.promotion.id);
    return saved;
  }
}
