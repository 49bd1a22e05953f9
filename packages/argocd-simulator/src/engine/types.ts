import { KubernetesObject, SourceSpec } from '../ports';

export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface RetryStrategy {
  limit?: number;
  refresh?: boolean;
  backoff?: { duration?: string; factor?: number; maxDuration?: string };
}

export interface ApplicationSpec {
  source?: SourceSpec;
  sources?: SourceSpec[];
  destination: Destination;
  project: string;
  syncPolicy?: {
    automated?: {
      prune?: boolean;
      selfHeal?: boolean;
      allowEmpty?: boolean;
      enabled?: boolean;
    };
    syncOptions?: string[];
    retry?: RetryStrategy;
  };
  ignoreDifferences?: Array<{
    group?: string;
    kind?: string;
    name?: string;
    jsonPointers?: string[];
  }>;
  revisionHistoryLimit?: number;
}

export interface SyncOperation {
  revision?: string;
  prune?: boolean;
  dryRun?: boolean;
  syncStrategy?: Record<string, unknown>;
  resources?: Array<{
    group?: string;
    kind: string;
    name: string;
    namespace?: string;
  }>;
  source?: SourceSpec;
  syncOptions?: string[];
  sources?: SourceSpec[];
  revisions?: string[];
  autoHealAttemptsCount?: number;
}

export interface Operation {
  sync: SyncOperation;
  initiatedBy: { automated?: boolean; username?: string };
  retry: RetryStrategy;
  info?: unknown[];
}

export type OperationPhase =
  | 'Running'
  | 'Terminating'
  | 'Succeeded'
  | 'Failed'
  | 'Error';
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';

export interface ResourceResult {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status?: string;
  message?: string;
  hookType?: string;
  hookPhase?: string;
  syncPhase: SyncPhase;
  images?: string[];
}

export interface SyncResult {
  resources?: ResourceResult[];
  revision: string;
  source: SourceSpec;
  sources?: SourceSpec[];
  revisions?: string[];
}

export interface OperationState {
  operation: Operation;
  phase: OperationPhase;
  message?: string;
  syncResult?: SyncResult;
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
}

export interface Health {
  status: string;
  message?: string;
}

export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: 'Synced' | 'OutOfSync';
  health?: Health;
  hook?: boolean;
  requiresPruning?: boolean;
  syncWave?: number;
}

export interface Condition {
  type: string;
  message: string;
  lastTransitionTime?: string;
}

export interface HistoryEntry {
  revision?: string;
  deployedAt: string;
  id: number;
  source: SourceSpec;
  deployStartedAt: string;
  sources?: SourceSpec[];
  revisions?: string[];
  initiatedBy: { automated?: boolean; username?: string };
}

export interface SyncStatus {
  status: string;
  comparedTo: {
    source: SourceSpec;
    destination: Destination;
    sources?: SourceSpec[];
  };
  revision?: string;
  revisions?: string[];
}

export interface ApplicationStatus {
  resources?: ResourceStatus[];
  sync: SyncStatus;
  health: { status?: string; message?: string; lastTransitionTime?: string };
  history?: HistoryEntry[];
  conditions?: Condition[];
  reconciledAt?: string;
  operationState?: OperationState;
  sourceType?: string;
  summary: { images?: string[]; isAppOfApps?: boolean };
  resourceHealthSource?: string;
  sourceTypes?: string[];
  controllerNamespace?: string;
  sourceHydrator: Record<string, never>;
}

/** An Application as the API serves it. */
export type Application = KubernetesObject & {
  spec: ApplicationSpec;
  status: ApplicationStatus;
  operation?: Operation;
};

export interface ProjectSpec {
  sourceRepos?: string[];
  destinations?: Destination[];
  description?: string;
  roles?: Array<{
    name: string;
    description?: string;
    policies?: string[];
    groups?: string[];
  }>;
  sourceNamespaces?: string[];
  syncWindows?: Array<{
    kind: string;
    schedule: string;
    duration: string;
    applications?: string[];
    namespaces?: string[];
    clusters?: string[];
    manualSync?: boolean;
    andOperator?: boolean;
    timeZone?: string;
  }>;
  [key: string]: unknown;
}

export type AppProject = KubernetesObject & {
  spec: ProjectSpec;
  status?: Record<string, unknown>;
};

export function isMultiSource(spec: ApplicationSpec): boolean {
  return (spec.sources?.length ?? 0) > 0;
}

export function sourcesOf(spec: ApplicationSpec): SourceSpec[] {
  if (isMultiSource(spec)) return spec.sources ?? [];
  return spec.source ? [spec.source] : [];
}

export function newStatus(): ApplicationStatus {
  return {
    sync: {
      status: '',
      comparedTo: { source: { repoURL: '' }, destination: {} },
    },
    health: {},
    summary: {},
    sourceHydrator: {},
  };
}
