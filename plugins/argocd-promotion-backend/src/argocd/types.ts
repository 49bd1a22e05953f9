import { Corrected, Described, Read } from './api/described';
import { Health } from './resourceTypes';

export * from './resourceTypes';

export interface ApplicationKey {
  namespace: string;
  name: string;
  project: string;
}

export type ApplicationSource = Read<
  Described['v1alpha1ApplicationSource'],
  'path' | 'chart' | 'targetRevision' | 'ref',
  'repoURL'
> &
  Corrected<
    Described['v1alpha1ApplicationSource'],
    {
      helm?: Read<
        Described['v1alpha1ApplicationSourceHelm'],
        'valueFiles' | 'values'
      > &
        Corrected<
          Described['v1alpha1ApplicationSourceHelm'],
          {
            parameters?: Array<
              Read<
                Described['v1alpha1HelmParameter'],
                'value' | 'forceString',
                'name'
              >
            >;
            // Described as `{raw: bytes}`, how Go holds a RawExtension; on the wire it is the object itself.
            valuesObject?: Record<string, unknown>;
          }
        >;
      kustomize?: Read<
        Described['v1alpha1ApplicationSourceKustomize'],
        'images'
      >;
      directory?: Read<
        Described['v1alpha1ApplicationSourceDirectory'],
        'recurse' | 'include' | 'exclude'
      >;
    }
  >;

export type ResourceStatus = Read<
  Described['applicationv1alpha1ResourceStatus'],
  | 'group'
  | 'version'
  | 'namespace'
  | 'status'
  | 'hook'
  | 'requiresPruning'
  | 'syncWave',
  'kind' | 'name'
> &
  // A trimmed list lacks it, and a resource without a known kind of health has none.
  Corrected<
    Described['applicationv1alpha1ResourceStatus'],
    { health?: Health }
  >;

export type ResourceResult = Read<
  Described['v1alpha1ResourceResult'],
  | 'group'
  | 'version'
  | 'namespace'
  | 'status'
  | 'message'
  | 'hookType'
  | 'hookPhase'
  | 'syncPhase'
  | 'images',
  'kind' | 'name'
>;

export type OperationInitiator = Read<
  Described['v1alpha1OperationInitiator'],
  'username' | 'automated'
>;

export type RevisionHistory = Read<
  Described['v1alpha1RevisionHistory'],
  'revision' | 'revisions' | 'deployStartedAt',
  'id' | 'deployedAt'
> &
  Corrected<
    Described['v1alpha1RevisionHistory'],
    {
      source?: ApplicationSource;
      sources?: ApplicationSource[];
      initiatedBy?: OperationInitiator;
    }
  >;

type SyncOperation = Read<
  Described['v1alpha1SyncOperation'],
  'revision' | 'revisions' | 'autoHealAttemptsCount'
> &
  Corrected<
    Described['v1alpha1SyncOperation'],
    {
      resources?: Array<
        Read<
          Described['v1alpha1SyncOperationResource'],
          'group' | 'namespace',
          'kind' | 'name'
        >
      > | null;
    }
  >;

type SyncResult = Corrected<
  Described['v1alpha1SyncOperationResult'],
  {
    revision?: string;
    revisions?: string[];
    resources?: ResourceResult[] | null;
    source?: ApplicationSource;
    sources?: ApplicationSource[] | null;
  }
>;

export type ApplicationOperationState = Read<
  Described['v1alpha1OperationState'],
  'message' | 'startedAt' | 'finishedAt' | 'retryCount',
  'phase'
> &
  Corrected<
    Described['v1alpha1OperationState'],
    {
      operation?: Corrected<
        Described['v1alpha1Operation'],
        {
          initiatedBy?: OperationInitiator;
          retry?: Read<Described['v1alpha1RetryStrategy'], 'limit' | 'backoff'>;
          sync?: SyncOperation;
        }
      >;
      syncResult?: SyncResult;
    }
  >;

type ApplicationSpec = Read<
  Described['v1alpha1ApplicationSpec'],
  never,
  'project'
> &
  Corrected<
    Described['v1alpha1ApplicationSpec'],
    {
      destination?: Read<
        Described['v1alpha1ApplicationDestination'],
        'server' | 'name' | 'namespace'
      >;
      source?: ApplicationSource;
      sources?: ApplicationSource[] | null;
      syncPolicy?:
        | (Read<Described['v1alpha1SyncPolicy'], 'retry' | 'syncOptions'> &
            Corrected<
              Described['v1alpha1SyncPolicy'],
              {
                automated?: Read<
                  Described['v1alpha1SyncPolicyAutomated'],
                  'enabled' | 'prune' | 'selfHeal'
                > | null;
              }
            >)
        | null;
    }
  >;

type ApplicationStatus = Read<
  Described['v1alpha1ApplicationStatus'],
  | 'reconciledAt'
  // Argo CD's own namespace, where the Applications stand that need no namespace to be found.
  | 'controllerNamespace'
  | 'sourceType'
  | 'sourceHydrator'
> &
  Corrected<
    Described['v1alpha1ApplicationStatus'],
    {
      sync?: Read<Described['v1alpha1SyncStatus'], 'status' | 'revision'> &
        Corrected<
          Described['v1alpha1SyncStatus'],
          { revisions?: string[] | null }
        >;
      health?: Read<
        Described['v1alpha1AppHealthStatus'],
        'status' | 'message' | 'lastTransitionTime'
      >;
      operationState?: ApplicationOperationState;
      conditions?: Array<
        Read<
          Described['v1alpha1ApplicationCondition'],
          'lastTransitionTime',
          'type' | 'message'
        >
      > | null;
      resources?: ResourceStatus[] | null;
      history?: RevisionHistory[] | null;
      summary?: Corrected<
        Described['v1alpha1ApplicationSummary'],
        { images?: string[] | null; externalURLs?: string[] | null }
      >;
      sourceTypes?: string[] | null;
    }
  >;

type ApplicationMetadata = Read<
  Described['v1ObjectMeta'],
  | 'uid'
  | 'resourceVersion'
  | 'generation'
  | 'creationTimestamp'
  | 'deletionTimestamp'
  | 'labels'
  | 'annotations',
  'name' | 'namespace'
> &
  Corrected<
    Described['v1ObjectMeta'],
    {
      ownerReferences?: Array<
        Read<Described['v1OwnerReference'], never, 'kind' | 'name'>
      >;
    }
  >;

export type Application = Corrected<
  Described['v1alpha1Application'],
  {
    metadata: ApplicationMetadata;
    spec: ApplicationSpec;
    /** There while an operation is asked for that nobody has begun. */
    operation?: unknown;
    /** Missing until the controller saw the Application. */
    status?: ApplicationStatus;
  }
>;

/** What a list or a stream can be told to send, as far as the product asks for it by name. */
export type ApplicationField =
  | 'spec'
  | 'operation'
  | `metadata.${keyof ApplicationMetadata}`
  | `status.${keyof ApplicationStatus}`
  | `status.sync.${keyof NonNullable<ApplicationStatus['sync']>}`;
