import { ConflictError, isError, NotFoundError } from '@backstage/errors';
import { PromotionState } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import {
  StoredApproval,
  StoredPromotion,
  StoredPromotionLife,
  StoredPromotionSummary,
} from '../types';
import {
  deleteApproval,
  insertApproval,
  listApprovals,
  listValidApprovals,
  writeOverride,
} from './approvals';
import { insertClosings } from './closings';
import { DatabaseClaims, insertPromotion, PROMOTIONS } from './DatabaseClaims';
import { appendEvent, EVENTS } from './events';
import { insertHold } from './holds';
import { deleteExpired, findKey, insertKey } from './idempotency';
import {
  IdempotencyKeyUsedError,
  IdempotencyRecord,
  PageCursor,
  PromotionOverview,
  PromotionStore,
} from './PromotionStore';
import {
  EventRow,
  fromEventRow,
  fromRow,
  fromSummaryRow,
  PromotionRow,
  SUMMARY_COLUMNS,
  SummaryRow,
} from './rows';
import { restorePromotion } from './restore';
import { endTrainmates, lockTrainOf } from './trains';

/** Promotions in SQLite or PostgreSQL: what people ask of them; what the engine does is in {@link DatabaseClaims}. */
export class DatabasePromotionStore
  extends DatabaseClaims
  implements PromotionStore
{
  async create(
    promotion: StoredPromotion,
    options: Parameters<PromotionStore['create']>[1],
  ): Promise<{ supersededId?: string }> {
    const { hold, ...rest } = options;
    const [supersededId] = await this.createTogether([promotion], {
      ...rest,
      ...(hold ? { holds: [hold] } : {}),
    });
    return supersededId ? { supersededId } : {};
  }

  async createTogether(
    promotions: StoredPromotion[],
    options: Parameters<PromotionStore['createTogether']>[1],
  ): Promise<string[]> {
    const { actor, idempotency } = options;
    const [promotion] = promotions;
    try {
      return await this.knex.transaction(async trx => {
        const superseded: string[] = [];
        for (const each of promotions) {
          const id = each.endedAt
            ? undefined
            : await this.#supersede(trx, each, actor);
          if (id) superseded.push(id);
          await insertPromotion(trx, each, actor);
        }
        for (const hold of options.holds ?? []) await insertHold(trx, hold);
        if (idempotency)
          await insertKey(trx, idempotency, promotion.id, this.at());
        return superseded;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // The same request in two places at once: the database let one through, and the key says which.
      const record =
        idempotency &&
        (await this.findByIdempotencyKey(
          idempotency.principal,
          idempotency.key,
        ));
      if (record) throw new IdempotencyKeyUsedError(record);
      throw new ConflictError(
        `Another promotion of ${promotions
          .map(({ entityRef }) => entityRef)
          .join(' or ')} into ${
          promotion.environment
        } was requested at the same moment; look at it before you ask again`,
      );
    }
  }

  async #supersede(
    trx: Knex.Transaction,
    by: StoredPromotion,
    actor: string,
  ): Promise<string | undefined> {
    const active = await trx<SummaryRow>(PROMOTIONS)
      .where({ entity_ref: by.entityRef, environment: by.environment })
      .whereNull('ended_at')
      .first('id', 'state');
    if (!active) return undefined;
    const message = `Superseded by the newer promotion ${by.id}`;
    const changed =
      active.state === 'waiting'
        ? await this.#end(
            trx,
            active.id,
            ['waiting'],
            'superseded',
            message,
            actor,
          )
        : 0;
    if (changed === 0) {
      throw new ConflictError(
        `Promotion ${active.id} of ${by.entityRef} into ${by.environment} is active already (${active.state}); wait until it ends, or cancel it while it is in review`,
      );
    }
    return active.id;
  }

  async findByIdempotencyKey(
    principal: string,
    key: string,
  ): Promise<IdempotencyRecord | undefined> {
    return findKey(this.knex, principal, key, this.at());
  }

  async deleteExpiredKeys(): Promise<void> {
    await deleteExpired(this.knex, this.at());
  }

  async get(id: string): Promise<StoredPromotionLife | undefined> {
    // An id of another form would be an error in PostgreSQL, where it is a uuid.
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      return undefined;
    const row = await this.knex<PromotionRow>(PROMOTIONS).where({ id }).first();
    if (!row) return undefined;
    const [events, approvals] = await Promise.all([
      this.knex<EventRow>(EVENTS)
        .where({ promotion_id: id })
        .orderBy('sequence')
        .select(),
      listApprovals(this.knex, id),
    ]);
    return {
      promotion: fromRow(row as PromotionRow),
      events: events.map(fromEventRow),
      approvals,
    };
  }

  async list(options: {
    entityRef?: string;
    environment?: string;
    state?: PromotionState;
    after?: PageCursor;
    limit: number;
  }): Promise<StoredPromotionSummary[]> {
    const { entityRef, environment, state, after, limit } = options;
    const query = this.knex<SummaryRow>(PROMOTIONS)
      .select(...SUMMARY_COLUMNS)
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit);
    if (entityRef) query.where('entity_ref', entityRef);
    if (environment) query.where('environment', environment);
    if (state) query.where('state', state);
    if (after) {
      query.where(place =>
        place
          .where('created_at', '<', after.createdAt)
          .orWhere(same =>
            same
              .where('created_at', after.createdAt)
              .andWhere('id', '<', after.id),
          ),
      );
    }
    return (await query).map(row => fromSummaryRow(row as SummaryRow));
  }

  async latestByEnvironment(
    entityRef: string,
  ): Promise<Map<string, StoredPromotionSummary>> {
    return (await this.overview(entityRef, { recent: 0 })).latest;
  }

  async overview(
    entityRef: string,
    { recent }: { recent: number },
  ): Promise<PromotionOverview> {
    // Active before ended, then newest first; and all of the entity by age.
    const ranked = this.knex(PROMOTIONS)
      .where({ entity_ref: entityRef })
      .select(
        ...SUMMARY_COLUMNS,
        this.knex.raw(
          'row_number() over (partition by environment order by case when ended_at is null then 0 else 1 end, created_at desc, id desc) as place',
        ),
        this.knex.raw(
          'row_number() over (order by created_at desc, id desc) as age',
        ),
      )
      .as('ranked');
    const rows: Array<SummaryRow & { place: number; age: number }> =
      await this.knex
        .from(ranked)
        .where('place', 1)
        .orWhere('age', '<=', recent)
        .orderBy('age')
        .select(...SUMMARY_COLUMNS, 'place', 'age');
    // PostgreSQL counts in numbers that come as text.
    const promotions = rows.map(row => ({
      place: Number(row.place),
      age: Number(row.age),
      promotion: fromSummaryRow(row),
    }));
    return {
      latest: new Map(
        promotions
          .filter(({ place }) => place === 1)
          .map(({ promotion }) => [promotion.environment, promotion]),
      ),
      recent: promotions
        .filter(({ age }) => age <= recent)
        .map(({ promotion }) => promotion),
    };
  }

  async end(
    id: string,
    options: {
      in: PromotionState[];
      state: PromotionState;
      message: string;
      actor: string;
    },
  ): Promise<void> {
    await this.knex.transaction(async trx => {
      const changed = await this.#end(
        trx,
        id,
        options.in,
        options.state,
        options.message,
        options.actor,
      );
      if (changed > 0) return;
      const now = await trx<SummaryRow>(PROMOTIONS)
        .where({ id })
        .first('state');
      if (!now) throw new NotFoundError(`There is no promotion ${id}`);
      throw new ConflictError(
        `Promotion ${id} is ${now.state} by now; read it again`,
      );
    });
  }

  async approve(
    id: string,
    options: Parameters<PromotionStore['approve']>[1],
  ): Promise<void> {
    await this.knex.transaction(trx =>
      insertApproval(trx, id, this.at(), options),
    );
  }

  async revoke(
    id: string,
    options: Parameters<PromotionStore['revoke']>[1],
  ): Promise<void> {
    await this.knex.transaction(trx =>
      deleteApproval(trx, id, this.at(), options),
    );
  }

  async override(
    id: string,
    options: Parameters<PromotionStore['override']>[1],
  ): Promise<void> {
    await this.knex.transaction(trx =>
      writeOverride(trx, id, this.at(), options),
    );
  }

  async validApprovals(ids: string[]): Promise<Map<string, StoredApproval[]>> {
    return listValidApprovals(this.knex, ids);
  }

  async restore(
    promotion: StoredPromotion,
    options: { dryRun: boolean },
  ): Promise<boolean> {
    return this.knex.transaction(trx =>
      restorePromotion(trx, promotion, options),
    );
  }

  /** Also takes the row from whoever has it claimed, by a new fence. */
  async #end(
    trx: Knex.Transaction,
    id: string,
    states: PromotionState[],
    state: PromotionState,
    message: string,
    actor: string,
  ): Promise<number> {
    const at = this.at();
    const locked = await lockTrainOf(trx, id);
    const changed = await trx(PROMOTIONS)
      .where({ id })
      .whereIn('state', states)
      .whereNull('ended_at')
      .update({
        state,
        message,
        updated_at: at,
        state_since: at,
        ended_at: at,
        next_attempt_at: null,
        claim_owner: null,
        claim_until: null,
        fence: trx.raw('fence + 1'),
      });
    if (changed > 0) {
      await appendEvent(trx, { id, updatedAt: at, state, message }, actor);
      const row = await trx<SummaryRow>(PROMOTIONS).where({ id }).first();
      await insertClosings(trx, fromSummaryRow(row as SummaryRow), at);
      await endTrainmates(trx, { locked, ended: id, at, actor });
    }
    return changed;
  }
}

function isUniqueViolation(error: unknown): boolean {
  if (!isError(error)) return false;
  return [
    '23505',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
  ].includes(String(error.code));
}
