import { InputError } from '@backstage/errors';
import {
  DriftApplicationKey,
  DriftEpisode,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import { EpisodeRow, EPISODES, toEpisode } from './episodeRows';

/** Most episodes that one look at repeated drift reads. */
const MOST = 2_000;

/** Reads stored episodes; whoever asks has made sure that the Applications may be seen. */
export class EpisodeHistory {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  /** A page, newest first. */
  async list(options: {
    applications: DriftApplicationKey[];
    /** When they began (ISO 8601, UTC): not before `from`, and before `to`. */
    from?: string;
    to?: string;
    cursor?: string;
    limit: number;
  }): Promise<{ items: DriftEpisode[]; nextCursor?: string }> {
    const { applications, from, to, cursor, limit } = options;
    if (applications.length === 0) return { items: [] };
    const query = this.#of(applications)
      .orderBy([
        { column: 'started_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit + 1);
    if (from) query.where('started_at', '>=', from);
    if (to) query.where('started_at', '<', to);
    if (cursor !== undefined) {
      const after = decodeCursor(cursor);
      query.where(page =>
        page
          .where('started_at', '<', after.startedAt)
          .orWhere(same =>
            same
              .where('started_at', after.startedAt)
              .where('id', '<', after.id),
          ),
      );
    }
    const rows = await query;
    const items = rows.slice(0, limit).map(toEpisode);
    const last = items[items.length - 1];
    return rows.length > limit
      ? { items, nextCursor: encodeCursor(last) }
      : { items };
  }

  /** How many began on each day, of each Application. */
  async days(
    applications: DriftApplicationKey[],
    from: string,
  ): Promise<
    Array<{
      date: string;
      application: DriftApplicationKey;
      episodes: number;
      healed: number;
    }>
  > {
    if (applications.length === 0) return [];
    const date = this.#knex.raw('substr(started_at, 1, 10)');
    const rows = (await this.#of(applications)
      .where('started_at', '>=', from)
      .groupBy('instance', 'namespace', 'name', date)
      .select('instance', 'namespace', 'name')
      .select(this.#knex.raw('substr(started_at, 1, 10) as date'))
      .select(this.#knex.raw('count(*) as episodes'))
      .select(
        this.#knex.raw(
          "sum(case when ended = 'self-heal' then 1 else 0 end) as healed",
        ),
      )) as unknown as Array<
      DriftApplicationKey & {
        date: string;
        episodes: number | string;
        healed: number | string;
      }
    >;
    return rows
      .map(({ instance, namespace, name, date: day, episodes, healed }) => ({
        date: day,
        application: { instance, namespace, name },
        episodes: Number(episodes),
        healed: Number(healed),
      }))
      .sort((a, b) => a.date.localeCompare(b.date));
  }

  /** What drifted since then by the cluster's doing, newest first: what repeated drift is counted from. */
  async since(
    applications: DriftApplicationKey[],
    from: string,
  ): Promise<DriftEpisode[]> {
    if (applications.length === 0) return [];
    const rows = await this.#of(applications)
      .whereNot('cause', 'git')
      .where(query =>
        query.where('ended_at', '>=', from).orWhereNull('ended_at'),
      )
      .orderBy('started_at', 'desc')
      .limit(MOST);
    return rows.map(toEpisode);
  }

  #of(applications: DriftApplicationKey[]) {
    return this.#knex<EpisodeRow>(EPISODES).where(query => {
      // By names, since a database takes only so many conditions side by side.
      const names = new Map<string, DriftApplicationKey[]>();
      for (const application of applications) {
        const { instance, namespace } = application;
        const place = JSON.stringify([instance, namespace]);
        names.set(place, [...(names.get(place) ?? []), application]);
      }
      for (const group of names.values())
        query.orWhere(place =>
          place
            .where({
              instance: group[0].instance,
              namespace: group[0].namespace,
            })
            .whereIn(
              'name',
              group.map(({ name }) => name),
            ),
        );
    });
  }
}

function encodeCursor({ startedAt, id }: DriftEpisode): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url');
}

function decodeCursor(cursor: string): { startedAt: string; id: string } {
  try {
    const [startedAt, id] = JSON.parse(
      Buffer.from(cursor, 'base64url').toString(),
    ) as unknown[];
    if (typeof startedAt === 'string' && /^[0-9a-f-]{36}$/.test(String(id)))
      return { startedAt, id: String(id) };
  } catch {
    // Said below.
  }
  throw new InputError(
    "The 'cursor' is none that this API gave; leave it out to begin at the newest",
  );
}
