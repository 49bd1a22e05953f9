import {
  Gate,
  Override,
  Plan,
  PromotionEvent,
  PromotionState,
  Release,
  ReleaseChart,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ApplicationKey } from '../argocd/types';

/** One repository and branch that a promotion writes to, and how far that is. */
export interface DeliveryTarget {
  repo: string;
  /** The branch that Argo CD follows. */
  branch: string;
  /** The commit on that branch that carries the promotion. */
  commit?: { sha: string; url?: string };
  pullRequest?: {
    number: number;
    url?: string;
    mergedBy?: string;
    /** What the host refused of labels, reviewers, draft or auto-merge. */
    problems?: string[];
  };
}

/** One Application that a promotion follows. */
export interface FollowedApplication extends ApplicationKey {
  instance: string;
  /** Link into Argo CD's own UI, when configured. */
  url?: string;
  /** The repositories whose edited files it renders: it must have compared at a revision that holds the edit. */
  renders: Array<{ repo: string; branch: string }>;
  /** Repositories of the promoted images that its Pods must run. Empty for a root that only carries the edit. */
  images: string[];
  /** Promoted charts that it must render. */
  charts?: ReleaseChart[];
}

/** What the engine remembers of its own acts, so that it does not repeat them too often. */
export interface EngineNotes {
  /** When each Application was last asked to refresh, by key. */
  refreshedAt?: Record<string, string>;
  /** The revisions that a sync was last posted for, by key. */
  syncPosted?: Record<string, string>;
  /** The last sync of each Application that Argo CD refused, by key. */
  syncRefused?: Record<string, { at: string; revision: string; why: string }>;
  /** When somebody was last needed to press Sync. */
  neededPeopleAt?: string;
  /** Since when the entity, its environment or its Applications are not to be seen. */
  missingSince?: string;
  /** Since when everything is verified without a break, while it must stay so. */
  verifiedSince?: string;
  /** Since when it has failed for good, but what follows the failure can't begin yet. */
  failingSince?: string;
  /** Failures in a row of the current step. */
  failures?: number;
  /** How often the pull requests were looked at. */
  polls?: number;
}

/** A promotion as it is stored. Times are ISO 8601 in UTC. */
export interface StoredPromotion {
  id: string;
  entityRef: string;
  environment: string;
  from?: string;
  state: PromotionState;
  message: string;
  release: Release;
  plan: Plan;
  delivery: 'commit' | 'pull-request';
  requestedBy: string;
  /** Added by the requester to commit and pull request. */
  note?: string;
  /** The requester as git knows people. */
  author?: { name: string; email: string };
  /** Group or user that is told of the end. */
  owner?: string;
  /** Whom it was asked of, when approvals are required; who may approve is decided anew by the configuration of the day. */
  approvers?: string[];
  createdAt: string;
  updatedAt: string;
  stateSince: string;
  endedAt?: string;
  nextAttemptAt?: string;
  linkedTo?: { id: string; relation: 'retry' | 'rollback' };
  /** Read back from git. */
  rebuilt?: true;
  /** The promotions that it is planned, gated and written with, and its place among them. */
  train?: { id: string; position: number };
  /** Who asked for the promotion into the upstream environment, when this one was made by itself: no approver. */
  upstreamRequester?: string;
  /** Past which gates somebody has promoted it; holds for the plan with this hash alone, the mark stays. */
  override?: Override & { planHash: string };
  gates: Gate[];
  deliveries: DeliveryTarget[];
  applications: FollowedApplication[];
  notes: EngineNotes;
}

/** What the pipeline view and lists need: everything but the plan, which holds patches. */
export type StoredPromotionSummary = Omit<StoredPromotion, 'plan'>;

/** An approval as it is stored. */
export interface StoredApproval {
  by: string;
  planHash: string;
  at: string;
  reason?: string;
}

/** A promotion with its life. */
export interface StoredPromotionLife {
  promotion: StoredPromotion;
  events: PromotionEvent[];
  approvals: StoredApproval[];
}

/** States that nothing follows. */
export const FINAL_STATES: ReadonlySet<PromotionState> =
  new Set<PromotionState>([
    'succeeded',
    'failed',
    'rejected',
    'cancelled',
    'superseded',
    'unchanged',
  ]);

/** Key of an Application as the inventory writes it. */
export function applicationKey(key: {
  instance: string;
  namespace: string;
  name: string;
}): string {
  return `${key.instance}/${key.namespace}/${key.name}`;
}
