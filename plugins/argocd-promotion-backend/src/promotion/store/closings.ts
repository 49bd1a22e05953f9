import { Knex } from 'knex';
import { StoredPromotion } from '../types';
import { appendEvent } from './events';
import { PromotionRow } from './rows';

const PROMOTIONS = 'promotions';
const CLOSINGS = 'promotion_closings';

/** A pull request that outlived its promotion and is to be closed. */
export interface Closing {
  promotionId: string;
  repo: string;
  number: number;
  since: string;
  attempts: number;
  /** What the host said to the last attempt. */
  refusal?: string;
}

interface ClosingRow {
  promotion_id: string;
  repository: string;
  number: number;
  since: string;
  attempts: number;
  refusal: string | null;
  next_attempt_at: string | null;
}

const keyOf = ({ promotion_id, repository, number }: ClosingRow) => ({
  promotion_id,
  repository,
  number,
});

/** To be called in the transaction that ends a promotion: what it leaves open is closed later, whatever happens meanwhile. */
export async function insertClosings(
  trx: Knex.Transaction,
  { id, deliveries }: Pick<StoredPromotion, 'id' | 'deliveries'>,
  at: string,
): Promise<void> {
  for (const { repo, commit, pullRequest } of deliveries) {
    if (commit || !pullRequest) continue;
    await trx(CLOSINGS)
      .insert({
        promotion_id: id,
        repository: repo,
        number: pullRequest.number,
        since: at,
        next_attempt_at: at,
      })
      .onConflict(['promotion_id', 'repository', 'number'])
      .ignore();
  }
}

/** Closings in SQLite or PostgreSQL; of several replicas one works on each. */
export class DatabaseClosings {
  readonly #knex: Knex;
  readonly #now: () => Date;

  constructor(options: { knex: Knex; now?: () => Date }) {
    this.#knex = options.knex;
    this.#now = options.now ?? (() => new Date());
  }

  /** Takes over what is due, all of it or that of one promotion; nobody else gets it within the lease. */
  async take(options: {
    leaseMs: number;
    promotionIds?: string[];
  }): Promise<Closing[]> {
    const now = this.#now();
    const query = this.#knex<ClosingRow>(CLOSINGS)
      .where('next_attempt_at', '<=', now.toISOString())
      .orderBy('next_attempt_at')
      .limit(50)
      .select();
    if (options.promotionIds)
      query.whereIn('promotion_id', options.promotionIds);
    const until = new Date(now.getTime() + options.leaseMs).toISOString();
    const taken: Closing[] = [];
    for (const row of (await query) as ClosingRow[]) {
      const changed = await this.#knex(CLOSINGS)
        .where(keyOf(row))
        .andWhere('next_attempt_at', row.next_attempt_at)
        .update({ next_attempt_at: until });
      if (changed > 0)
        taken.push({
          promotionId: row.promotion_id,
          repo: row.repository,
          number: row.number,
          since: row.since,
          attempts: row.attempts,
          ...(row.refusal ? { refusal: row.refusal } : {}),
        });
    }
    return taken;
  }

  /** Nothing is left to be done; `message` is told in the promotion's life. */
  async done(closing: Closing, message?: string): Promise<void> {
    await this.#change(closing, { next_attempt_at: null }, message);
  }

  /** To be tried again; a refusal that was told already is not told twice. */
  async refused(
    closing: Closing,
    options: { refusal: string; retryMs: number; message: string },
  ): Promise<void> {
    const { refusal, retryMs, message } = options;
    const next = new Date(this.#now().getTime() + retryMs).toISOString();
    await this.#change(
      closing,
      { next_attempt_at: next, attempts: closing.attempts + 1, refusal },
      refusal === closing.refusal ? undefined : message,
    );
  }

  async #change(
    closing: Closing,
    change: Partial<ClosingRow>,
    message: string | undefined,
  ): Promise<void> {
    const id = closing.promotionId;
    await this.#knex.transaction(async trx => {
      const at = this.#now().toISOString();
      // The promotion's row first, as everywhere: its events are counted under it.
      await trx(PROMOTIONS).where({ id }).update({ updated_at: at });
      await trx(CLOSINGS)
        .where({
          promotion_id: id,
          repository: closing.repo,
          number: closing.number,
        })
        .update(change);
      const row = await trx<PromotionRow>(PROMOTIONS)
        .where({ id })
        .first('state');
      if (row && message)
        await appendEvent(
          trx,
          {
            id,
            message,
            updatedAt: at,
            state: row.state as StoredPromotion['state'],
          },
          undefined,
        );
    });
  }
}
