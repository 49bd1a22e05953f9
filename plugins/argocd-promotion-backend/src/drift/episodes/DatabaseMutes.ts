import {
  DriftMute,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import { resourceId } from './planEpisodes';

const MUTES = 'drift_mutes';

interface MuteRow {
  id: string;
  entity_ref: string;
  environment: string;
  resource: string | null;
  reason: string;
  muted_by: string;
  muted_at: string;
  until: string;
}

/** Mutes in SQLite or PostgreSQL. */
export class DatabaseMutes {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  /** Those that hold, the one that ends first first. */
  async list(entityRef: string, now: string): Promise<DriftMute[]> {
    const rows = await this.#knex<MuteRow>(MUTES)
      .where({ entity_ref: entityRef })
      .where('until', '>', now)
      .orderBy(['until', 'id']);
    return rows.map(row => ({
      id: row.id,
      entityRef: row.entity_ref,
      environment: row.environment,
      ...(row.resource
        ? { resource: JSON.parse(row.resource) as DriftResourceKey }
        : {}),
      reason: row.reason,
      mutedBy: row.muted_by,
      mutedAt: row.muted_at,
      until: row.until,
    }));
  }

  async add(mute: DriftMute): Promise<void> {
    await this.#knex<MuteRow>(MUTES).insert({
      id: mute.id,
      entity_ref: mute.entityRef,
      environment: mute.environment,
      resource: mute.resource ? JSON.stringify(mute.resource) : null,
      reason: mute.reason,
      muted_by: mute.mutedBy,
      muted_at: mute.mutedAt,
      until: mute.until,
    });
  }

  async remove(id: string): Promise<void> {
    await this.#knex<MuteRow>(MUTES).where({ id }).delete();
  }

  /** Forgets those that ended before. */
  async forget(before: string): Promise<void> {
    await this.#knex<MuteRow>(MUTES).where('until', '<', before).delete();
  }
}

/** Whether somebody has said that they know of it. */
export function isMuted(
  mutes: DriftMute[],
  environment: string,
  resource: DriftResourceKey,
): boolean {
  return mutes.some(
    mute =>
      mute.environment === environment &&
      (!mute.resource || resourceId(mute.resource) === resourceId(resource)),
  );
}
