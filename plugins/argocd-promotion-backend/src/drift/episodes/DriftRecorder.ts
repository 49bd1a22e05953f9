import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { DriftApplicationKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../../argocd/types';
import { Inventory, inventoryKey } from '../../inventory/Inventory';
import { DatabaseEpisodes } from './DatabaseEpisodes';
import { Observation, observe } from './observe';
import {
  EpisodeBegin,
  OpenEpisode,
  planEpisodes,
  resourceId,
} from './planEpisodes';

/** What git itself brought is drift only when nobody synced it for so long. */
const UNSYNCED_MS = 60_000;
/** How often it is looked for what no event tells: the above, and Applications that are gone. */
const SWEEP_MS = 60_000;
const RETRY_MS = 5_000;
/** Versions of one Application that wait for a database that does not answer; the oldest are given up. */
const MAX_WAITING = 50;

interface Known {
  application: DriftApplicationKey;
  open: OpenEpisode[];
  revisions?: string;
  /** The self-heal that was taken in already. */
  healedAt?: string;
  /** What may be on its way by itself, and since when. */
  unsynced: Map<string, EpisodeBegin>;
}

/** What the recorder needs of the house. */
export interface DriftRecorderOptions {
  store: DatabaseEpisodes;
  inventory: Pick<Inventory, 'peek' | 'instances'>;
  environmentOf(instance: string, application: Application): string | undefined;
  logger: LoggerService;
  /** Told when something was stored of an Application. */
  onStored(key: DriftApplicationKey): Promise<void>;
  /** Told, at once, that an Application drifts: its fields are worth reading. */
  onDrift(key: DriftApplicationKey, application: Application): void;
  /** Told when it does not any more. */
  onCalm(key: DriftApplicationKey): void;
  now?: () => Date;
  unsyncedMs?: number;
}

/**
 * Follows the inventory and keeps an episode of every drift. What is seen is put down at once, so that a drift of a second
 * is one too, and stored in the background, each Application's versions in their order.
 */
export class DriftRecorder {
  readonly #options: DriftRecorderOptions;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Map<
    string,
    Array<{ observation: Observation; environment?: string }>
  >();
  #working?: Promise<void>;
  #retry?: NodeJS.Timeout;
  #sweep?: NodeJS.Timeout;
  #stopped = false;

  constructor(options: DriftRecorderOptions) {
    this.#options = options;
  }

  /** Takes in what is stored; before the first look. */
  async load(): Promise<void> {
    for (const { application, open } of await this.#options.store.loadOpen()) {
      const key = inventoryKey(application);
      const known = this.#known.get(key);
      if (known) known.open = open;
      else this.#known.set(key, { application, open, unsynced: new Map() });
    }
  }

  start(): void {
    this.#sweep ??= setInterval(() => void this.sweep(), SWEEP_MS);
    this.#sweep.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    clearTimeout(this.#retry);
    await this.#working;
  }

  /** Looks at Applications that may have changed. */
  see(keys: string[]): void {
    for (const key of keys) {
      const [instance, namespace, name] = key.split('/');
      const application = { instance, namespace, name };
      const found = this.#options.inventory.peek(application);
      // One that cannot be compared tells nothing: neither that it drifts nor that it does not.
      if (found?.application.status?.sync?.status === 'Unknown' || !found)
        continue;
      this.#look(key, application, found.application);
    }
    this.#work();
  }

  /** Resolves when all that was seen is stored. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** Looks again at what no event tells of. */
  async sweep(): Promise<void> {
    try {
      await this.settled();
      await this.load();
      const loaded = new Set(
        this.#options.inventory
          .instances()
          .filter(({ loaded: isLoaded, staleSince }) => isLoaded && !staleSince)
          .map(({ name }) => name),
      );
      for (const [key, { application, open }] of this.#known) {
        if (!loaded.has(application.instance)) continue;
        if (this.#options.inventory.peek(application)) continue;
        if (open.length > 0)
          await this.#options.store.gone(
            application,
            this.#now().toISOString(),
          );
        this.#known.delete(key);
      }
      this.see(
        [...this.#known].flatMap(([key, known]) =>
          known.open.length > 0 || known.unsynced.size > 0 ? [key] : [],
        ),
      );
    } catch (error) {
      this.#options.logger.warn(
        `Stored drift could not be looked through; tried again in a minute: ${stringifyError(
          error,
        )}`,
      );
    }
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #look(
    key: string,
    application: DriftApplicationKey,
    found: Application,
  ): void {
    const observation = observe(found, this.#now());
    const known = this.#known.get(key);
    if (observation.drifted.length > 0)
      this.#options.onDrift(application, found);
    else if (known) this.#options.onCalm(application);
    const isNews =
      observation.drifted.length > 0 ||
      (known && (known.open.length > 0 || known.unsynced.size > 0)) ||
      this.#waiting.has(key) ||
      (observation.heal && observation.heal.startedAt !== known?.healedAt);
    if (!isNews) {
      if (known) known.revisions = observation.revisions;
      else
        this.#known.set(key, {
          application,
          open: [],
          unsynced: new Map(),
          revisions: observation.revisions,
        });
      return;
    }
    if (!known)
      this.#known.set(key, { application, open: [], unsynced: new Map() });
    const environment = this.#options.environmentOf(
      application.instance,
      found,
    );
    const queue = this.#waiting.get(key) ?? [];
    queue.push({ observation, ...(environment ? { environment } : {}) });
    if (queue.length > MAX_WAITING) queue.shift();
    this.#waiting.set(key, queue);
  }

  #work(): void {
    if (this.#working || this.#retry || this.#stopped) return;
    this.#working = this.#drain()
      .catch(error => {
        this.#options.logger.warn(
          `Drift could not be stored; tried again: ${stringifyError(error)}`,
        );
        this.#retry = setTimeout(() => {
          this.#retry = undefined;
          this.#work();
        }, RETRY_MS);
        this.#retry.unref();
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#waiting.size > 0) this.#work();
      });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) return;
      const [key, queue] = next;
      const [{ observation, environment }] = queue;
      await this.#store(key, observation, environment);
      queue.shift();
      if (queue.length === 0) this.#waiting.delete(key);
    }
  }

  async #store(
    key: string,
    observation: Observation,
    environment: string | undefined,
  ): Promise<void> {
    const known = this.#known.get(key);
    if (!known) return;
    const { heal } = observation;
    const changes = planEpisodes(known, observation);
    // Every later version tells of a self-heal until the next operation.
    if (heal?.startedAt === known.healedAt) changes.healed = [];
    changes.begin = this.#ripe(known, changes.begin);
    const { begin, end, healed } = changes;
    if (begin.length + end.length + healed.length > 0) {
      known.open = await this.#options.store.apply(known.application, changes, {
        version: observation.version,
        ...(environment ? { environment } : {}),
      });
      await this.#options.onStored(known.application);
    }
    known.revisions = observation.revisions;
    if (heal) known.healedAt = heal.startedAt;
  }

  /** What the cluster did, and what git did and nobody has synced for a while. */
  #ripe(known: Known, begin: EpisodeBegin[]): EpisodeBegin[] {
    const before = known.unsynced;
    known.unsynced = new Map();
    return begin.flatMap(each => {
      const id = resourceId(each.resource);
      const first = before.get(id) ?? each;
      if (first.cause === 'cluster') return [each];
      const age = this.#now().getTime() - Date.parse(first.startedAt);
      if (age >= (this.#options.unsyncedMs ?? UNSYNCED_MS))
        return [{ ...first, resource: each.resource }];
      known.unsynced.set(id, first);
      return [];
    });
  }
}
