import { ConflictError } from '@backstage/errors';
import { Knex } from 'knex';
import { StoredApproval } from '../types';
import { appendEvent } from './events';
import { PromotionStore } from './PromotionStore';
import { ApprovalRow, fromApprovalRow, overrideColumns } from './rows';

const PROMOTIONS = 'promotions';
const APPROVALS = 'promotion_approvals';

/** Approvals of any plan of a promotion, oldest first. */
export async function listApprovals(
  knex: Knex,
  id: string,
): Promise<StoredApproval[]> {
  const rows = await knex<ApprovalRow>(APPROVALS)
    .where({ promotion_id: id })
    .orderBy('at')
    .select();
  return rows.map(fromApprovalRow);
}

/** By promotion: the approvals of the plan that it has now. */
export async function listValidApprovals(
  knex: Knex,
  ids: string[],
): Promise<Map<string, StoredApproval[]>> {
  const found = new Map<string, StoredApproval[]>();
  if (ids.length === 0) return found;
  const rows: ApprovalRow[] = await knex(APPROVALS)
    .join(PROMOTIONS, function samePlan() {
      this.on(`${PROMOTIONS}.id`, `${APPROVALS}.promotion_id`).andOn(
        `${PROMOTIONS}.plan_hash`,
        `${APPROVALS}.plan_hash`,
      );
    })
    .whereIn(`${APPROVALS}.promotion_id`, ids)
    .orderBy(`${APPROVALS}.at`)
    .select(`${APPROVALS}.*`);
  for (const row of rows)
    found.set(row.promotion_id, [
      ...(found.get(row.promotion_id) ?? []),
      fromApprovalRow(row),
    ]);
  return found;
}

/** Changes a promotion that waits with this plan, or throws: then the one who decided has seen something else. */
async function changeWaiting(
  trx: Knex.Transaction,
  id: string,
  planHash: string,
  change: object,
): Promise<void> {
  const changed = await trx(PROMOTIONS)
    .where({ id, state: 'waiting', plan_hash: planHash })
    .update(change);
  if (changed === 0)
    throw new ConflictError(
      `Promotion ${id} does not wait with the plan ${planHash.slice(
        0,
        12,
      )} any more; read it again`,
    );
}

/** Takes the row from whoever has it claimed: what they have read of it is not true any more. */
const unclaim = (trx: Knex.Transaction) => ({
  claim_owner: null,
  claim_until: null,
  fence: trx.raw('fence + 1'),
});

/** As {@link PromotionStore.approve}. */
export async function insertApproval(
  trx: Knex.Transaction,
  id: string,
  at: string,
  options: Parameters<PromotionStore['approve']>[1],
): Promise<void> {
  const { by, planHash, message, reason } = options;
  await changeWaiting(trx, id, planHash, {
    updated_at: at,
    message,
    next_attempt_at: at,
  });
  const inserted = await trx(APPROVALS)
    .insert({
      promotion_id: id,
      approved_by: by,
      plan_hash: planHash,
      at,
      reason: reason ?? null,
    })
    .onConflict(['promotion_id', 'approved_by', 'plan_hash'])
    .ignore()
    .returning('at');
  if (inserted.length > 0)
    await appendEvent(
      trx,
      { id, updatedAt: at, state: 'waiting', message },
      by,
    );
}

/** As {@link PromotionStore.revoke}. */
export async function deleteApproval(
  trx: Knex.Transaction,
  id: string,
  at: string,
  options: Parameters<PromotionStore['revoke']>[1],
): Promise<void> {
  const { by, planHash, message } = options;
  await changeWaiting(trx, id, planHash, {
    updated_at: at,
    message,
    next_attempt_at: at,
    ...unclaim(trx),
  });
  const gone = await trx(APPROVALS)
    .where({ promotion_id: id, approved_by: by, plan_hash: planHash })
    .delete();
  if (gone === 0)
    throw new ConflictError(
      `${by} has not approved promotion ${id} with this plan, so there is nothing to take back`,
    );
  await appendEvent(trx, { id, updatedAt: at, state: 'waiting', message }, by);
}

/** As {@link PromotionStore.override}. */
export async function writeOverride(
  trx: Knex.Transaction,
  id: string,
  at: string,
  options: Parameters<PromotionStore['override']>[1],
): Promise<void> {
  const { override, message } = options;
  const { planHash, by } = override;
  await changeWaiting(trx, id, planHash, { next_attempt_at: at });
  const changed = await trx(PROMOTIONS)
    .where({ id })
    .andWhere(other =>
      other
        .whereNull('override_plan_hash')
        .orWhereNot('override_plan_hash', planHash),
    )
    .update({
      updated_at: at,
      message,
      ...overrideColumns({ override }),
      ...unclaim(trx),
    });
  if (changed > 0)
    await appendEvent(
      trx,
      { id, updatedAt: at, state: 'waiting', message },
      by,
    );
}
