import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { InstanceView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application } from '../argocd/types';
import { InstanceConfig } from '../config/types';
import { Coalescer } from './Coalescer';
import { InstanceInventory, InventoryApplication } from './InstanceInventory';
import { WatcherTiming } from './InstanceWatcher';
import { PlatformDigests } from './PlatformDigests';
import { WorkLimits } from './WorkQueue';

export type { InventoryApplication } from './InstanceInventory';

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

export interface InventoryOptions {
  instances: InstanceConfig[];
  /** Makes the client of an Instance; the inventory closes it. */
  createClient: (config: InstanceConfig) => ArgocdClient;
  logger: LoggerService;
  timing?: Partial<WatcherTiming>;
  podLimits?: Partial<WorkLimits>;
  coalesceMs?: number;
  retryMs?: (attempt: number) => number;
  /** Tells platforms of image indexes; without it only the very digest counts. */
  platforms?: PlatformDigests;
}

/** Every Application of every Instance, from memory. One Instance's outage touches its own Applications only. */
export class Inventory {
  readonly #instances = new Map<
    string,
    { config: InstanceConfig; inventory: InstanceInventory }
  >();
  readonly #options: InventoryOptions;
  readonly #changes: Coalescer;
  readonly #listeners = new Set<(keys: string[]) => void>();
  readonly #leaving = new Set<Promise<void>>();
  #started = false;

  constructor(options: InventoryOptions) {
    this.#options = options;
    this.#changes = new Coalescer({
      delayMs: options.coalesceMs ?? 150,
      flush: keys => this.#flush(keys),
    });
    this.configure(options.instances);
  }

  /**
   * Takes up the Instances of this configuration: new ones are read, those that are no longer there are left, and one
   * whose settings changed is read anew; nothing happens to the others. While the address stays, what was known of an
   * Instance is shown until it is read with the new settings.
   */
  configure(configs: InstanceConfig[]): void {
    const wanted = new Map(configs.map(config => [config.name, config]));
    const known = new Map(this.#instances);
    for (const [name, { config, inventory }] of known) {
      if (JSON.stringify(config) === JSON.stringify(wanted.get(name))) continue;
      this.#instances.delete(name);
      this.#leave(inventory);
      this.#tell(name, inventory.watcher.applications.keys());
    }
    for (const [name, config] of wanted) {
      if (this.#instances.has(name)) continue;
      const before = known.get(name);
      const inventory = this.#create(
        config,
        before?.config.url === config.url ? before.inventory : undefined,
      );
      this.#instances.set(name, { config, inventory });
      if (this.#started) inventory.watcher.start();
    }
  }

  start(): void {
    this.#started = true;
    for (const { inventory } of this.#instances.values())
      inventory.watcher.start();
  }

  async stop(): Promise<void> {
    this.#changes.stop();
    await Promise.all([
      ...this.all().map(inventory => inventory.stop()),
      ...this.#leaving,
    ]);
  }

  /** Tells of changed Applications by their keys, gathered over a moment and in slices. Answers how to stop. */
  onChange(listener: (keys: string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  all(): InstanceInventory[] {
    return [...this.#instances.values()].map(({ inventory }) => inventory);
  }

  instanceNames(): string[] {
    return [...this.#instances.keys()];
  }

  instances(): Array<InstanceView & { seesNothing: boolean; loaded: boolean }> {
    return this.all().map(inventory => inventory.view());
  }

  client(instance: string): ArgocdClient | undefined {
    return this.#instances.get(instance)?.inventory.client;
  }

  frontendUrl(instance: string): string | undefined {
    return this.#instances.get(instance)?.inventory.frontendUrl;
  }

  has({ instance, namespace, name }: InventoryKey): boolean {
    const watcher = this.#instances.get(instance)?.inventory.watcher;
    return watcher?.applications.get(namespace, name) !== undefined;
  }

  /** The Application for somebody who looks or follows it: its Pods and last commit are read and kept current from now on. */
  get(key: InventoryKey): InventoryApplication | undefined {
    const { inventory } = this.#instances.get(key.instance) ?? {};
    return inventory?.look(key.namespace, key.name);
  }

  /** The Application as it is known, without a wish to know more of it. */
  peek(key: InventoryKey): InventoryApplication | undefined {
    const { inventory } = this.#instances.get(key.instance) ?? {};
    return inventory?.peek(key.namespace, key.name);
  }

  /** Has the Rollouts of an Application read once more, since somebody has just acted on one. */
  acted({ instance, namespace, name }: InventoryKey, occasion: string): void {
    const { inventory } = this.#instances.get(instance) ?? {};
    inventory?.acted(namespace, name, occasion);
  }

  /**
   * Raw Applications, to search among; {@link Inventory.get} tells the rest of the few that were found. With facets, only
   * those that have one of them.
   */
  *applications(
    facets?: string[],
  ): Generator<{ instance: string; application: Application }> {
    for (const [instance, { inventory }] of this.#instances) {
      const { applications } = inventory.watcher;
      for (const application of facets
        ? applications.withAny(facets)
        : applications.values())
        yield { instance, application };
    }
  }

  #create(
    config: InstanceConfig,
    before: InstanceInventory | undefined,
  ): InstanceInventory {
    const { name, frontendUrl } = config;
    const { logger, timing, podLimits, retryMs, platforms } = this.#options;
    return new InstanceInventory({
      name,
      ...(frontendUrl ? { frontendUrl } : {}),
      client: this.#options.createClient(config),
      logger,
      ...(timing ? { timing } : {}),
      ...(podLimits ? { podLimits } : {}),
      ...(retryMs ? { retryMs } : {}),
      ...(platforms ? { platforms } : {}),
      ...(before ? { applications: before.watcher.applications } : {}),
      onChange: keys => this.#tell(name, keys),
    });
  }

  #leave(inventory: InstanceInventory): void {
    const left = inventory.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #flush(keys: string[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(keys);
      } catch (error) {
        this.#options.logger.error('Changes of Applications were not told', {
          error: stringifyError(error),
        });
      }
    }
  }

  #tell(instance: string, locals: Iterable<string>): void {
    this.#changes.add([...locals].map(local => `${instance}/${local}`));
  }
}
