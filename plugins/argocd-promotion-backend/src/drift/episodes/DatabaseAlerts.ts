import { createHash } from 'node:crypto';
import { RepeatedDrift } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import { resourceId } from './planEpisodes';

const ALERTS = 'drift_alerts';

interface AlertRow {
  alert_key: string;
  alerted_at: string;
  last_seen_at: string;
}

/** What the repetition is about: the same one is told once. */
export function alertKey({
  application: { instance, namespace, name },
  resource,
  path,
}: Pick<RepeatedDrift, 'application' | 'resource' | 'path'>): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        instance,
        namespace,
        name,
        resourceId(resource),
        path ?? null,
      ]),
    )
    .digest('hex');
}

/** Which repetitions were told, for all replicas: one of them tells, once, until it has been quiet for a whole window. */
export class DatabaseAlerts {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  /** Whether it is for the caller to tell of it. */
  async claim(key: string, now: string, quietSince: string): Promise<boolean> {
    const again = await this.#knex<AlertRow>(ALERTS)
      .where({ alert_key: key })
      .where('last_seen_at', '<', quietSince)
      .update({ alerted_at: now, last_seen_at: now });
    if (again > 0) return true;
    const known = await this.#knex<AlertRow>(ALERTS)
      .where({ alert_key: key })
      .update({ last_seen_at: now });
    if (known > 0) return false;
    // Counts the rows that were written: none when another replica was quicker.
    const written = await this.#knex<AlertRow>(ALERTS)
      .insert({ alert_key: key, alerted_at: now, last_seen_at: now })
      .onConflict('alert_key')
      .ignore()
      .returning('alert_key');
    return written.length > 0;
  }

  /** It could not be told after all: whoever sees it next tries. */
  async giveBack(key: string): Promise<void> {
    await this.#knex<AlertRow>(ALERTS).where({ alert_key: key }).delete();
  }

  async forget(before: string): Promise<void> {
    await this.#knex<AlertRow>(ALERTS)
      .where('last_seen_at', '<', before)
      .delete();
  }
}
