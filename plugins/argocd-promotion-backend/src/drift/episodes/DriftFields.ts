import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ApplicationDrift,
  DriftApplicationKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../../argocd/types';
import { Inventory, inventoryKey } from '../../inventory/Inventory';
import { Readings } from '../../inventory/Readings';
import { LiveDrift } from '../LiveDrift';
import { driftedResources } from '../resources';
import { DatabaseEpisodes } from './DatabaseEpisodes';

/** Fields of a drift that lasts may change without any other sign; it is looked at no more often than this. */
const AGAIN_MS = 30_000;
/** What was read so soon after a drift ended was caught of it: Argo CD answers from what it compared last. */
const JUST_ENDED_MS = 2_000;
/** Stored episodes get what was read a moment before. */
const JUST_READ_MS = 30_000;

interface Drifting {
  /** Which objects drift. */
  objects: string;
  /** When they were wanted last, in milliseconds, and of which version of the Application. */
  wanted: number;
  version?: string;
  timer?: NodeJS.Timeout;
}

/** What it needs of the house. */
export interface DriftFieldsOptions {
  store: DatabaseEpisodes;
  inventory: Pick<Inventory, 'peek'>;
  drift: Pick<LiveDrift, 'get'>;
  logger: LoggerService;
  /** Told when other fields differ than before. */
  onTold(key: DriftApplicationKey): void;
  now?: () => Date;
  againMs?: number;
}

/**
 * Reads the fields of what drifts, in the background and with a pace: when an Application begins to drift, when other
 * objects of it drift, and now and then while it changes. What self-heal will soon set back is read at once, everything
 * else when no other replica has done so already.
 */
export class DriftFields {
  readonly #options: DriftFieldsOptions;
  readonly #read: Readings<ApplicationDrift>;
  readonly #drifting = new Map<string, Drifting>();

  constructor(options: DriftFieldsOptions) {
    this.#options = options;
    this.#read = new Readings({
      logger: options.logger,
      what: 'What drifted',
      limits: { concurrency: 3, aheadConcurrency: 1, aheadIntervalMs: 500 },
      onRead: () => undefined,
      read: id => this.#ask(id),
    });
  }

  /** Told of each version of an Application that drifts. */
  drifts(key: DriftApplicationKey, application: Application): void {
    const id = inventoryKey(key);
    const before = this.#drifting.get(id);
    const objects = JSON.stringify(
      driftedResources(application).map(
        ({ group, kind, namespace, name, difference }) => [
          group,
          kind,
          namespace,
          name,
          difference,
        ],
      ),
    );
    const version = application.metadata.resourceVersion;
    if (before?.objects === objects) {
      if (before.version === version || before.timer) return;
      const wait =
        before.wanted +
        (this.#options.againMs ?? AGAIN_MS) -
        this.#now().getTime();
      before.timer = setTimeout(() => this.#want(id, objects), wait);
      before.timer.unref();
      return;
    }
    clearTimeout(before?.timer);
    this.#want(id, objects);
  }

  /** Told when nothing of an Application drifts any more: what drifts next is another drift. */
  calm(key: DriftApplicationKey): void {
    const id = inventoryKey(key);
    clearTimeout(this.#drifting.get(id)?.timer);
    this.#drifting.delete(id);
  }

  /** Told when episodes were stored: their fields may have been read before them. */
  async stored(key: DriftApplicationKey): Promise<void> {
    const known = this.#read.get(inventoryKey(key));
    const since = this.#now().getTime() - JUST_READ_MS;
    if (known && Date.parse(known.comparedAt) >= since)
      await this.#tell(key, known);
  }

  async stop(): Promise<void> {
    for (const { timer } of this.#drifting.values()) clearTimeout(timer);
    this.#drifting.clear();
    await this.#read.stop();
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #want(id: string, objects: string): void {
    const [instance, namespace, name] = id.split('/');
    const found = this.#options.inventory.peek({ instance, namespace, name });
    if (!found) return;
    const { metadata, spec } = found.application;
    const version = metadata.resourceVersion;
    const wanted = this.#now().getTime();
    this.#drifting.set(id, {
      objects,
      wanted,
      ...(version ? { version } : {}),
    });
    const { automated } = spec.syncPolicy ?? {};
    const isFleeting =
      automated?.selfHeal === true && automated.enabled !== false;
    this.#read.want(
      id,
      JSON.stringify([objects, version, wanted]),
      isFleeting ? 'watched' : 'ahead',
    );
  }

  async #ask(
    id: string,
  ): Promise<{ value: ApplicationDrift; complete: boolean } | undefined> {
    const { store, inventory, drift } = this.#options;
    const [instance, namespace, name] = id.split('/');
    const key = { instance, namespace, name };
    const found = inventory.peek(key);
    const wanted = this.#drifting.get(id)?.wanted;
    if (!found) return undefined;
    if (
      wanted !== undefined &&
      (await store.isCompared(key, new Date(wanted).toISOString()))
    )
      return undefined;
    const value = await drift.get(instance, found.application);
    if (value.staleReason) throw new Error(value.staleReason);
    await this.#tell(key, value);
    return { value, complete: true };
  }

  async #tell(
    key: DriftApplicationKey,
    { resources, comparedAt }: ApplicationDrift,
  ): Promise<void> {
    const since = new Date(Date.parse(comparedAt) - JUST_ENDED_MS);
    const isNew = await this.#options.store.tellFields(
      key,
      resources,
      comparedAt,
      since.toISOString(),
    );
    if (isNew) this.#options.onTold(key);
  }
}
