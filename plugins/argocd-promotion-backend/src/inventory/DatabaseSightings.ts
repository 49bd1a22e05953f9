import { Knex } from 'knex';

/** One digest that an Application began to run. */
export interface Sighting {
  digest: string;
  /** When (ISO 8601, UTC); absent when it ran already when it was first looked at. */
  since?: string;
}

/** One image of one Application. */
export interface SightedImage {
  instance: string;
  namespace: string;
  name: string;
  repository: string;
}

interface Row extends SightedImage {
  sequence: number;
  digest: string;
  since: string | null;
}

/** Rows in one statement: SQLite takes a limited number of values. */
const BATCH = 100;
/** Changes of one image that are kept; what lies further back matters to nobody. */
const KEPT = 100;
const TABLE = 'release_sightings';

const imageOf = ({
  instance,
  namespace,
  name,
  repository,
}: SightedImage): SightedImage => ({ instance, namespace, name, repository });

const toSighting = ({ digest, since }: Row): Sighting => ({
  digest,
  ...(since ? { since } : {}),
});

/** The digests that Applications were seen to run, shared by all replicas and kept over restarts. */
export class DatabaseSightings {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  /** Everything that is known, each image with the number of its first row and its digests, oldest first. */
  async load(): Promise<
    Array<{ image: SightedImage; next: number; sightings: Sighting[] }>
  > {
    const rows = await this.#knex<Row>(TABLE).orderBy([
      'instance',
      'namespace',
      'name',
      'repository',
      'sequence',
    ]);
    const found = new Map<
      string,
      { image: SightedImage; next: number; sightings: Sighting[] }
    >();
    for (const row of rows) {
      const image = imageOf(row);
      const id = JSON.stringify(Object.values(image));
      const entry = found.get(id) ?? { image, next: 0, sightings: [] };
      entry.next = row.sequence + 1;
      entry.sightings.push(toSighting(row));
      found.set(id, entry);
    }
    return [...found.values()];
  }

  /** First sightings, many at once; of an image that another replica has stored already nothing changes. */
  async addFirst(
    first: Array<{ image: SightedImage; sighting: Sighting }>,
  ): Promise<void> {
    for (let start = 0; start < first.length; start += BATCH) {
      await this.#knex<Row>(TABLE)
        .insert(
          first.slice(start, start + BATCH).map(({ image, sighting }) => ({
            ...image,
            sequence: 0,
            digest: sighting.digest,
            since: sighting.since ?? null,
          })),
        )
        .onConflict(['instance', 'namespace', 'name', 'repository', 'sequence'])
        .ignore();
    }
  }

  /**
   * Adds a sighting after those that are known, unless the newest stored one is of that very digest: then another replica
   * saw the same. Gives all that is stored of the image now.
   */
  async add(
    image: SightedImage,
    sighting: Sighting,
    next: number,
  ): Promise<{ next: number; sightings: Sighting[] }> {
    for (let sequence = next; ; ) {
      await this.#knex<Row>(TABLE)
        .insert({
          ...image,
          sequence,
          digest: sighting.digest,
          since: sighting.since ?? null,
        })
        .onConflict(['instance', 'namespace', 'name', 'repository', 'sequence'])
        .ignore();
      const rows = await this.#knex<Row>(TABLE)
        .where(image)
        .orderBy('sequence');
      const last = rows[rows.length - 1];
      if (last.digest === sighting.digest) {
        await this.#knex<Row>(TABLE)
          .where(image)
          .andWhere('sequence', '<=', last.sequence - KEPT)
          .delete();
        return {
          next: last.sequence + 1,
          sightings: rows.slice(-KEPT).map(toSighting),
        };
      }
      sequence = last.sequence + 1;
    }
  }
}
