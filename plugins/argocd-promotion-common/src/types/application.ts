import { RolloutSummary } from './rollout';
import { ManagerKey } from './roots';

/**
 * One image that an Application of a deployment runs.
 *
 * `source` says how much is known: `pod` when live Pods of the current Pod template were seen, `spec` when only the
 * Pod spec is known, `unknown` when neither is.
 *
 * @public
 */
export interface RunningImage {
  /** Repository without tag or digest, for example `registry.example.com/shop/checkout`. */
  repository: string;
  /** Tag as written in the Pod spec. */
  tag?: string;
  /** `sha256:…`; identity when pinned in the Pod spec, else the evidence of the Pods' `imageID`. */
  digest?: string;
  /** Where the digest (or its absence) is known from. */
  source: 'pod' | 'spec' | 'unknown';
  /** Pods of the current template, and how many of them run this digest. Absent while Pods were not read yet. */
  pods?: {
    total: number;
    matching: number;
    others: string[];
    /** Why it could not be told whether `others` are platforms of the image index `digest`, in words for people. */
    unverified?: string;
  };
}

/**
 * Why an Application belongs to an entity. A claim lets one see state; field-level drift, the proxy and writes need proof.
 *
 * @public
 */
export interface Binding {
  kind: 'claim' | 'proof';
  /** What said so, in words for people: an annotation of the entity, a label or annotation of the Application, the AppProject, configuration. */
  reason: string;
  /** For a claim: what to add, and where, to turn it into proof. */
  remedy?: string;
}

/**
 * Argo CD's sync state of one Application. `revisions` has one entry a source, in the order of the sources.
 *
 * @public
 */
export interface SyncState {
  status: 'Synced' | 'OutOfSync' | 'Unknown';
  revisions: string[];
  /** When Argo CD last compared (ISO 8601, UTC). */
  comparedAt?: string;
}

/**
 * Argo CD's health of one Application.
 *
 * @public
 */
export interface HealthState {
  status:
    | 'Healthy'
    | 'Progressing'
    | 'Degraded'
    | 'Suspended'
    | 'Missing'
    | 'Unknown';
  message?: string;
}

/**
 * The hook of an operation as Argo CD reported it in `syncResult.resources[]`.
 *
 * @public
 */
export interface HookState {
  kind: string;
  name: string;
  hookType: string;
  /** `Running`, `Terminating`, `Failed`, `Error`, `Succeeded`. */
  phase: string;
  message?: string;
}

/**
 * The last or running operation of an Application.
 *
 * @public
 */
export interface OperationState {
  phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  /** Revisions that it syncs, one a source. */
  revisions: string[];
  /** Set when the operation fails and is tried again, or ended so. `limit` is negative when there is none. */
  retry?: { count: number; limit: number; nextAt?: string };
  /** True when it failed, be it only once: also while Argo CD retries and its phase is still `Running`. */
  failing: boolean;
  hooks: HookState[];
  /** Who started it: a user name, or automated sync or self-heal. */
  initiatedBy: { username?: string; automated: boolean; selfHeal: boolean };
}

/**
 * One resource whose live state differs from git, at the level of resources.
 *
 * @public
 */
export interface DriftedResource {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
  /** `differs`: both exist; `missing`: in git but not in the cluster; `extra`: in the cluster but no longer in git (would be pruned). */
  difference: 'differs' | 'missing' | 'extra';
  health?: HealthState;
}

/**
 * A condition of an Application that people must know of, such as `ComparisonError` or `InvalidSpecError`.
 *
 * @public
 */
export interface ApplicationCondition {
  type: string;
  message: string;
  lastTransitionTime?: string;
}

/**
 * What changed an Application last, or, where that is not known, what Argo CD last synced it to.
 *
 * @public
 */
export interface LastChange {
  /** Commit SHA. */
  revision: string;
  /**
   * True when this commit is known to be about what the Application renders: a promotion made it, or it touches the
   * folder or the value files of the Application. Else Argo CD synced at this revision, and in a repository that others
   * write to it may be about something else.
   */
  own: boolean;
  /** When it was deployed (ISO 8601, UTC). */
  deployedAt?: string;
  author?: string;
  message?: string;
  /** When it was committed (ISO 8601, UTC). */
  committedAt?: string;
  /** Link to the commit on its host; absent when the host is not configured in `integrations`. */
  url?: string;
  /** The promotion that brought it: from the record, else the commit's `Promotion-Id`. */
  promotionId?: string;
  /** Who asked for the promotion that brought it: from the record, else the commit's `Promoted-By`. */
  promotedBy?: string;
  /** Who merged its pull request, as the git host names them. */
  mergedBy?: string;
}

/**
 * One Application of an entity, as the pipeline view shows it.
 *
 * @public
 */
export interface ApplicationView {
  instance: string;
  /** Namespace of the Application object itself. */
  namespace: string;
  name: string;
  project: string;
  /** Link into Argo CD's own UI, from `frontendUrl`; absent when that is not configured. */
  url?: string;
  binding: Binding;
  sync: SyncState;
  health: HealthState;
  operation?: OperationState;
  images: RunningImage[];
  /** Its Rollouts in a line each; absent while they were not read yet, and where there are none. */
  rollouts?: RolloutSummary[];
  /** Resources that differ; the list is in {@link DriftedResource}s of the application route. */
  drift: { differs: number; missing: number; extra: number };
  conditions: ApplicationCondition[];
  automated: { enabled: boolean; selfHeal: boolean; prune: boolean };
  sources: Array<{
    repoURL: string;
    path?: string;
    chart?: string;
    targetRevision: string;
    ref?: string;
  }>;
  lastChange?: LastChange;
  /** The Applications and ApplicationSets that it hangs under (App of Apps), from the top; absent when there are none. */
  managedBy?: ManagerKey[];
  /** True when it manages Applications itself. */
  manages?: boolean;
  /** Set while the Instance cannot be read: since when its data is old (ISO 8601, UTC). */
  staleSince?: string;
  staleReason?: string;
}

/**
 * One resource or hook in the story of an operation.
 *
 * @public
 */
export interface OperationStep {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  hook: boolean;
  /** `waiting`: not reached yet. */
  state: 'done' | 'running' | 'failed' | 'waiting' | 'pruned';
  /** Argo CD's own words. */
  message?: string;
}

/**
 * A phase of an operation, with its waves in their order.
 *
 * @public
 */
export interface OperationPhase {
  phase: 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';
  /** `wave` is absent for hooks that are gone: Argo CD keeps no waves with its results. */
  waves: Array<{ wave?: number; steps: OperationStep[] }>;
}

/**
 * A resource whose wave can't be right.
 *
 * @public
 */
export interface OrderProblem {
  kind: string;
  name: string;
  message: string;
  remedy: string;
}

/**
 * One Application in depth.
 *
 * @public
 */
export interface ApplicationDetails extends ApplicationView {
  drifted: DriftedResource[];
  /** The last or running operation by phases and waves; empty when there was none, or between two attempts. */
  story: OperationPhase[];
  /** Custom resources that are deployed no later than their definition. */
  orderProblems: OrderProblem[];
  resources: Array<{
    group?: string;
    version?: string;
    kind: string;
    namespace?: string;
    name: string;
    sync?: string;
    health?: HealthState;
    hook: boolean;
    syncWave?: number;
    requiresPruning?: boolean;
  }>;
  history: Array<{
    id: number;
    revisions: string[];
    deployedAt: string;
    deployStartedAt?: string;
    initiatedBy?: string;
  }>;
}
