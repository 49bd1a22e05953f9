import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';

const HOLDS = 'promotion_holds';

interface HoldRow {
  entity_ref: string;
  environment: string;
  reason: string | null;
  held_by: string;
  at: string;
  promotion_id: string | null;
}

/** What keeps promotions from being made by themselves, until somebody lifts it. */
export interface HoldStore {
  list(entityRef: string): Promise<Hold[]>;
  /** One that is there already stays as it is. */
  set(hold: Hold): Promise<void>;
  /** False when there was none. */
  lift(entityRef: string, environment: string | undefined): Promise<boolean>;
}

/** Sets a hold within a transaction, so that it stands with what it came with or not at all. */
export async function insertHold(knex: Knex, hold: Hold): Promise<void> {
  await knex(HOLDS)
    .insert({
      entity_ref: hold.entityRef,
      environment: hold.environment ?? '',
      reason: hold.reason ?? null,
      held_by: hold.heldBy,
      at: hold.at,
      promotion_id: hold.promotionId ?? null,
    })
    .onConflict(['entity_ref', 'environment'])
    .ignore();
}

/** Holds in SQLite or PostgreSQL. */
export class DatabaseHolds implements HoldStore {
  readonly #knex: Knex;

  constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  async list(entityRef: string): Promise<Hold[]> {
    const rows: HoldRow[] = await this.#knex<HoldRow>(HOLDS)
      .where({ entity_ref: entityRef })
      .orderBy('environment');
    return rows.map(row => ({
      entityRef: row.entity_ref,
      ...(row.environment ? { environment: row.environment } : {}),
      ...(row.reason ? { reason: row.reason } : {}),
      heldBy: row.held_by,
      at: row.at,
      ...(row.promotion_id ? { promotionId: row.promotion_id } : {}),
    }));
  }

  async set(hold: Hold): Promise<void> {
    await insertHold(this.#knex, hold);
  }

  async lift(
    entityRef: string,
    environment: string | undefined,
  ): Promise<boolean> {
    const gone = await this.#knex(HOLDS)
      .where({ entity_ref: entityRef, environment: environment ?? '' })
      .delete();
    return gone > 0;
  }
}

/** The hold that keeps an environment: its own, else the entity's. */
export function holdOf(holds: Hold[], environment: string): Hold | undefined {
  return (
    holds.find(hold => hold.environment === environment) ??
    holds.find(hold => hold.environment === undefined)
  );
}
