import { LoggerService } from '@backstage/backend-plugin-api';
import {
  InstanceView,
  RunningImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import pLimit from 'p-limit';
import { ArgocdClient } from '../argocd/ArgocdClient';
import {
  Application,
  ApplicationKey,
  ApplicationSource,
  ResourceTree,
  RevisionMetadata,
} from '../argocd/types';
import { InstanceConfig } from '../config/types';
import { Coalescer } from './Coalescer';
import { InstanceWatcher, WatcherTiming } from './InstanceWatcher';
import { commitKey, lastDeployed } from './lastDeployed';
import { PlatformDigests } from './PlatformDigests';
import { ReadAhead } from './ReadAhead';
import { hasPods, trimTree, withHealth } from './resourceTree';
import {
  currentPods,
  imagesOfPods,
  imagesOfSpec,
  podFacts,
  PodFacts,
  podSignature,
} from './runningImages';

/** More Pods than these say nothing new about one Application, and each costs a request. */
const MAX_PODS = 50;
const CONCURRENCY = 6;

export interface InventoryKey {
  instance: string;
  namespace: string;
  name: string;
}

export const inventoryKey = ({
  instance,
  namespace,
  name,
}: InventoryKey): string => `${instance}/${namespace}/${name}`;

/** One Application with everything that was read ahead about it. */
export interface InventoryApplication {
  instance: string;
  application: Application;
  images: RunningImage[];
  lastCommit?: {
    revision: string;
    source?: ApplicationSource;
    metadata?: RevisionMetadata;
    deployedAt?: string;
  };
  staleSince?: string;
  staleReason?: string;
}

interface PodReading {
  tree: ResourceTree;
  pods: PodFacts[];
  /** Changes when the registry could tell more of the same Pods, so that pages hear of it. */
  platforms?: string;
}

export interface InventoryOptions {
  instances: Array<{
    config: Pick<InstanceConfig, 'name' | 'frontendUrl'>;
    client: ArgocdClient;
  }>;
  logger: LoggerService;
  timing?: Partial<WatcherTiming>;
  coalesceMs?: number;
  retryMs?: (attempt: number) => number;
  /** Tells platforms of image indexes; without it only the very digest counts. */
  platforms?: PlatformDigests;
}

/** Every Application of every Instance, from memory. One Instance's outage touches its own Applications only. */
export class Inventory {
  readonly #watchers = new Map<
    string,
    {
      watcher: InstanceWatcher;
      config: { frontendUrl?: string };
      client: ArgocdClient;
    }
  >();
  readonly #pods: ReadAhead<PodReading>;
  readonly #commits: ReadAhead<RevisionMetadata>;
  readonly #changes: Coalescer;
  readonly #listeners = new Set<(keys: string[]) => void>();
  readonly #platforms?: PlatformDigests;

  constructor(options: InventoryOptions) {
    const { logger } = options;
    this.#platforms = options.platforms;
    this.#changes = new Coalescer({
      delayMs: options.coalesceMs ?? 150,
      flush: keys => this.#listeners.forEach(listener => listener(keys)),
    });
    const common = {
      logger,
      concurrency: CONCURRENCY,
    };
    const retry = options.retryMs ? { retryMs: options.retryMs } : {};
    this.#pods = new ReadAhead({
      ...common,
      ...retry,
      what: 'The Pods of an Application',
      onRead: key => this.#changes.add([key]),
      read: key => this.#readPods(key),
    });
    this.#commits = new ReadAhead({
      ...common,
      ...retry,
      what: 'A revision',
      onRead: key => {
        const [instance, namespace, name] = JSON.parse(key) as string[];
        this.#changes.add([inventoryKey({ instance, namespace, name })]);
      },
      read: key => this.#readCommit(key),
    });
    for (const { config, client } of options.instances) {
      const instance = config.name;
      const watcher = new InstanceWatcher({
        client,
        logger,
        ...(options.timing ? { timing: options.timing } : {}),
        onChange: keys => this.#changed(instance, keys),
        // Whatever the Instance holds is stale, or no longer: every page about it looks different now.
        onStatus: () => this.#changes.add(this.#keysOf(instance)),
      });
      this.#watchers.set(instance, { watcher, config, client });
    }
  }

  start(): void {
    for (const { watcher } of this.#watchers.values()) watcher.start();
  }

  async stop(): Promise<void> {
    this.#changes.stop();
    await Promise.all(
      [...this.#watchers.values()].map(({ watcher }) => watcher.stop()),
    );
    await Promise.all(
      [...this.#watchers.values()].map(({ client }) => client.close()),
    );
    await Promise.all([this.#pods.stop(), this.#commits.stop()]);
  }

  onChange(listener: (keys: string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  instanceNames(): string[] {
    return [...this.#watchers.keys()];
  }

  instances(): Array<InstanceView & { seesNothing: boolean; loaded: boolean }> {
    return [...this.#watchers].map(([name, { watcher, config }]) => {
      const { status } = watcher;
      return {
        name,
        ...(config.frontendUrl ? { frontendUrl: config.frontendUrl } : {}),
        reachable: status.reachable,
        authenticated: status.authenticated,
        ...(status.version ? { version: status.version } : {}),
        applications: watcher.applications.size,
        ...(status.updatedAt
          ? { updatedAt: status.updatedAt.toISOString() }
          : {}),
        ...stale(watcher),
        seesNothing: status.seesNothing,
        loaded: status.loaded,
      };
    });
  }

  client(instance: string): ArgocdClient | undefined {
    return this.#watchers.get(instance)?.client;
  }

  frontendUrl(instance: string): string | undefined {
    return this.#watchers.get(instance)?.config.frontendUrl;
  }

  get(key: InventoryKey): InventoryApplication | undefined {
    const entry = this.#watchers.get(key.instance);
    const application = entry?.watcher.applications.get(
      key.namespace,
      key.name,
    );
    return entry && application
      ? this.#describe(key.instance, entry.watcher, application)
      : undefined;
  }

  /** Raw Applications, to search among; {@link Inventory.get} tells the rest of the few that were found. */
  *applications(
    instance?: string,
  ): Generator<{ instance: string; application: Application }> {
    for (const [name, { watcher }] of this.#watchers) {
      if (instance !== undefined && name !== instance) continue;
      for (const application of watcher.applications.values())
        yield { instance: name, application };
    }
  }

  #describe(
    instance: string,
    watcher: InstanceWatcher,
    application: Application,
  ): InventoryApplication {
    const key = inventoryKey({ instance, ...application.metadata });
    const reading = this.#pods.get(key);
    // Pods that were read for another state than the present one still tell more than nothing, until the new are read.
    const ofPods = reading ? imagesOfPods(reading.pods, this.#platforms) : [];
    const commit = lastDeployed(application);
    const metadata =
      commit && this.#commits.get(commitKey(instance, application, commit));
    return {
      instance,
      application: withHealth(application, reading?.tree),
      images:
        ofPods.length > 0 ? ofPods : imagesOfSpec(application, reading?.tree),
      ...(commit
        ? { lastCommit: { ...commit, ...(metadata ? { metadata } : {}) } }
        : {}),
      ...stale(watcher),
    };
  }

  #keysOf(instance: string): string[] {
    const applications =
      this.#watchers.get(instance)?.watcher.applications.values() ?? [];
    return applications.map(({ metadata }) =>
      inventoryKey({ instance, ...metadata }),
    );
  }

  #changed(instance: string, keys: string[]): void {
    const applications = this.#watchers.get(instance)?.watcher.applications;
    for (const local of keys) {
      const [namespace, name] = local.split('/');
      const application = applications?.get(namespace, name);
      const key = `${instance}/${local}`;
      if (!application) {
        this.#pods.forget(key);
        continue;
      }
      if (hasPods(application)) this.#pods.want(key, podSignature(application));
      const commit = lastDeployed(application);
      if (commit?.source && !commit.source.chart)
        this.#commits.want(commitKey(instance, application, commit), '1');
    }
    this.#changes.add(keys.map(local => `${instance}/${local}`));
  }

  async #readPods(
    key: string,
  ): Promise<{ value: PodReading; complete: boolean } | undefined> {
    const [instance, namespace, name] = key.split('/');
    const entry = this.#watchers.get(instance);
    const application = entry?.watcher.applications.get(namespace, name);
    if (!entry || !application) return undefined;
    const appKey: ApplicationKey = {
      namespace,
      name,
      project: application.spec.project,
    };
    const full = await entry.client.getResourceTree(appKey);
    const nodes = currentPods(full).slice(0, MAX_PODS);
    const limit = pLimit(4);
    const read = await Promise.all(
      nodes.map(node =>
        limit(async () => {
          try {
            return podFacts(await entry.client.getResource(appKey, node));
          } catch (error) {
            // A Pod that is gone by now is no longer in the tree: the next reading shows its successor.
            if (
              error instanceof Error &&
              ['InputError', 'NotFoundError', 'NotAllowedError'].includes(
                error.name,
              )
            )
              return undefined;
            throw error;
          }
        }),
      ),
    );
    const pods = read.flatMap(facts => (facts ? [facts] : []));
    const started = pods.every(({ containers }) =>
      containers.every(({ imageId }) => imageId),
    );
    const platforms = await this.#platforms?.read(pods);
    const wantsPods = application.status?.health?.status === 'Progressing';
    return {
      value: {
        tree: trimTree(full),
        pods,
        ...(platforms ? { platforms: platforms.told } : {}),
      },
      complete:
        started &&
        pods.length === nodes.length &&
        !wantsPods &&
        platforms?.complete !== false,
    };
  }

  async #readCommit(
    key: string,
  ): Promise<{ value: RevisionMetadata; complete: boolean } | undefined> {
    const [instance, namespace, name, project, sourceIndex, revision] =
      JSON.parse(key) as [string, string, string, string, number, string];
    const metadata = await this.#watchers
      .get(instance)
      ?.client.getRevisionMetadata(
        { namespace, name, project },
        revision,
        sourceIndex < 0 ? {} : { sourceIndex },
      );
    return metadata ? { value: metadata, complete: true } : undefined;
  }
}

function stale(watcher: InstanceWatcher): {
  staleSince?: string;
  staleReason?: string;
} {
  const { staleSince, staleReason } = watcher.status;
  return staleSince
    ? {
        staleSince: staleSince.toISOString(),
        ...(staleReason ? { staleReason } : {}),
      }
    : {};
}
