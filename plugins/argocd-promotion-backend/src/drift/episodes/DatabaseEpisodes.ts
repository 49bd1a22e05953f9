import { randomUUID } from 'node:crypto';
import {
  DriftApplicationKey,
  DriftResourceKey,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import { EpisodeRow, EPISODES, fingerprintOf, objectHash } from './episodeRows';
import { EpisodeChanges, OpenEpisode, resourceId } from './planEpisodes';

/** Rows in one statement: SQLite takes a limited number of values. */
const BATCH = 40;
/** More fields than these of one episode are counted, and not kept. */
const MAX_FIELDS = 20;

/**
 * Episodes in SQLite or PostgreSQL, written by every replica: each sees every drift, some of them late. Unique keys keep
 * one row of each, and the version of the Application that told of a drift keeps a late one from beginning again what has
 * ended.
 */
export class DatabaseEpisodes {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  /** Every episode that lasts, by Application. */
  async loadOpen(): Promise<
    Array<{ application: DriftApplicationKey; open: OpenEpisode[] }>
  > {
    const rows = await this.#open();
    const found = new Map<
      string,
      { application: DriftApplicationKey; open: OpenEpisode[] }
    >();
    for (const row of rows) {
      const { instance, namespace, name } = row;
      const key = JSON.stringify([instance, namespace, name]);
      const entry = found.get(key) ?? {
        application: { instance, namespace, name },
        open: [],
      };
      entry.open.push(toOpen(row));
      found.set(key, entry);
    }
    return [...found.values()];
  }

  /** Stores what began and ended, and gives what lasts now, with what other replicas have stored. */
  async apply(
    application: DriftApplicationKey,
    changes: EpisodeChanges,
    about: { version: string; environment?: string },
  ): Promise<OpenEpisode[]> {
    const { instance, namespace, name } = application;
    return this.#knex.transaction(async transaction => {
      for (const { resource, startedAt, endedAt } of changes.healed)
        await this.#heal(transaction, application, about, {
          resource,
          startedAt,
          endedAt,
        });
      for (const { resource, endedAt, ended, healedAt } of changes.end)
        await this.#end(transaction, objectHash(application, resource), {
          endedAt,
          ended,
          version: about.version,
          ...(healedAt ? { healedAt } : {}),
        });
      const rows = changes.begin.map(({ resource, cause, startedAt }) => {
        const object = objectHash(application, resource);
        return {
          ...this.#row(application, resource, about),
          difference: resource.difference,
          cause,
          started_at: startedAt,
          open_key: object,
        };
      });
      for (let start = 0; start < rows.length; start += BATCH) {
        const batch = rows.slice(start, start + BATCH);
        await transaction<EpisodeRow>(EPISODES)
          .insert(batch)
          .onConflict('open_key')
          .ignore();
        // Another replica may have seen its end already.
        if (about.version)
          await transaction<EpisodeRow>(EPISODES)
            .whereIn(
              'id',
              batch.map(({ id }) => id),
            )
            .whereExists(
              transaction(`${EPISODES} as later`)
                .select(transaction.raw('1'))
                .whereRaw('later.object = drift_episodes.object')
                .where('later.ended_version', '>=', about.version),
            )
            .delete();
      }
      const open = await this.#open(transaction, { instance, namespace, name });
      return open.map(toOpen);
    });
  }

  /** Whether all that lasts of an Application was compared since then, by whatever replica. */
  async isCompared(
    { instance, namespace, name }: DriftApplicationKey,
    since: string,
  ): Promise<boolean> {
    const rows = await this.#open(this.#knex, { instance, namespace, name });
    return (
      rows.length > 0 &&
      rows.every(
        ({ compared_at }) => compared_at !== null && compared_at >= since,
      )
    );
  }

  /** Ends everything of an Application that is no longer there. */
  async gone(application: DriftApplicationKey, at: string): Promise<void> {
    const { instance, namespace, name } = application;
    await this.#knex<EpisodeRow>(EPISODES)
      .where({ instance, namespace, name })
      .whereNotNull('open_key')
      .update({ open_key: null, ended_at: at, ended: 'gone' });
  }

  /**
   * Keeps what differs, with the episodes that last, and with one that ended a moment ago before anything was known of
   * it. Gives whether anything new was told.
   */
  async tellFields(
    application: DriftApplicationKey,
    resources: ResourceDrift[],
    comparedAt: string,
    endedSince: string,
  ): Promise<boolean> {
    const { instance, namespace, name } = application;
    const rows = await this.#knex<EpisodeRow>(EPISODES)
      .where({ instance, namespace, name })
      // What was read before it began is of another drift.
      .where('started_at', '<=', comparedAt)
      .where(query =>
        query
          .whereNotNull('open_key')
          .orWhere(ended =>
            ended.whereNull('compared_at').where('ended_at', '>=', endedSince),
          ),
      );
    const byResource = new Map(
      resources.map(resource => [resourceId(resource), resource]),
    );
    let isNew = false;
    for (const row of rows) {
      const resource = JSON.parse(row.resource) as DriftResourceKey;
      const drift = byResource.get(resourceId(resource));
      if (!drift) continue;
      const fingerprint = fingerprintOf(drift.difference, drift.fields);
      if (fingerprint === row.fingerprint) {
        await this.#knex<EpisodeRow>(EPISODES)
          .where({ id: row.id })
          .update({ compared_at: comparedAt });
        continue;
      }
      isNew = true;
      const kept = drift.fields.slice(0, MAX_FIELDS);
      const more = drift.fields.length - kept.length + (drift.more ?? 0);
      await this.#knex<EpisodeRow>(EPISODES)
        .where({ id: row.id })
        // Whoever was first counts the change.
        .where(query =>
          row.fingerprint === null
            ? query.whereNull('fingerprint')
            : query.where({ fingerprint: row.fingerprint }),
        )
        .update({
          fingerprint,
          difference: drift.difference,
          fields: JSON.stringify(kept),
          more_fields: more,
          compared_at: comparedAt,
          changes: row.fingerprint === null ? row.changes : row.changes + 1,
        });
    }
    return isNew;
  }

  /** Forgets what ended before, and of each Application what goes beyond so many; episodes that last are kept. */
  async forget(endedBefore: string, most: number): Promise<void> {
    await this.#knex<EpisodeRow>(EPISODES)
      .where('ended_at', '<', endedBefore)
      .delete();
    const crowded = (await this.#knex(EPISODES)
      .whereNotNull('ended_at')
      .groupBy('instance', 'namespace', 'name')
      .having(this.#knex.raw('count(*)'), '>', most)
      .select('instance', 'namespace', 'name')) as DriftApplicationKey[];
    for (const { instance, namespace, name } of crowded) {
      const [last] = await this.#knex<EpisodeRow>(EPISODES)
        .where({ instance, namespace, name })
        .whereNotNull('ended_at')
        .orderBy('ended_at', 'desc')
        .offset(most - 1)
        .limit(1);
      if (last?.ended_at)
        await this.#knex<EpisodeRow>(EPISODES)
          .where({ instance, namespace, name })
          .where('ended_at', '<', last.ended_at)
          .delete();
    }
  }

  async #heal(
    transaction: Knex.Transaction,
    application: DriftApplicationKey,
    about: { version: string; environment?: string },
    healed: { resource: DriftResourceKey; startedAt: string; endedAt: string },
  ): Promise<void> {
    const { resource, startedAt, endedAt } = healed;
    const object = objectHash(application, resource);
    // Another replica has seen it begin.
    const ended = await this.#end(transaction, object, {
      endedAt,
      ended: 'self-heal',
      version: about.version,
      healedAt: startedAt,
    });
    if (ended) return;
    await transaction<EpisodeRow>(EPISODES)
      .insert({
        ...this.#row(application, resource, about),
        difference: 'differs',
        cause: 'cluster',
        started_at: startedAt,
        ended_at: endedAt,
        ended_version: about.version || null,
        ended: 'self-heal',
        heal_key: `${object} ${startedAt}`,
      })
      .onConflict('heal_key')
      .ignore();
  }

  /** False when nothing of the object lasts. */
  async #end(
    transaction: Knex.Transaction,
    object: string,
    end: {
      endedAt: string;
      ended: NonNullable<EpisodeRow['ended']>;
      version: string;
      healedAt?: string;
    },
  ): Promise<boolean> {
    const { endedAt, ended, version, healedAt } = end;
    const healKey = healedAt ? `${object} ${healedAt}` : null;
    if (healKey) {
      const known = await transaction<EpisodeRow>(EPISODES)
        .where({ heal_key: healKey })
        .first('id');
      if (known) {
        // Told by the self-heal before its beginning was stored: one row is enough.
        await transaction<EpisodeRow>(EPISODES)
          .where({ open_key: object })
          .where('started_version', '<=', version)
          .delete();
        return true;
      }
    }
    const count = await transaction<EpisodeRow>(EPISODES)
      .where({ open_key: object })
      .where('started_version', '<=', version)
      .update({
        open_key: null,
        ended_at: endedAt,
        ended_version: version || null,
        ended,
        heal_key: healKey,
      });
    return count > 0;
  }

  #row(
    { instance, namespace, name }: DriftApplicationKey,
    { group, kind, namespace: own, name: of }: DriftResourceKey,
    about: { version: string; environment?: string },
  ) {
    const resource = {
      ...(group ? { group } : {}),
      kind,
      ...(own ? { namespace: own } : {}),
      name: of,
    };
    return {
      id: randomUUID(),
      instance,
      namespace,
      name,
      environment: about.environment ?? null,
      object: objectHash({ instance, namespace, name }, resource),
      resource: JSON.stringify(resource),
      started_version: about.version,
      fields: '[]',
      more_fields: 0,
      changes: 0,
    };
  }

  async #open(
    knex: Knex = this.#knex,
    application?: { instance: string; namespace: string; name: string },
  ): Promise<EpisodeRow[]> {
    const query = knex<EpisodeRow>(EPISODES).whereNotNull('open_key');
    return application ? query.where(application) : query;
  }
}

function toOpen(row: EpisodeRow): OpenEpisode {
  return {
    resource: JSON.parse(row.resource) as DriftResourceKey,
    difference: row.difference,
    startedAt: row.started_at,
    startedVersion: row.started_version,
  };
}
