import { Knex } from 'knex';
import { StoredPromotion } from '../types';

export const EVENTS = 'promotion_events';

/** Appends to a promotion's life. The promotion's row was written in this transaction before, so that nobody else counts at the same time. */
export async function appendEvent(
  trx: Knex.Transaction,
  promotion: Pick<StoredPromotion, 'id' | 'state' | 'message' | 'updatedAt'>,
  actor: string | undefined,
): Promise<void> {
  const last = await trx(EVENTS)
    .where({ promotion_id: promotion.id })
    .max({ sequence: 'sequence' })
    .first();
  await trx(EVENTS).insert({
    promotion_id: promotion.id,
    sequence: Number(last?.sequence ?? 0) + 1,
    at: promotion.updatedAt,
    state: promotion.state,
    message: promotion.message,
    actor: actor ?? null,
  });
}
