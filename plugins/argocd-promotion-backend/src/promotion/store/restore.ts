import { Knex } from 'knex';
import { StoredPromotion } from '../types';
import { appendEvent } from './events';
import { overrideColumns, toRow } from './rows';

const PROMOTIONS = 'promotions';

/** As {@link PromotionStore.restore}. */
export async function restorePromotion(
  trx: Knex.Transaction,
  promotion: StoredPromotion,
  { dryRun }: { dryRun: boolean },
): Promise<boolean> {
  const { id } = promotion;
  const known = await trx(PROMOTIONS).where({ id }).first('id');
  if (known || dryRun) return !known;
  const inserted = await trx(PROMOTIONS)
    .insert({ ...toRow(promotion), ...overrideColumns(promotion) })
    .onConflict('id')
    .ignore()
    .returning('id');
  if (inserted.length > 0) await appendEvent(trx, promotion, undefined);
  return inserted.length > 0;
}
