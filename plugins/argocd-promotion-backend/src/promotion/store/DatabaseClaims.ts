import { Knex } from 'knex';
import {
  FINAL_STATES,
  StoredPromotion,
  StoredPromotionSummary,
} from '../types';
import { insertClosings } from './closings';
import { appendEvent } from './events';
import { insertHold } from './holds';
import {
  Claim,
  FollowUp,
  PromotionPatch,
  PromotionStore,
  StaleClaimError,
} from './PromotionStore';
import {
  fromRow,
  fromSummaryRow,
  overrideColumns,
  PromotionRow,
  SUMMARY_COLUMNS,
  SummaryRow,
  toRow,
} from './rows';
import { endTrainmates, lockTrainOf } from './trains';

export const PROMOTIONS = 'promotions';

/** A new promotion and the first event of its life. */
export async function insertPromotion(
  trx: Knex.Transaction,
  promotion: StoredPromotion,
  actor: string,
): Promise<void> {
  await trx(PROMOTIONS).insert({
    ...toRow(promotion),
    ...overrideColumns(promotion),
  });
  await appendEvent(trx, promotion, actor);
}

/** What the engine does with promotions: find work, claim it with a lease and a fence, store progress. */
export class DatabaseClaims
  implements
    Pick<
      PromotionStore,
      'findDue' | 'listActive' | 'claim' | 'renew' | 'save' | 'release' | 'wake'
    >
{
  protected readonly knex: Knex;
  protected readonly now: () => Date;

  constructor(options: { knex: Knex; now?: () => Date }) {
    this.knex = options.knex;
    this.now = options.now ?? (() => new Date());
  }

  async findDue(): Promise<string[]> {
    const now = this.at();
    const rows: Array<{ id: string }> = await this.knex(PROMOTIONS)
      .whereNull('ended_at')
      .andWhere(due =>
        due.whereNull('next_attempt_at').orWhere('next_attempt_at', '<=', now),
      )
      .andWhere(free =>
        free.whereNull('claim_until').orWhere('claim_until', '<', now),
      )
      .orderBy('next_attempt_at')
      .limit(100)
      .select('id');
    return rows.map(({ id }) => id);
  }

  async listActive(): Promise<StoredPromotionSummary[]> {
    const rows = await this.knex<SummaryRow>(PROMOTIONS)
      .whereNull('ended_at')
      .select(...SUMMARY_COLUMNS);
    return rows.map(row => fromSummaryRow(row as SummaryRow));
  }

  async claim(
    id: string,
    options: { owner: string; leaseMs: number },
  ): Promise<Claim | undefined> {
    const now = this.now();
    return this.knex.transaction(async trx => {
      const changed = await trx(PROMOTIONS)
        .where({ id })
        .whereNull('ended_at')
        .andWhere(free =>
          free
            .whereNull('claim_until')
            .orWhere('claim_until', '<', now.toISOString()),
        )
        .update({
          claim_owner: options.owner,
          claim_until: new Date(now.getTime() + options.leaseMs).toISOString(),
          fence: trx.raw('fence + 1'),
        });
      if (changed === 0) return undefined;
      const row = await trx<PromotionRow>(PROMOTIONS).where({ id }).first();
      return (
        row && { promotion: fromRow(row as PromotionRow), fence: row.fence }
      );
    });
  }

  async renew(
    id: string,
    options: { owner: string; fence: number; leaseMs: number },
  ): Promise<boolean> {
    const changed = await this.knex(PROMOTIONS)
      .where({ id, claim_owner: options.owner, fence: options.fence })
      .whereNull('ended_at')
      .update({
        claim_until: new Date(
          this.now().getTime() + options.leaseMs,
        ).toISOString(),
      });
    return changed > 0;
  }

  async save(
    claim: Claim,
    patch: PromotionPatch,
    options?: { actor?: string; follow?: FollowUp },
  ): Promise<Claim> {
    const before = claim.promotion;
    const at = this.at();
    const after: StoredPromotion = { ...before, ...patch, updatedAt: at };
    const stateChanged = after.state !== before.state;
    if (stateChanged) after.stateSince = at;
    if (FINAL_STATES.has(after.state)) {
      after.endedAt = at;
      delete after.nextAttemptAt;
    }
    // When to look again is said by `release`, and by whoever wakes it meanwhile.
    const { next_attempt_at: _, ...row } = toRow(after);
    // All or none: as long as it waits for its gates, the end of one is the end of its train.
    const endsTrain =
      after.endedAt !== undefined && before.train && before.state === 'waiting';
    await this.knex.transaction(async trx => {
      const locked = endsTrain ? await lockTrainOf(trx, before.id) : [];
      const changed = await trx(PROMOTIONS)
        .where({ id: before.id, fence: claim.fence })
        .whereNull('ended_at')
        .update(after.endedAt ? { ...row, next_attempt_at: null } : row);
      if (changed === 0) throw new StaleClaimError(before.id);
      if (stateChanged || after.message !== before.message)
        await appendEvent(trx, after, options?.actor);
      if (after.endedAt) await insertClosings(trx, after, at);
      await endTrainmates(trx, { locked, ended: before.id, at });
      const { promotion, hold } = options?.follow ?? {};
      if (promotion)
        await insertPromotion(trx, promotion, promotion.requestedBy);
      if (hold) await insertHold(trx, hold);
    });
    return { ...claim, promotion: after };
  }

  async release(
    claim: Claim,
    options: { nextAttemptAt: string },
  ): Promise<void> {
    const { id, nextAttemptAt: known = null } = claim.promotion;
    await this.knex(PROMOTIONS)
      .where({ id, fence: claim.fence })
      .update({
        claim_owner: null,
        claim_until: null,
        // Whoever woke it since it was claimed, to approve or to retry, is not to be forgotten.
        next_attempt_at: this.knex.raw(
          known === null
            ? 'coalesce(next_attempt_at, ?)'
            : 'case when next_attempt_at = ? then ? else next_attempt_at end',
          known === null
            ? [options.nextAttemptAt]
            : [known, options.nextAttemptAt],
        ),
      });
  }

  async wake(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.knex(PROMOTIONS)
      .whereIn('id', ids)
      .whereNull('ended_at')
      .update({ next_attempt_at: this.at() });
  }

  protected at(): string {
    return this.now().toISOString();
  }
}
