import {
  Override,
  PromotionEvent,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  StoredApproval,
  StoredPromotion,
  StoredPromotionSummary,
} from '../types';

/** A row of `promotions` without the plan. */
export interface SummaryRow {
  id: string;
  entity_ref: string;
  environment: string;
  state: string;
  message: string;
  requested_by: string;
  plan_hash: string;
  data: string;
  created_at: string;
  updated_at: string;
  state_since: string;
  ended_at: string | null;
  next_attempt_at: string | null;
  claim_owner: string | null;
  claim_until: string | null;
  fence: number;
  override: string | null;
  override_plan_hash: string | null;
  train_id: string | null;
}

export interface PromotionRow extends SummaryRow {
  plan: string;
}

export interface EventRow {
  promotion_id: string;
  sequence: number;
  at: string;
  state: string;
  message: string;
  actor: string | null;
}

export interface ApprovalRow {
  promotion_id: string;
  approved_by: string;
  plan_hash: string;
  at: string;
  reason: string | null;
}

/** Every column but the plan. */
export const SUMMARY_COLUMNS = [
  'id',
  'entity_ref',
  'environment',
  'state',
  'message',
  'requested_by',
  'plan_hash',
  'data',
  'created_at',
  'updated_at',
  'state_since',
  'ended_at',
  'next_attempt_at',
  'claim_owner',
  'claim_until',
  'fence',
  'override',
  'override_plan_hash',
  'train_id',
] as const;

type Data = Pick<
  StoredPromotion,
  | 'from'
  | 'release'
  | 'delivery'
  | 'note'
  | 'author'
  | 'owner'
  | 'approvers'
  | 'linkedTo'
  | 'train'
  | 'rebuilt'
  | 'upstreamRequester'
  | 'gates'
  | 'deliveries'
  | 'applications'
  | 'notes'
>;

function dataOf(promotion: StoredPromotion): Data {
  const {
    from,
    release,
    delivery,
    note,
    author,
    owner,
    approvers,
    linkedTo,
    train,
    rebuilt,
    upstreamRequester,
    gates,
    deliveries,
    applications,
    notes,
  } = promotion;
  return {
    from,
    release,
    delivery,
    note,
    author,
    owner,
    approvers,
    linkedTo,
    train,
    rebuilt,
    upstreamRequester,
    gates,
    deliveries,
    applications,
    notes,
  };
}

/** What stands in a row besides; the engine never writes it, so that it does not take away what people wrote meanwhile. */
export function overrideColumns({
  override,
}: Pick<StoredPromotion, 'override'>): Pick<
  PromotionRow,
  'override' | 'override_plan_hash'
> {
  if (!override) return { override: null, override_plan_hash: null };
  const { planHash, ...mark } = override;
  return { override: JSON.stringify(mark), override_plan_hash: planHash };
}

export function toRow(
  promotion: StoredPromotion,
): Omit<
  PromotionRow,
  'claim_owner' | 'claim_until' | 'fence' | 'override' | 'override_plan_hash'
> {
  return {
    id: promotion.id,
    entity_ref: promotion.entityRef,
    environment: promotion.environment,
    state: promotion.state,
    message: promotion.message,
    requested_by: promotion.requestedBy,
    plan_hash: promotion.plan.hash,
    plan: JSON.stringify(promotion.plan),
    data: JSON.stringify(dataOf(promotion)),
    created_at: promotion.createdAt,
    updated_at: promotion.updatedAt,
    state_since: promotion.stateSince,
    ended_at: promotion.endedAt ?? null,
    next_attempt_at: promotion.nextAttemptAt ?? null,
    train_id: promotion.train?.id ?? null,
  };
}

export function fromSummaryRow(row: SummaryRow): StoredPromotionSummary {
  return {
    ...(JSON.parse(row.data) as Data),
    id: row.id,
    entityRef: row.entity_ref,
    environment: row.environment,
    state: row.state as PromotionState,
    message: row.message,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    stateSince: row.state_since,
    ...(row.ended_at ? { endedAt: row.ended_at } : {}),
    ...(row.next_attempt_at ? { nextAttemptAt: row.next_attempt_at } : {}),
    ...(row.override
      ? {
          override: {
            ...(JSON.parse(row.override) as Override),
            planHash: row.override_plan_hash ?? '',
          },
        }
      : {}),
  };
}

export function fromRow(row: PromotionRow): StoredPromotion {
  return {
    ...fromSummaryRow(row),
    plan: JSON.parse(row.plan) as StoredPromotion['plan'],
  };
}

export function fromEventRow(row: EventRow): PromotionEvent {
  return {
    sequence: row.sequence,
    at: row.at,
    state: row.state as PromotionState,
    message: row.message,
    ...(row.actor ? { actor: row.actor } : {}),
  };
}

export function fromApprovalRow(row: ApprovalRow): StoredApproval {
  return {
    by: row.approved_by,
    planHash: row.plan_hash,
    at: row.at,
    ...(row.reason ? { reason: row.reason } : {}),
  };
}
