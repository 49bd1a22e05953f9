import { Problem } from './pipeline';
import { Plan, PromotionSummary } from './promotion';

/**
 * One service of a train.
 *
 * @public
 */
export interface TrainMember {
  entityRef: string;
  /** Release id to promote; default what its upstream environment runs now. */
  release?: string;
}

/**
 * What one asks a joint plan for: several services, into one environment.
 *
 * @public
 */
export interface TrainPlanRequest {
  environment: string;
  /** Upstream environment of all members; needed when one of them has several. */
  from?: string;
  /** From 2 to 25 services, each once. */
  members: TrainMember[];
}

/**
 * The joint plan: all members or none. They are planned on the same commit of each repository.
 *
 * @public
 */
export interface TrainPlan {
  /** Hex SHA-256 over the plans of all members, whatever their order. */
  hash: string;
  environment: string;
  /** In the order that was asked for. Of a file that several members change, each shows the whole change. */
  members: Plan[];
  /** One commit, or one pull request, each; with whom it carries. */
  commits: Array<{ repo: string; branch: string; entityRefs: string[] }>;
  /** Delivery that will be used unless the request says otherwise. */
  delivery: 'commit' | 'pull-request';
  /** Things to know of the train as a whole. */
  problems: Problem[];
}

/**
 * What one asks a train for.
 *
 * @public
 */
export interface TrainRequest extends TrainPlanRequest {
  /** When given, refused with 409 unless the joint plan still has this hash. */
  planHash?: string;
  delivery?: 'commit' | 'pull-request';
  /** Added to the commit message and the pull request. */
  message?: string;
}

/**
 * What people may do to a train.
 *
 * @public
 */
export type TrainAction = 'cancel' | 'retry' | 'rollback';

/**
 * Several promotions that were planned, gated and written as one. Each member has a state, a verification and an end of
 * its own.
 *
 * @public
 */
export interface Train {
  id: string;
  environment: string;
  requestedBy: string;
  createdAt: string;
  /** In the order that was asked for; only those that the viewer may see. */
  members: PromotionSummary[];
  /** As {@link PromotionActions}; what makes no sense now is absent. */
  actions?: Partial<Record<TrainAction, { allowed: boolean; reason?: string }>>;
}
