import { ApplicationEvent } from './parseApplication';
import { ParsedList } from './listParser';
import {
  Application,
  ApplicationKey,
  ManagedResource,
  ResourceNode,
  ResourceTree,
  RevisionMetadata,
  SyncWindow,
} from './types';

/** What one Instance is asked. Lists and streams are for the inventory alone: no page view may cause one. */
export interface ArgocdClient {
  readonly instance: string;
  getVersion(options?: CallOptions): Promise<string>;
  /** Whether the credentials are those of an account: Argo CD answers 200 to anybody here. */
  getUserInfo(
    options?: CallOptions,
  ): Promise<{ loggedIn: boolean; username?: string }>;
  /** Every Application that the account may see, one by one as they arrive. */
  listApplications(
    onApplication: (application: Application) => void,
    options?: CallOptions,
  ): Promise<ParsedList>;
  /** Opens the application stream; resolves when Argo CD has answered the headers. */
  streamApplications(
    options: CallOptions & { onBytes?: () => void },
  ): Promise<AsyncIterable<ApplicationEvent>>;
  getApplication(
    key: ApplicationKey,
    options?: CallOptions & { refresh?: 'normal' | 'hard' },
  ): Promise<Application>;
  getResourceTree(
    key: ApplicationKey,
    options?: CallOptions,
  ): Promise<ResourceTree>;
  /** The live manifest of one resource of the Application's tree. */
  getResource(
    key: ApplicationKey,
    node: ResourceNode,
    options?: CallOptions,
  ): Promise<unknown>;
  getManagedResources(
    key: ApplicationKey,
    options?: CallOptions,
  ): Promise<ManagedResource[]>;
  /**
   * What Argo CD renders of the Application, as JSON objects: at what it tracks, or at other revisions by the position
   * of the source (from 1). Secret values are hidden by Argo CD.
   */
  getManifests(
    key: ApplicationKey,
    options?: CallOptions & {
      revisions?: Array<{ position?: number; revision: string }>;
      maxBytes?: number;
    },
  ): Promise<Array<Record<string, unknown>>>;
  getRevisionMetadata(
    key: ApplicationKey,
    revision: string,
    options?: CallOptions & { sourceIndex?: number },
  ): Promise<RevisionMetadata>;
  /**
   * The body of any answer, as it arrives: for the passage, which has checked every segment and value. `path` stands
   * below `/api`. The signal is the only deadline.
   */
  read(
    request: { path: string[]; query: Record<string, string> },
    options: { signal: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** The sync windows of an AppProject. */
  getSyncWindows(project: string, options?: CallOptions): Promise<SyncWindow[]>;
  /** Posts a sync to one revision a source. Throws `NotAllowedError` or `InputError` with Argo CD's own message. */
  sync(
    key: ApplicationKey,
    body: {
      revision?: string;
      revisions?: string[];
      sourcePositions?: number[];
      prune?: boolean;
      /** Only these objects; then no hooks run. */
      resources?: Array<{
        group: string;
        kind: string;
        name: string;
        namespace?: string;
      }>;
    },
    options?: CallOptions,
  ): Promise<void>;
  /** Has Argo CD act on one object of the Application. Throws `NotAllowedError` and others with Argo CD's own message. */
  act(
    key: ApplicationKey,
    node: ResourceNode,
    action: string,
    options?: CallOptions,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface CallOptions {
  signal?: AbortSignal;
}
