import { ServiceUnavailableError } from '@backstage/errors';
import { InstanceConfig } from '../config/types';
import { Query } from './api/described';
import { APPLICATION_FIELDS } from './applicationFields';
import { ArgocdClient, CallOptions } from './ArgocdClient';
import { ArgocdTransport, TransportOptions } from './ArgocdTransport';
import { jsonLines } from './lines';
import { ParsedList, parseList } from './listParser';
import {
  ApplicationEvent,
  parseApplication,
  parseEvent,
} from './parseApplication';
import {
  Application,
  ApplicationKey,
  AppProject,
  ManagedResource,
  ManagedResources,
  ResourceManifest,
  ResourceNode,
  ResourceTree,
  RevisionMetadata,
  SyncRequest,
  SyncWindow,
  UserInfo,
  VersionMessage,
} from './types';

const LIST_TIMEOUT_MS = 120_000;

/** Argo CD over HTTP. */
export class HttpArgocdClient implements ArgocdClient {
  readonly instance: string;
  readonly #transport: ArgocdTransport;

  constructor(options: { instance: string; transport: ArgocdTransport }) {
    this.instance = options.instance;
    this.#transport = options.transport;
  }

  static fromConfig(
    config: InstanceConfig,
    options: Omit<TransportOptions, 'config'> = {},
  ): HttpArgocdClient {
    return new HttpArgocdClient({
      instance: config.name,
      transport: new ArgocdTransport({ config, ...options }),
    });
  }

  async getVersion(options?: CallOptions): Promise<string> {
    const { Version } = await this.#transport.json<VersionMessage>({
      path: ['version'],
      operation: 'GetVersion',
      lane: 'watch',
      ...options,
    });
    return Version ?? 'unknown';
  }

  async getUserInfo(
    options?: CallOptions,
  ): Promise<{ loggedIn: boolean; username?: string }> {
    const info = await this.#transport.json<UserInfo>({
      path: ['v1', 'session', 'userinfo'],
      operation: 'GetUserInfo',
      lane: 'watch',
      ...options,
    });
    return {
      loggedIn: info.loggedIn === true,
      ...(typeof info.username === 'string' ? { username: info.username } : {}),
    };
  }

  async listApplications(
    onApplication: (application: Application) => void,
    options: CallOptions = {},
  ): Promise<ParsedList> {
    const deadline = AbortSignal.timeout(LIST_TIMEOUT_MS);
    const chunks = await this.#transport.stream({
      // Whole: a list trimmed by `fields` leaves out versions, operations and history, whatever is asked for, and an
      // Application listed again would forget them. The parser drops what is not read as it arrives.
      path: ['v1', 'applications'],
      operation: 'ListApplications',
      lane: 'watch',
      compressed: true,
      signal: options.signal
        ? AbortSignal.any([options.signal, deadline])
        : deadline,
    });
    return parseList(chunks, item => {
      const application = parseApplication(item);
      if (application) onApplication(application);
    });
  }

  async streamApplications(
    options: CallOptions & { onBytes?: () => void },
  ): Promise<AsyncIterable<ApplicationEvent>> {
    const chunks = await this.#transport.stream({
      path: ['v1', 'stream', 'applications'],
      operation: 'WatchApplications',
      lane: 'watch',
      query: {
        fields: [
          'result.type',
          'error',
          ...APPLICATION_FIELDS.map(field => `result.application.${field}`),
        ].join(','),
      },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const { onBytes } = options;
    const redact = (text: string) => this.#transport.redact(text);
    return (async function* events() {
      for await (const line of jsonLines(chunks, onBytes ? { onBytes } : {})) {
        const event = parseEvent(line);
        if (event?.type === 'ERROR')
          yield { ...event, message: redact(event.message) };
        else if (event) yield event;
      }
    })();
  }

  async getApplication(
    key: ApplicationKey,
    options: CallOptions & { refresh?: 'normal' | 'hard' } = {},
  ): Promise<Application> {
    const { refresh, ...call } = options;
    const answer = await this.#transport.json<unknown>({
      path: this.#path(key),
      operation: 'GetApplication',
      query: {
        ...this.#query(key),
        refresh,
      } satisfies Query<'ApplicationService_Get'>,
      ...call,
    });
    const application = parseApplication(answer);
    if (!application) throw this.#unexpected('an Application');
    return application;
  }

  async getResourceTree(
    key: ApplicationKey,
    options?: CallOptions,
  ): Promise<ResourceTree> {
    return this.#transport.json<ResourceTree>({
      path: [...this.#path(key), 'resource-tree'],
      operation: 'GetResourceTree',
      query: this.#query(key),
      ...options,
    });
  }

  async getResource(
    key: ApplicationKey,
    node: ResourceNode,
    options?: CallOptions,
  ): Promise<unknown> {
    const { manifest } = await this.#transport.json<ResourceManifest>({
      path: [...this.#path(key), 'resource'],
      operation: 'GetResource',
      query: {
        ...this.#query(key),
        namespace: node.namespace,
        resourceName: node.name,
        version: node.version,
        kind: node.kind,
        group: node.group ?? '',
      } satisfies Query<'ApplicationService_GetResource'>,
      ...options,
    });
    if (typeof manifest !== 'string') throw this.#unexpected('a manifest');
    try {
      return JSON.parse(manifest);
    } catch {
      throw this.#unexpected('a manifest');
    }
  }

  async getManagedResources(
    key: ApplicationKey,
    options?: CallOptions,
  ): Promise<ManagedResource[]> {
    const { items } = await this.#transport.json<ManagedResources>({
      path: [...this.#path(key), 'managed-resources'],
      operation: 'GetManagedResources',
      query: this.#query(key),
      ...options,
    });
    return items ?? [];
  }

  async getManifests(
    key: ApplicationKey,
    options: CallOptions & {
      revisions?: Array<{ position?: number; revision: string }>;
      maxBytes?: number;
    } = {},
  ): Promise<Array<Record<string, unknown>>> {
    const { revisions = [], ...call } = options;
    const positions = revisions.flatMap(({ position }) => position ?? []);
    const { manifests } = await this.#transport.json<{
      manifests?: string[] | null;
    }>({
      path: [...this.#path(key), 'manifests'],
      operation: 'GetManifests',
      query: {
        ...this.#query(key),
        // With one source Argo CD reads `revision`, with several the lists.
        ...(positions.length > 0
          ? {
              revisions: revisions.map(({ revision }) => revision),
              sourcePositions: positions.map(String),
            }
          : { revision: revisions[0]?.revision }),
      },
      ...call,
    });
    return (manifests ?? []).map(manifest => {
      try {
        return JSON.parse(manifest);
      } catch {
        throw this.#unexpected('manifests');
      }
    });
  }

  async getRevisionMetadata(
    key: ApplicationKey,
    revision: string,
    options: CallOptions & { sourceIndex?: number } = {},
  ): Promise<RevisionMetadata> {
    const { sourceIndex, ...call } = options;
    return this.#transport.json<RevisionMetadata>({
      path: [...this.#path(key), 'revisions', revision, 'metadata'],
      operation: 'GetRevisionMetadata',
      query: {
        ...this.#query(key),
        ...(sourceIndex === undefined
          ? {}
          : { sourceIndex: String(sourceIndex), versionId: '0' }),
      } satisfies Query<'ApplicationService_RevisionMetadata'>,
      ...call,
    });
  }

  async read(
    request: { path: string[]; query: Record<string, string> },
    { signal }: { signal: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>> {
    return this.#transport.stream({
      ...request,
      operation: 'Passage',
      signal,
    });
  }

  async getSyncWindows(
    project: string,
    options?: CallOptions,
  ): Promise<SyncWindow[]> {
    const { spec } = await this.#transport.json<AppProject>({
      path: ['v1', 'projects', project],
      operation: 'GetProject',
      ...options,
    });
    if (!spec) throw this.#unexpected('an AppProject');
    return spec.syncWindows ?? [];
  }

  async sync(
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
  ): Promise<void> {
    await this.#transport.json({
      method: 'POST',
      path: [...this.#path(key), 'sync'],
      operation: 'Sync',
      body: {
        name: key.name,
        appNamespace: key.namespace,
        project: key.project,
        ...body,
      } satisfies SyncRequest,
      ...options,
    });
  }

  async act(
    key: ApplicationKey,
    node: ResourceNode,
    action: string,
    options?: CallOptions,
  ): Promise<void> {
    await this.#transport.json({
      method: 'POST',
      path: [...this.#path(key), 'resource', 'actions', 'v2'],
      operation: 'RunResourceAction',
      body: {
        name: key.name,
        appNamespace: key.namespace,
        project: key.project,
        namespace: node.namespace,
        resourceName: node.name,
        version: node.version,
        group: node.group ?? '',
        kind: node.kind,
        action,
      },
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #path(key: ApplicationKey): string[] {
    return ['v1', 'applications', key.name];
  }

  /** With the project, an unknown Application is told apart (404) from a forbidden one (403). */
  #query(
    key: ApplicationKey,
  ): Query<'ApplicationService_Get'> &
    Query<'ApplicationService_ResourceTree'> {
    return { appNamespace: key.namespace || undefined, project: key.project };
  }

  #unexpected(wanted: string): Error {
    return new ServiceUnavailableError(
      `Argo CD instance '${this.instance}' did not answer with ${wanted}`,
    );
  }
}
