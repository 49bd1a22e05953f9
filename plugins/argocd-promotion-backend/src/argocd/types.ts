/**
 * The parts of Argo CD's objects that the product reads. Everything optional is truly optional on the wire
 * (null lists, missing status, empty strings all occur).
 */
export interface ApplicationKey {
  namespace: string;
  name: string;
  project: string;
}

export interface ApplicationSource {
  repoURL: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
  helm?: {
    valueFiles?: string[];
    parameters?: Array<{ name: string; value?: string; forceString?: boolean }>;
    values?: string;
    valuesObject?: Record<string, unknown>;
  };
  kustomize?: { images?: string[] };
  directory?: { recurse?: boolean; include?: string; exclude?: string };
}

export interface ResourceStatus {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  health?: { status?: string; message?: string };
  hook?: boolean;
  requiresPruning?: boolean;
  syncWave?: number;
}

export interface ResourceResult {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  message?: string;
  hookType?: string;
  hookPhase?: string;
  syncPhase?: string;
  images?: string[];
}

export interface OperationInitiator {
  username?: string;
  automated?: boolean;
}

export interface RevisionHistory {
  id: number;
  revision?: string;
  revisions?: string[];
  deployedAt: string;
  deployStartedAt?: string;
  source?: ApplicationSource;
  sources?: ApplicationSource[];
  initiatedBy?: OperationInitiator;
}

export interface ApplicationOperationState {
  phase: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  retryCount?: number;
  operation?: {
    initiatedBy?: OperationInitiator;
    retry?: {
      limit?: number;
      backoff?: { duration?: string; factor?: number; maxDuration?: string };
    };
    sync?: {
      revision?: string;
      revisions?: string[];
      autoHealAttemptsCount?: number;
      resources?: Array<{
        group?: string;
        kind: string;
        name: string;
        namespace?: string;
      }> | null;
    };
  };
  syncResult?: {
    revision?: string;
    revisions?: string[];
    resources?: ResourceResult[] | null;
    source?: ApplicationSource;
    sources?: ApplicationSource[] | null;
  };
}

export interface Application {
  metadata: {
    name: string;
    namespace: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: Array<{ kind: string; name: string }>;
  };
  spec: {
    project: string;
    destination?: { server?: string; name?: string; namespace?: string };
    source?: ApplicationSource;
    sources?: ApplicationSource[] | null;
    syncPolicy?: {
      automated?: {
        enabled?: boolean;
        prune?: boolean;
        selfHeal?: boolean;
      } | null;
      retry?: { limit?: number };
    } | null;
  };
  operation?: unknown;
  status?: {
    sync?: { status?: string; revision?: string; revisions?: string[] | null };
    health?: { status?: string; message?: string; lastTransitionTime?: string };
    operationState?: ApplicationOperationState;
    conditions?: Array<{
      type: string;
      message: string;
      lastTransitionTime?: string;
    }> | null;
    resources?: ResourceStatus[] | null;
    history?: RevisionHistory[] | null;
    summary?: { images?: string[] | null; externalURLs?: string[] | null };
    reconciledAt?: string;
    /** Argo CD's own namespace, where the Applications stand that need no namespace to be found. */
    controllerNamespace?: string;
    sourceType?: string;
    sourceTypes?: string[] | null;
    sourceHydrator?: unknown;
  };
}

export interface ResourceNode {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
  parentRefs?: Array<{
    group?: string;
    kind: string;
    namespace?: string;
    name: string;
    uid?: string;
  }> | null;
  info?: Array<{ name: string; value: string }> | null;
  images?: string[] | null;
  health?: { status?: string; message?: string };
  createdAt?: string;
}

export interface ResourceTree {
  nodes?: ResourceNode[] | null;
  orphanedNodes?: ResourceNode[] | null;
}

export interface ManagedResource {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  targetState?: string;
  liveState?: string;
  normalizedLiveState?: string;
  predictedLiveState?: string;
  hook?: boolean;
}

export interface RevisionMetadata {
  author?: string;
  date?: string;
  message?: string;
  tags?: string[] | null;
}

/** A window of `AppProject.spec.syncWindows`. */
export interface SyncWindow {
  kind?: string;
  /** Cron expression of five fields. */
  schedule?: string;
  /** Go duration. */
  duration?: string;
  /** IANA zone; UTC when absent. */
  timeZone?: string;
  manualSync?: boolean;
  applications?: string[] | null;
  namespaces?: string[] | null;
  clusters?: string[] | null;
  /** Whether all of the three lists must match, instead of any. */
  andOperator?: boolean;
}
