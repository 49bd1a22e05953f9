import { Corrected, Described, Read } from './api/described';

export type Health = Read<
  Described['v1alpha1HealthStatus'],
  'status' | 'message'
>;

type ResourceReference = Read<
  Described['v1alpha1ResourceRef'],
  'group' | 'namespace' | 'uid',
  'kind' | 'name'
>;

export type ResourceNode = Read<
  Described['v1alpha1ResourceNode'],
  'version' | 'createdAt'
> &
  ResourceReference &
  Corrected<
    Described['v1alpha1ResourceNode'],
    {
      parentRefs?: ResourceReference[] | null;
      info?: Array<
        Read<Described['v1alpha1InfoItem'], never, 'name' | 'value'>
      > | null;
      images?: string[] | null;
      health?: Health;
    }
  >;

export type ResourceTree = Corrected<
  Described['v1alpha1ApplicationTree'],
  {
    nodes?: ResourceNode[] | null;
    orphanedNodes?: ResourceNode[] | null;
  }
>;

/** The states are JSON in strings; the string `null` for what is not there. */
export type ManagedResource = Read<
  Described['v1alpha1ResourceDiff'],
  | 'group'
  | 'namespace'
  | 'targetState'
  | 'liveState'
  | 'normalizedLiveState'
  | 'predictedLiveState'
  | 'hook',
  'kind' | 'name'
>;

export type ManagedResources = Corrected<
  Described['applicationManagedResourcesResponse'],
  { items?: ManagedResource[] | null }
>;

export type RevisionMetadata = Read<
  Described['v1alpha1RevisionMetadata'],
  'author' | 'date' | 'message'
> &
  Corrected<Described['v1alpha1RevisionMetadata'], { tags?: string[] | null }>;

/**
 * A window of `AppProject.spec.syncWindows`: `schedule` is a cron expression of five fields, `duration` one of Go,
 * `timeZone` an IANA zone (UTC when absent); `andOperator` says whether all of the three lists must match.
 */
export type SyncWindow = Read<
  Described['v1alpha1SyncWindow'],
  'kind' | 'schedule' | 'duration' | 'timeZone' | 'manualSync' | 'andOperator'
> &
  Corrected<
    Described['v1alpha1SyncWindow'],
    {
      applications?: string[] | null;
      namespaces?: string[] | null;
      clusters?: string[] | null;
    }
  >;

export type AppProject = Corrected<
  Described['v1alpha1AppProject'],
  {
    spec?: Corrected<
      Described['v1alpha1AppProjectSpec'],
      { syncWindows?: SyncWindow[] | null }
    >;
  }
>;

export type VersionMessage = Read<
  Described['versionVersionMessage'],
  'Version'
>;

export type UserInfo = Read<
  Described['sessionGetUserInfoResponse'],
  'loggedIn' | 'username'
>;

/** The manifest is JSON in a string. */
export type ResourceManifest = Read<
  Described['applicationApplicationResourceResponse'],
  'manifest'
>;

export type Login = Read<
  Described['sessionSessionCreateRequest'],
  never,
  'username' | 'password'
>;

export type SessionToken = Read<Described['sessionSessionResponse'], 'token'>;

/** What a sync is asked with. */
export type SyncRequest = Read<
  Described['applicationApplicationSyncRequest'],
  'appNamespace' | 'project' | 'revision' | 'revisions' | 'prune',
  'name'
> &
  Corrected<
    Described['applicationApplicationSyncRequest'],
    // Described as strings, how JSON of protobuf writes an int64; Argo CD reads and writes numbers.
    { sourcePositions?: number[] }
  >;
