import { LoggerService } from '@backstage/backend-plugin-api';
import {
  InstanceView,
  RunningImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import {
  Application,
  ApplicationSource,
  RevisionMetadata,
} from '../argocd/types';
import { Coalescer } from './Coalescer';
import { InstanceApplications, localKey } from './InstanceApplications';
import { InstanceWatcher, WatcherTiming } from './InstanceWatcher';
import { commitKey, lastDeployed, readCommit } from './lastDeployed';
import { RolloutFacts } from '../rollouts/facts';
import { PlatformDigests } from './PlatformDigests';
import { PodReading, readPods } from './podReading';
import { Readings } from './Readings';
import { RolloutReadings } from './RolloutReadings';
import { hasPods, managesOthers, withHealth } from './resourceTree';
import {
  imagesOfPods,
  imagesOfSpec,
  imagesOfTexts,
  podSignature,
  templateSignature,
} from './runningImages';
import { Watched } from './Watched';
import { WorkLimits } from './WorkQueue';

const POD_LIMITS: WorkLimits = {
  concurrency: 6,
  aheadConcurrency: 2,
  aheadIntervalMs: 50,
};
const AHEAD_DELAY_MS = 250;
const COMMIT_LIMITS: WorkLimits = {
  concurrency: 4,
  aheadConcurrency: 1,
  aheadIntervalMs: 50,
};
/** One Application with everything that was read about it. */
export interface InventoryApplication {
  instance: string;
  application: Application;
  images: RunningImage[];
  /** Live Rollouts, once they were read; `current` while they are those of the Application as it is. */
  rollouts?: { rollouts: RolloutFacts[]; current: boolean };
  /** Whether its tree was read: then a resource without health has none. */
  treeRead?: boolean;
  lastCommit?: {
    revision: string;
    source?: ApplicationSource;
    metadata?: RevisionMetadata;
    deployedAt?: string;
  };
  staleSince?: string;
  staleReason?: string;
}

export interface InstanceOptions {
  name: string;
  frontendUrl?: string;
  client: ArgocdClient;
  logger: LoggerService;
  timing?: Partial<WatcherTiming>;
  podLimits?: Partial<WorkLimits>;
  retryMs?: (attempt: number) => number;
  /** Tells platforms of image indexes; without it only the very digest counts. */
  platforms?: PlatformDigests;
  /** What an earlier inventory of the same Argo CD knew, to be shown as stale until it was read anew. */
  applications?: InstanceApplications;
  /** Keys `namespace/name`. */
  onChange: (keys: Iterable<string>) => void;
  now?: () => Date;
}

/**
 * What is known of one Instance: its Applications, and for those that somebody looks at their Pods and last commit.
 * It shares nothing with other Instances, neither queues nor connections, so its troubles stay its own.
 */
export class InstanceInventory {
  readonly name: string;
  readonly frontendUrl?: string;
  readonly client: ArgocdClient;
  readonly watcher: InstanceWatcher;
  readonly #options: InstanceOptions;
  readonly #pods: Readings<PodReading>;
  readonly #commits: Readings<{ of: string; metadata: RevisionMetadata }>;
  readonly #rollouts: RolloutReadings;
  readonly #watched: Watched;
  /** Nobody waits for these: they are looked through in slices. */
  readonly #ahead = new Coalescer({
    delayMs: AHEAD_DELAY_MS,
    flush: keys => {
      for (const key of keys) {
        const application = this.#application(key);
        if (application) this.#read(key, application);
      }
    },
  });

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.name = options.name;
    if (options.frontendUrl) this.frontendUrl = options.frontendUrl;
    this.client = options.client;
    this.#watched = new Watched({
      ...(options.now ? { now: options.now } : {}),
    });
    const { logger, retryMs } = options;
    const common = { logger, ...(retryMs ? { retryMs } : {}) };
    this.#pods = new Readings({
      ...common,
      what: 'The Pods of an Application',
      limits: { ...POD_LIMITS, ...options.podLimits },
      onRead: key => options.onChange([key]),
      read: async (key, before) => {
        const application = this.#application(key);
        return (
          application &&
          readPods({
            client: this.client,
            application,
            ...(before ? { before } : {}),
            ...(options.platforms ? { platforms: options.platforms } : {}),
          })
        );
      },
    });
    this.#commits = new Readings({
      ...common,
      what: 'A revision',
      limits: COMMIT_LIMITS,
      onRead: key => options.onChange([key]),
      read: async key => {
        const application = this.#application(key);
        return application && readCommit(this.client, application);
      },
    });
    this.#rollouts = new RolloutReadings({
      client: this.client,
      logger,
      watched: key =>
        this.#watched.has(key) ? this.#application(key) : undefined,
      onRead: key => options.onChange([key]),
    });
    this.watcher = new InstanceWatcher({
      client: options.client,
      logger,
      ...(options.timing ? { timing: options.timing } : {}),
      ...(options.applications ? { applications: options.applications } : {}),
      ...(options.now ? { now: options.now } : {}),
      onChange: keys => this.#changed(keys),
      // Whatever the Instance holds is stale, or no longer: every page about it looks different now.
      onStatus: () => options.onChange(this.watcher.applications.keys()),
    });
  }

  get readings(): { pods: number; commits: number; waiting: number } {
    return {
      pods: this.#pods.size,
      commits: this.#commits.size,
      waiting:
        this.#pods.waiting + this.#commits.waiting + this.#rollouts.waiting,
    };
  }

  async stop(): Promise<void> {
    this.#ahead.stop();
    await this.watcher.stop();
    await this.client.close();
    await Promise.all([
      this.#pods.stop(),
      this.#commits.stop(),
      this.#rollouts.stop(),
    ]);
  }

  /** Reads the Rollouts of an Application once more, since somebody has just acted on one. */
  acted(namespace: string, name: string, occasion: string): void {
    const application = this.watcher.applications.get(namespace, name);
    if (application)
      this.#rollouts.again(localKey(namespace, name), application, occasion);
  }

  view(): InstanceView & { seesNothing: boolean; loaded: boolean } {
    const { status, applications } = this.watcher;
    return {
      name: this.name,
      ...(this.frontendUrl ? { frontendUrl: this.frontendUrl } : {}),
      reachable: status.reachable,
      authenticated: status.authenticated,
      ...(status.project ? { project: status.project } : {}),
      ...(status.version ? { version: status.version } : {}),
      applications: applications.size,
      ...(status.updatedAt
        ? { updatedAt: status.updatedAt.toISOString() }
        : {}),
      ...this.#stale(),
      seesNothing: status.seesNothing,
      loaded: status.loaded,
    };
  }

  /** What is known of an Application, without a wish to know more. */
  peek(namespace: string, name: string): InventoryApplication | undefined {
    const application = this.watcher.applications.get(namespace, name);
    return application && this.#describe(application);
  }

  /** The same for somebody who looks: its Pods and last commit are read, and kept current for as long as it is watched. */
  look(namespace: string, name: string): InventoryApplication | undefined {
    const application = this.watcher.applications.get(namespace, name);
    if (!application) return undefined;
    if (this.#watched.add(localKey(namespace, name)))
      this.#read(localKey(namespace, name), application);
    return this.#describe(application);
  }

  #describe(application: Application): InventoryApplication {
    const { namespace, name } = application.metadata;
    const reading = this.#pods.get(localKey(namespace, name));
    // Pods that were read for another state than the present one still tell more than nothing, until the new are read.
    const ofPods = reading
      ? imagesOfPods(reading.pods, this.#options.platforms)
      : [];
    const ofSpec = () =>
      reading
        ? imagesOfTexts(reading.tree.podImages)
        : imagesOfSpec(application);
    const rollouts = this.#rollouts.get(localKey(namespace, name), application);
    const commit = lastDeployed(application);
    const known = commit && this.#commits.get(localKey(namespace, name));
    const metadata =
      known?.of === commitKey(commit) ? known?.metadata : undefined;
    return {
      instance: this.name,
      application: withHealth(application, reading?.tree),
      images: ofPods.length > 0 ? ofPods : ofSpec(),
      ...(rollouts ? { rollouts } : {}),
      ...(reading ? { treeRead: true } : {}),
      ...(commit
        ? { lastCommit: { ...commit, ...(metadata ? { metadata } : {}) } }
        : {}),
      ...this.#stale(),
    };
  }

  #stale(): { staleSince?: string; staleReason?: string } {
    const { staleSince, staleReason } = this.watcher.status;
    return staleSince
      ? {
          staleSince: staleSince.toISOString(),
          ...(staleReason ? { staleReason } : {}),
        }
      : {};
  }

  #application(key: string): Application | undefined {
    const [namespace, name] = key.split('/');
    return this.watcher.applications.get(namespace, name);
  }

  #changed(keys: string[]): void {
    const ahead: string[] = [];
    for (const key of keys) {
      const application = this.#application(key);
      if (!application) {
        this.#pods.forget(key);
        this.#rollouts.forget(key);
        this.#commits.forget(key);
        this.#watched.delete(key);
      } else if (this.#watched.has(key)) this.#read(key, application);
      else ahead.push(key);
    }
    this.#ahead.add(ahead);
    this.#options.onChange(keys);
  }

  #read(key: string, application: Application): void {
    const watched = this.#watched.has(key);
    const urgency = watched ? 'watched' : 'ahead';
    if (managesOthers(application))
      // Of a root the health of its children is wanted, whoever looks.
      this.#pods.want(key, podSignature(application), urgency);
    else if (hasPods(application))
      this.#pods.want(
        key,
        watched ? podSignature(application) : templateSignature(application),
        urgency,
      );
    if (watched) this.#rollouts.want(key, application);
    const commit = watched ? lastDeployed(application) : undefined;
    if (commit?.source && !commit.source.chart)
      this.#commits.want(key, commitKey(commit), 'watched');
  }
}
