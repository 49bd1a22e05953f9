import { LoggerService } from '@backstage/backend-plugin-api';
import { isError, stringifyError } from '@backstage/errors';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Closing, DatabaseClosings } from './store/closings';

/** How long another replica waits before it takes over from one that has died over it. */
const LEASE_MS = 60_000;
const GIVE_UP_MS = 30 * 24 * 3_600_000;

/**
 * Closes the pull requests of promotions that ended before they were merged: cancelled, rejected, superseded or failed
 * ones. Tried again until it is done, also after a restart; what the host says against it is told in the promotion's life.
 */
export class PullRequestCloser {
  readonly #options: {
    closings: DatabaseClosings;
    getRepository(url: string): GitRepository | undefined;
    logger: LoggerService;
    onChanged(promotionId: string): Promise<void>;
    tickMs?: number;
    retryMs?: (attempts: number) => number;
  };
  #timer?: NodeJS.Timeout;
  #running?: Promise<void>;
  #stopped = true;

  constructor(options: {
    closings: DatabaseClosings;
    getRepository(url: string): GitRepository | undefined;
    logger: LoggerService;
    /** Its life has another event. */
    onChanged(promotionId: string): Promise<void>;
    tickMs?: number;
    retryMs?: (attempts: number) => number;
  }) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    const tick = () => {
      this.#running = this.#close()
        .catch(error =>
          this.#options.logger.warn(
            `Pull requests were not closed: ${stringifyError(error)}`,
          ),
        )
        .finally(() => {
          if (!this.#stopped)
            this.#timer = setTimeout(tick, this.#options.tickMs ?? 2_000);
        });
    };
    tick();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Tries those of some promotions at once; what does not succeed is tried again later. */
  async closeNow(promotionIds: string[]): Promise<void> {
    await this.#close(promotionIds);
  }

  async #close(promotionIds?: string[]): Promise<void> {
    const { closings } = this.#options;
    for (const closing of await closings.take({
      leaseMs: LEASE_MS,
      ...(promotionIds ? { promotionIds } : {}),
    })) {
      await this.#closeOne(closing);
      await this.#options.onChanged(closing.promotionId);
    }
  }

  async #closeOne(closing: Closing): Promise<void> {
    const { closings, getRepository, retryMs = defaultRetryMs } = this.#options;
    const { repo, number, attempts, since } = closing;
    const name = `Pull request #${number}`;
    try {
      const repository = getRepository(repo);
      if (!repository)
        throw new Error(`no git host is configured for ${repo} any more`);
      const { state } = await repository.getPullRequest(number);
      if (state === 'merged') {
        const message = `${name} was merged all the same, after this promotion had ended: its change is in git, and nobody verifies it. Promote or roll back anew`;
        await closings.done(closing, message);
        return;
      }
      if (state === 'open') await repository.closePullRequest(number);
      const message = state === 'open' ? `${name} was closed` : undefined;
      await closings.done(closing, message);
    } catch (error) {
      if (isError(error) && error.name === 'NotFoundError') {
        await closings.done(closing, `${name} is not there any more`);
        return;
      }
      const refusal = isError(error) ? error.message : String(error);
      if (Date.now() - Date.parse(since) > GIVE_UP_MS) {
        const message = `${name} could not be closed for 30 days, and is left open: ${refusal}`;
        await closings.done(closing, message);
        return;
      }
      await closings.refused(closing, {
        refusal,
        retryMs: retryMs(attempts),
        message: `${name} could not be closed, tries again: ${refusal}`,
      });
    }
  }
}

function defaultRetryMs(attempts: number): number {
  return Math.min(3_600_000, 5_000 * 3 ** Math.min(attempts, 8));
}
