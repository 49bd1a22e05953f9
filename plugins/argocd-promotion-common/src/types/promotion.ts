import { Problem } from './pipeline';
import { Release } from './release';

/**
 * States of a promotion; the last six are final.
 *
 * @public
 */
export type PromotionState =
  | 'waiting'
  | 'delivering'
  | 'in-review'
  | 'syncing'
  | 'verifying'
  | 'succeeded'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'superseded'
  | 'unchanged';

/**
 * A condition of a promotion. Missing evidence is `pending`, never `passed`.
 *
 * @public
 */
export interface Gate {
  /** For example `health`, `soak`, `approval`. */
  kind: string;
  /** Name for people. */
  title: string;
  state: 'passed' | 'pending' | 'blocked';
  reason: string;
  /** When it opens, where known (ISO 8601, UTC). */
  opensAt?: string;
  /** The gates that it combines, of kinds `all` and `any`. */
  gates?: Gate[];
}

/**
 * The exact edit of one file.
 *
 * @public
 */
export interface FileEdit {
  /** Repository URL as Argo CD knows it, without credentials. */
  repo: string;
  branch: string;
  path: string;
  /** Unified diff of this file. */
  patch: string;
  /** Blob id (git SHA-1) before and after. */
  blobBefore: string;
  blobAfter: string;
}

/**
 * The commits of the source code that one image brings, as far as the image says its commit and the git host is known.
 *
 * @public
 */
export interface SourceChange {
  /** Image repository. */
  repository: string;
  /** Commits that the images before and after were built from. */
  from: string;
  to: string;
  /** True when `commits` are those that go: a step back. */
  back?: boolean;
  /** Newest first. `message` is the first line; times are ISO 8601 in UTC. */
  commits: Array<{
    sha: string;
    message: string;
    author: string;
    committedAt: string;
    url?: string;
  }>;
  /** True when there are more than are listed. */
  more?: boolean;
}

/**
 * The exact change that a promotion would make.
 *
 * @public
 */
export interface Plan {
  /** Hex SHA-256 over release, target and the blob ids; not over the base commit. */
  hash: string;
  entityRef: string;
  environment: string;
  from?: string;
  /** Commit that the edits were computed on, one a repository and branch. */
  base: Array<{ repo: string; branch: string; commit: string }>;
  edits: FileEdit[];
  release: Release;
  /** What the target runs before, as far as known. */
  replaces?: Release;
  /** Image by image: what is pinned before and after. */
  changes: Array<{
    repository: string;
    from?: { tag?: string; digest?: string };
    to: { tag?: string; digest: string };
  }>;
  /** Chart by chart: the version before and after; absent when no version changes. */
  chartChanges?: Array<{
    repoURL: string;
    chart: string;
    from: string;
    to: string;
  }>;
  /** What the source code of the images brings; absent in plans of older promotions. */
  sourceChanges?: SourceChange[];
  gates: Gate[];
  /** Delivery that will be used unless the request says otherwise. */
  delivery: 'commit' | 'pull-request';
  /** Things to know before pressing Promote; errors that forbid it are answered as errors instead. */
  problems: Problem[];
}

/**
 * An approval of a promotion. It is bound to the plan that was looked at.
 *
 * @public
 */
export interface Approval {
  by: string;
  at: string;
  reason?: string;
  /** True when the plan has changed since: it does not count any more. */
  void?: boolean;
}

/**
 * Somebody has promoted past gates and approvals ("break glass"). The mark stays for good.
 *
 * @public
 */
export interface Override {
  by: string;
  at: string;
  reason: string;
  /** Titles of the gates that had not passed. */
  skipped: string[];
}

/**
 * What people may do to a promotion.
 *
 * @public
 */
export type PromotionAction =
  | 'approve'
  | 'revoke'
  | 'override'
  | 'reject'
  | 'cancel'
  | 'retry'
  | 'rollback';

/**
 * For each action that the state of a promotion lets one think of: whether this user may take it now, and if not why,
 * in words for people. An action that makes no sense in this state is absent.
 *
 * @public
 */
export type PromotionActions = Partial<
  Record<PromotionAction, { allowed: boolean; reason?: string }>
>;

/**
 * A promotion as lists and the pipeline view show it.
 *
 * @public
 */
export interface PromotionSummary {
  id: string;
  entityRef: string;
  environment: string;
  from?: string;
  state: PromotionState;
  /** One sentence: what it waits for, or why it ended so. */
  message: string;
  release: Release;
  delivery: 'commit' | 'pull-request';
  requestedBy: string;
  createdAt: string;
  updatedAt: string;
  endedAt?: string;
  /** The commit that carries it, once known. */
  commit?: { sha: string; url?: string };
  /** `mergedBy` is who merged it, as the git host names them; absent while it is open, or when the host does not tell. */
  pullRequest?: { number: number; url?: string; mergedBy?: string };
  /** Where each Application of the target may be watched in Argo CD's UI. */
  applicationUrls: string[];
  /** What this promotion retries or rolls back. */
  linkedTo?: { id: string; relation: 'retry' | 'rollback' };
  /** Present when somebody has promoted past its gates. */
  override?: Override;
  /** Read back from git after the database was lost: that it was written is known, not how it ended in the cluster. */
  rebuilt?: boolean;
  /** The train that it is part of. */
  trainId?: string;
  /** What the viewer may do with it; in the pipeline view and of a single promotion, not in lists. */
  actions?: PromotionActions;
}

/**
 * One row of a promotion's life.
 *
 * @public
 */
export interface PromotionEvent {
  sequence: number;
  at: string;
  state: PromotionState;
  message: string;
  actor?: string;
}

/**
 * A promotion with every event of its life, oldest first.
 *
 * @public
 */
export interface Promotion extends PromotionSummary {
  plan: Plan;
  gates: Gate[];
  /** Oldest first; those that were taken back are in the events only. */
  approvals: Approval[];
  events: PromotionEvent[];
}

/**
 * What one asks a plan for.
 *
 * @public
 */
export interface PlanRequest {
  entityRef: string;
  environment: string;
  /** Upstream environment; needed when the target has several. */
  from?: string;
  /** Release id to promote; default what `from` runs now. It must be one that `from` runs. */
  release?: string;
}

/**
 * What one asks a promotion for.
 *
 * @public
 */
export interface PromotionRequest extends PlanRequest {
  /** When given, refused with 409 unless the plan still has this hash. */
  planHash?: string;
  delivery?: 'commit' | 'pull-request';
  /** Added to the commit message and the pull request. */
  message?: string;
}
