import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { DatabaseSightings, SightedImage, Sighting } from './DatabaseSightings';
import { Inventory, InventoryKey } from './Inventory';

export type { Sighting } from './DatabaseSightings';

/** More changes than these of one image lie too far back to matter. */
const MAX_SIGHTINGS = 100;
/** So many new images are stored together. */
const MANY = 20;

interface Image {
  image: SightedImage;
  /** What this process has seen, after what is stored. */
  sightings: Sighting[];
  /** Number of the next row. */
  next: number;
  /** Digest of the newest stored row. */
  stored?: string;
}

const idOf = (image: SightedImage) =>
  JSON.stringify([
    image.instance,
    image.namespace,
    image.name,
    image.repository,
  ]);

/**
 * Which digests each Application ran, and since when. Argo CD's history tells of commits, most of which change no image,
 * and not which image each of them brought; promotions tell of the environments that are promoted to, but not of those
 * that a pipeline writes to. So what is seen is stored, for all replicas and over restarts.
 *
 * Every replica sees every change, some of them late. A digest is stored only when it still runs after `settleMs`: a
 * replica that lags behind by less does not store what has passed already.
 */
export class ReleaseSightings {
  readonly #images = new Map<string, Image>();
  readonly #lookedAt = new Map<string, Date>();
  readonly #unsaved = new Set<Image>();
  readonly #now: () => Date;
  readonly #store?: DatabaseSightings;
  readonly #settleMs: number;
  readonly #logger?: LoggerService;
  #timer?: NodeJS.Timeout;
  #saving: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    options: {
      store?: DatabaseSightings;
      settleMs?: number;
      logger?: LoggerService;
      now?: () => Date;
    } = {},
  ) {
    this.#store = options.store;
    this.#settleMs = options.settleMs ?? 3_000;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => new Date());
  }

  /** Takes in what is stored; before the first look. */
  async load(): Promise<void> {
    for (const { image, next, sightings } of (await this.#store?.load()) ??
      []) {
      this.#images.set(idOf(image), {
        image,
        next,
        sightings,
        stored: sightings[sightings.length - 1].digest,
      });
    }
  }

  /** Looks at Applications that may have changed. */
  see(keys: string[], inventory: Pick<Inventory, 'peek'>): void {
    for (const key of keys) {
      const [instance, namespace, name] = key.split('/');
      const known = inventory.peek({ instance, namespace, name });
      if (!known) {
        // It may come back, for example when the account gets its rights again; what it ran is not forgotten.
        this.#lookedAt.delete(key);
        continue;
      }
      const history = known.application.status?.history ?? [];
      const deployedAt = history[history.length - 1]?.deployedAt;
      const before = this.#lookedAt.get(key);
      const now = this.#now();
      this.#lookedAt.set(key, now);
      // Pods change before the operation that changes them ends, and only then it enters the history.
      const changedAt =
        before && !(Date.parse(deployedAt ?? '') > before.getTime())
          ? now.toISOString()
          : deployedAt;
      for (const { repository, digest } of known.images) {
        if (!digest) continue;
        const image = this.#image({ instance, namespace, name, repository });
        const { sightings } = image;
        if (sightings[sightings.length - 1]?.digest === digest) continue;
        // Of what ran before anybody looked, only the very first deployment tells when it began.
        const told = sightings.length > 0 || history.length === 1;
        sightings.push({
          digest,
          ...(told && changedAt ? { since: changedAt } : {}),
        });
        if (sightings.length > MAX_SIGHTINGS) sightings.shift();
        this.#unsaved.add(image);
      }
    }
    this.#saveSoon();
  }

  /** Oldest first. */
  of(key: InventoryKey, repository: string): Sighting[] {
    const { instance, namespace, name } = key;
    return (
      this.#images.get(idOf({ instance, namespace, name, repository }))
        ?.sightings ?? []
    );
  }

  /** Since when it runs a digest; undefined when nobody saw it begin, or something else runs by now. */
  since(
    key: InventoryKey,
    { repository, digest }: { repository: string; digest: string },
  ): string | undefined {
    const sightings = this.of(key, repository);
    const newest = sightings[sightings.length - 1];
    return newest?.digest === digest ? newest.since : undefined;
  }

  /** Stores what runs now, and ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
  }

  #image(image: SightedImage): Image {
    const id = idOf(image);
    const known = this.#images.get(id) ?? { image, sightings: [], next: 0 };
    this.#images.set(id, known);
    return known;
  }

  #saveSoon(): void {
    if (!this.#store || this.#unsaved.size === 0) return;
    if (this.#timer || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#save().catch(error => {
        this.#logger?.warn(
          `Which releases run could not be stored; tried again with the next change: ${stringifyError(
            error,
          )}`,
        );
      });
    }, this.#settleMs);
    this.#timer.unref();
  }

  /** The first time in a large company everything is new: hundreds of rows at once instead of one by one. */
  async #saveFirst(store: DatabaseSightings, images: Image[]): Promise<void> {
    const fresh = images.filter(({ next }) => next === 0);
    if (fresh.length < MANY) return;
    await store.addFirst(
      fresh.map(({ image, sightings }) => ({
        image,
        sighting: sightings[sightings.length - 1],
      })),
    );
    // Another replica may have been quicker, and have seen something else.
    for (const { image, next, sightings } of await store.load()) {
      const known = this.#images.get(idOf(image));
      if (!known || known.next > 0) continue;
      known.next = next;
      known.stored = sightings[sightings.length - 1].digest;
    }
  }

  async #save(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const images = [...this.#unsaved];
    const current = ({ sightings }: Image) => sightings[sightings.length - 1];
    await this.#saveFirst(store, images);
    for (const image of images) {
      const newest = current(image);
      if (newest.digest !== image.stored) {
        const { next, sightings } = await store.add(
          image.image,
          newest,
          image.next,
        );
        image.next = next;
        image.stored = newest.digest;
        // What changed meanwhile is not stored yet.
        const since = image.sightings.indexOf(newest);
        image.sightings = [...sightings, ...image.sightings.slice(since + 1)];
      }
      if (current(image).digest === image.stored) this.#unsaved.delete(image);
    }
    this.#saveSoon();
  }
}
