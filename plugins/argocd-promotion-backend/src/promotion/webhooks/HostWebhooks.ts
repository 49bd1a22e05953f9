import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { EventsService } from '@backstage/plugin-events-node';
import { PromotionStore } from '../store/PromotionStore';
import { StoredPromotionSummary } from '../types';
import { repositoriesOf, webhookKey } from './repositoriesOf';

/** A burst is one look into the database; no promotion is looked at more often than this, whatever comes. */
const LOOK_EVERY_MS = 1_000;
const WAKE_EVERY_MS = 5_000;
const MAX_KEYS = 1_000;

/**
 * Webhooks of git hosts: an event about a repository in which a pull request of ours waits has the promotion looked at
 * now, instead of at its next turn. The host is asked as at every turn, and nothing that the event says is believed: who
 * forges one brings a look forward, at most one each few seconds. Without webhooks everything works the same, later.
 */
export class HostWebhooks {
  readonly #options: {
    events: EventsService;
    store: Pick<PromotionStore, 'listActive'>;
    wake(ids: string[]): Promise<void>;
    logger: LoggerService;
    topics: string[];
    lookEveryMs?: number;
    wakeEveryMs?: number;
  };
  readonly #keys = new Set<string>();
  readonly #wokenAt = new Map<string, number>();
  #timer?: NodeJS.Timeout;
  #lookedAt = 0;
  #running?: Promise<void>;
  #stopped = true;

  constructor(options: {
    events: EventsService;
    store: Pick<PromotionStore, 'listActive'>;
    wake(ids: string[]): Promise<void>;
    logger: LoggerService;
    topics: string[];
    lookEveryMs?: number;
    wakeEveryMs?: number;
  }) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    const { events, topics, logger } = this.#options;
    if (topics.length === 0) return;
    try {
      await events.subscribe({
        id: 'argocd-promotion-git-hosts',
        topics,
        onEvent: async ({ eventPayload }) => this.#hear(eventPayload),
      });
    } catch (error) {
      // Polling suffices.
      logger.warn(`Webhooks are not heard: ${stringifyError(error)}`);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #hear(payload: unknown): void {
    for (const key of repositoriesOf(payload)) {
      if (this.#keys.size >= MAX_KEYS) break;
      this.#keys.add(key);
    }
    if (this.#keys.size > 0) this.#schedule(0);
  }

  #schedule(atLeastMs: number): void {
    if (this.#stopped || this.#timer || this.#running) return;
    const { lookEveryMs = LOOK_EVERY_MS } = this.#options;
    const since = Date.now() - this.#lookedAt;
    const delay = Math.max(atLeastMs, lookEveryMs - since, 20);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lookedAt = Date.now();
      this.#running = this.#look()
        .catch(error =>
          this.#options.logger.warn(
            `A webhook woke nothing: ${stringifyError(error)}`,
          ),
        )
        .finally(() => {
          this.#running = undefined;
          if (this.#keys.size > 0) this.#schedule(lookEveryMs);
        });
    }, delay);
  }

  async #look(): Promise<void> {
    const { store, wake, wakeEveryMs = WAKE_EVERY_MS } = this.#options;
    const keys = new Set(this.#keys);
    this.#keys.clear();
    const waiting = (await store.listActive()).filter(
      ({ state }) => state === 'in-review',
    );
    const now = Date.now();
    const due: string[] = [];
    for (const promotion of waiting) {
      const about = keysOf(promotion).filter(key => keys.has(key));
      if (about.length === 0) continue;
      // Heard again too early: kept for the next look, so that the last event is never the one that is lost.
      if (now - (this.#wokenAt.get(promotion.id) ?? 0) < wakeEveryMs)
        for (const key of about) this.#keys.add(key);
      else due.push(promotion.id);
    }
    const known = new Set(waiting.map(({ id }) => id));
    for (const id of this.#wokenAt.keys())
      if (!known.has(id)) this.#wokenAt.delete(id);
    for (const id of due) this.#wokenAt.set(id, now);
    if (due.length > 0) await wake(due);
  }
}

function keysOf({ deliveries }: StoredPromotionSummary): string[] {
  return deliveries.flatMap(({ repo, commit, pullRequest }) =>
    pullRequest && !commit ? webhookKey(repo) ?? [] : [],
  );
}
