import { LoggerService } from '@backstage/backend-plugin-api';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application } from '../argocd/types';
import { RolloutFacts } from '../rollouts/facts';
import { hasRollouts, readRollouts } from '../rollouts/readRollouts';
import { Readings } from './Readings';
import { podSignature } from './runningImages';
import { WorkLimits } from './WorkQueue';

const LIMITS: WorkLimits = {
  concurrency: 4,
  aheadConcurrency: 1,
  aheadIntervalMs: 50,
};
/** Steps and measurements make no event of the Application: while an update moves it is looked at this often. */
const MOVING_MS = 3_000;

/** The live Rollouts of the Applications that somebody looks at, or that a promotion follows. */
export class RolloutReadings {
  readonly #readings: Readings<RolloutFacts[]>;

  constructor(options: {
    client: ArgocdClient;
    logger: LoggerService;
    /** The Application while it is watched. */
    watched: (key: string) => Application | undefined;
    onRead: (key: string) => void;
  }) {
    this.#readings = new Readings({
      logger: options.logger,
      what: 'The Rollouts of an Application',
      limits: LIMITS,
      // A failure is tried again in growing pauses, an update that moves as long as it does.
      retryMs: attempt =>
        Math.min(MOVING_MS * 1.5 ** Math.min(attempt, 3), 10_000),
      onRead: options.onRead,
      read: async (key, before) => {
        const application = options.watched(key);
        if (!application || !hasRollouts(application)) return undefined;
        const value = await readRollouts({
          client: options.client,
          application,
          ...(before ? { before } : {}),
        });
        return { value, complete: !value.some(isMoving) };
      },
    });
  }

  get size(): number {
    return this.#readings.size;
  }

  get waiting(): number {
    return this.#readings.waiting;
  }

  /** What is known, and whether it is of the Application as it is. */
  get(
    key: string,
    application: Application,
  ): { rollouts: RolloutFacts[]; current: boolean } | undefined {
    const rollouts = this.#readings.get(key);
    return (
      rollouts && {
        rollouts,
        current: this.#readings.isCurrent(key, podSignature(application)),
      }
    );
  }

  want(key: string, application: Application): void {
    if (hasRollouts(application))
      this.#readings.want(key, podSignature(application), 'watched');
  }

  /** Read once more, whatever is known: somebody has just acted. */
  again(key: string, application: Application, occasion: string): void {
    if (!hasRollouts(application)) return;
    this.#readings.want(
      key,
      `${podSignature(application)} ${occasion}`,
      'watched',
    );
    this.#readings.want(key, podSignature(application), 'watched');
  }

  forget(key: string): void {
    this.#readings.forget(key);
  }

  stop(): Promise<void> {
    return this.#readings.stop();
  }
}

function isMoving({ manifest }: RolloutFacts): boolean {
  const { aborted, currentHash, stableHash, phase, observed } = manifest;
  if (!observed) return true;
  return !aborted && currentHash !== stableHash && phase === 'Progressing';
}
