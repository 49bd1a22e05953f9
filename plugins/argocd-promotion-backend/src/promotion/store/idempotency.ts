import { Knex } from 'knex';
import { IdempotencyRecord, PromotionStore } from './PromotionStore';

const KEYS = 'promotion_idempotency_keys';

type Idempotency = NonNullable<
  Parameters<PromotionStore['createTogether']>[1]['idempotency']
>;

/** Remembers a request in the transaction that fulfils it; one whose time is over makes place. */
export async function insertKey(
  trx: Knex.Transaction,
  { principal, key, bodyHash, expiresAt }: Idempotency,
  promotionId: string,
  at: string,
): Promise<void> {
  await trx(KEYS)
    .where({ principal, key })
    .andWhere('expires_at', '<', at)
    .delete();
  await trx(KEYS).insert({
    principal,
    key,
    body_hash: bodyHash,
    promotion_id: promotionId,
    expires_at: expiresAt,
  });
}

/** As {@link PromotionStore.findByIdempotencyKey}. */
export async function findKey(
  knex: Knex,
  principal: string,
  key: string,
  at: string,
): Promise<IdempotencyRecord | undefined> {
  const row = await knex(KEYS)
    .where({ principal, key })
    .andWhere('expires_at', '>=', at)
    .first('body_hash', 'promotion_id');
  return row && { bodyHash: row.body_hash, promotionId: row.promotion_id };
}

/** As {@link PromotionStore.deleteExpiredKeys}. */
export async function deleteExpired(knex: Knex, at: string): Promise<void> {
  await knex(KEYS).where('expires_at', '<', at).delete();
}
