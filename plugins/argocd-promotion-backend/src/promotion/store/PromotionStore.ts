import {
  Hold,
  Override,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  StoredApproval,
  StoredPromotion,
  StoredPromotionLife,
  StoredPromotionSummary,
} from '../types';

/** The right to work on a promotion for a while. */
export interface Claim {
  promotion: StoredPromotion;
  /** Refused by the database once somebody else has claimed the row. */
  fence: number;
}

/** What was asked before under a key. */
export interface IdempotencyRecord {
  bodyHash: string;
  promotionId: string;
}

/** Parts of a promotion that its life changes. */
export type PromotionPatch = Partial<
  Pick<
    StoredPromotion,
    | 'state'
    | 'message'
    | 'plan'
    | 'gates'
    | 'deliveries'
    | 'applications'
    | 'notes'
  >
>;

/** A promotion that begins with the end of another, and the hold that comes with it. */
export interface FollowUp {
  promotion: StoredPromotion;
  hold?: Hold;
}

/** The place of the last promotion of a page. */
export interface PageCursor {
  createdAt: string;
  id: string;
}

/** Durable promotions. Every change of state and its event are one transaction. */
/** What a page shows of an entity's promotions. */
export interface PromotionOverview {
  /** By environment: the active promotion, else the newest. */
  latest: Map<string, StoredPromotionSummary>;
  /** Newest first. */
  recent: StoredPromotionSummary[];
}

export interface PromotionStore {
  /**
   * Stores a new promotion; its first event carries `actor`. An active promotion of the same environment ends as
   * `superseded` when it has not begun to write, else this throws `ConflictError`.
   * A key that was used before throws {@link IdempotencyKeyUsedError} and stores nothing.
   */
  create(
    promotion: StoredPromotion,
    options: {
      actor: string;
      idempotency?: {
        principal: string;
        key: string;
        bodyHash: string;
        expiresAt: string;
      };
      /** Set in the same transaction. */
      hold?: Hold;
    },
  ): Promise<{ supersededId?: string }>;
  /**
   * As `create`, for several of different deployments: all are stored or none. The key leads to the first of them.
   * Answers the ids of the promotions that were superseded.
   */
  createTogether(
    promotions: StoredPromotion[],
    options: {
      actor: string;
      idempotency?: {
        principal: string;
        key: string;
        bodyHash: string;
        expiresAt: string;
      };
      holds?: Hold[];
    },
  ): Promise<string[]>;
  findByIdempotencyKey(
    principal: string,
    key: string,
  ): Promise<IdempotencyRecord | undefined>;
  /** Forgets keys whose time is over. */
  deleteExpiredKeys(): Promise<void>;

  get(id: string): Promise<StoredPromotionLife | undefined>;
  /** Newest first. */
  list(options: {
    entityRef?: string;
    environment?: string;
    state?: PromotionState;
    after?: PageCursor;
    limit: number;
  }): Promise<StoredPromotionSummary[]>;
  /** By environment: the active promotion, else the newest. */
  latestByEnvironment(
    entityRef: string,
  ): Promise<Map<string, StoredPromotionSummary>>;
  /** The same, and the newest of any environment, in one go. */
  overview(
    entityRef: string,
    options: { recent: number },
  ): Promise<PromotionOverview>;

  /** Active promotions that the engine should look at now, longest waiting first. */
  findDue(): Promise<string[]>;
  /** Active promotions with the Applications that they follow. */
  listActive(): Promise<StoredPromotionSummary[]>;
  /** Undefined when it has ended or somebody else is at it. */
  claim(
    id: string,
    options: { owner: string; leaseMs: number },
  ): Promise<Claim | undefined>;
  /** Prolongs the lease; false when it was lost. */
  renew(
    id: string,
    options: { owner: string; fence: number; leaseMs: number },
  ): Promise<boolean>;
  /**
   * Changes a claimed promotion. A changed state or message is an event. Throws {@link StaleClaimError} when the claim
   * was lost, and then has changed nothing. A final state ends the promotion; `follow` begins in the same transaction.
   */
  save(
    claim: Claim,
    patch: PromotionPatch,
    options?: { actor?: string; follow?: FollowUp },
  ): Promise<Claim>;
  /** Gives the claim back, and says when to look again. */
  release(claim: Claim, options: { nextAttemptAt: string }): Promise<void>;

  /**
   * Ends a promotion at somebody's wish, if it is in one of these states; whoever has it claimed loses it.
   * Throws `ConflictError` when it is in another state by now.
   */
  end(
    id: string,
    options: {
      in: PromotionState[];
      state: PromotionState;
      message: string;
      actor: string;
    },
  ): Promise<void>;
  /** Adds an approval while the promotion waits with that plan; throws `ConflictError` else. Twice is once. */
  approve(
    id: string,
    options: { by: string; planHash: string; message: string; reason?: string },
  ): Promise<void>;
  /**
   * Takes an approval of that plan back while the promotion waits; throws `ConflictError` else, and when there is none.
   * Whoever has the promotion claimed loses it, for they may have counted the approval already.
   */
  revoke(
    id: string,
    options: { by: string; planHash: string; message: string },
  ): Promise<void>;
  /**
   * Opens all gates of that plan while the promotion waits with it; throws `ConflictError` else. The first mark stays;
   * only for another plan a newer one takes its place.
   */
  override(
    id: string,
    options: { override: Override & { planHash: string }; message: string },
  ): Promise<void>;
  /** By promotion: the approvals of the plan that it has now, oldest first. */
  validApprovals(ids: string[]): Promise<Map<string, StoredApproval[]>>;
  /** Stores one that has ended, as it was read back; false when it is there already, and then it stays as it is. */
  restore(
    promotion: StoredPromotion,
    options: { dryRun: boolean },
  ): Promise<boolean>;
  /** Makes the engine look at it at once. */
  wake(ids: string[]): Promise<void>;
}

/** The claim was lost to somebody else: stop, and change nothing more. */
export class StaleClaimError extends Error {
  constructor(id: string) {
    super(`Promotion ${id} is worked on by somebody else or has ended`);
    this.name = 'StaleClaimError';
  }
}

/** The key was used before. */
export class IdempotencyKeyUsedError extends Error {
  constructor(readonly record: IdempotencyRecord) {
    super('The idempotency key was used before');
    this.name = 'IdempotencyKeyUsedError';
  }
}
