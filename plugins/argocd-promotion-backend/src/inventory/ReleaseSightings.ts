import { Inventory, InventoryKey, inventoryKey } from './Inventory';

/** More changes than these of one image lie too far back to matter. */
const MAX_SIGHTINGS = 100;

/** One digest that an Application began to run. */
export interface Sighting {
  digest: string;
  /** When (ISO 8601, UTC); absent when it ran already when it was first looked at. */
  since?: string;
}

/**
 * When each digest was first seen to run. Argo CD's history tells of commits, most of which change no image, and not
 * which image each of them brought; so this is known only as far as this process has looked on.
 */
export class ReleaseSightings {
  readonly #seen = new Map<
    string,
    { lookedAt: Date; images: Map<string, Sighting[]> }
  >();

  constructor(private readonly now: () => Date = () => new Date()) {}

  /** Looks at Applications that may have changed. */
  see(keys: string[], inventory: Pick<Inventory, 'get'>): void {
    for (const key of keys) {
      const [instance, namespace, name] = key.split('/');
      const known = inventory.get({ instance, namespace, name });
      if (!known) {
        this.#seen.delete(key);
        continue;
      }
      const history = known.application.status?.history ?? [];
      const deployedAt = history[history.length - 1]?.deployedAt;
      const before = this.#seen.get(key);
      const images = before?.images ?? new Map<string, Sighting[]>();
      const now = this.now();
      this.#seen.set(key, { lookedAt: now, images });
      // Pods change before the operation that changes them ends, and only then it enters the history.
      const changedAt =
        before && !(Date.parse(deployedAt ?? '') > before.lookedAt.getTime())
          ? now.toISOString()
          : deployedAt;
      for (const { repository, digest } of known.images) {
        if (!digest) continue;
        const sightings = images.get(repository) ?? [];
        images.set(repository, sightings);
        if (sightings[sightings.length - 1]?.digest === digest) continue;
        // Of what ran before anybody looked, only the very first deployment tells when it began.
        const told = sightings.length > 0 || history.length === 1;
        sightings.push({
          digest,
          ...(told && changedAt ? { since: changedAt } : {}),
        });
        if (sightings.length > MAX_SIGHTINGS) sightings.shift();
      }
    }
  }

  /** Oldest first. */
  of(key: InventoryKey, repository: string): Sighting[] {
    return this.#seen.get(inventoryKey(key))?.images.get(repository) ?? [];
  }
}
