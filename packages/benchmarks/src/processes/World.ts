import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { ArgocdCommands } from '../argocd/process';
import type { BackendCommands } from '../backend/underTest';
import type { PeersCommands } from '../backend/peers';
import { installPeers } from '../peers/install';
import { ENTITIES, User } from '../setting';
import { Child, Commands } from './channel';
import { freePort } from './ports';
import { waitFor } from './waiting';

const source = (...path: string[]) =>
  resolvePackagePath('@fairway/benchmarks', 'src', ...path);

export interface Instance {
  name: string;
  url: string;
}

/** A backend that listens, and whom to ask what. */
export interface RunningBackend<C extends Commands> {
  url: string;
  process: Child<C>;
  stop(): Promise<void>;
}

interface Ports {
  platform: number;
  underTest: number;
  peers: number;
}

type CountingCommands = { served: () => number };

/** The processes that a suite is measured with. Every one is its own; the platform is started once for all suites. */
export class World {
  readonly #directory: string;
  readonly #ports: Ports;
  readonly #tokens = new Map<User, { token: string; until: number }>();
  readonly argocd: Child<ArgocdCommands>;
  readonly platform: RunningBackend<CountingCommands>;

  private constructor(options: {
    directory: string;
    ports: Ports;
    argocd: Child<ArgocdCommands>;
    platform: RunningBackend<CountingCommands>;
  }) {
    this.#directory = options.directory;
    this.#ports = options.ports;
    this.argocd = options.argocd;
    this.platform = options.platform;
  }

  static async start(options: { entities?: number } = {}): Promise<World> {
    const entities = options.entities ?? ENTITIES;
    const directory = await mkdtemp(join(tmpdir(), 'benchmark-'));
    const ports = {
      platform: await freePort(),
      underTest: await freePort(),
      peers: await freePort(),
    };
    const argocd = await Child.start<ArgocdCommands>(
      source('argocd', 'process.ts'),
    );
    const config = {
      ...baseConfig(ports, 'platform'),
      auth: { environment: 'development', providers: { benchmark: {} } },
      catalog: {
        processingInterval: { hours: 6 },
        rules: [{ allow: ['Component', 'Group'] }],
      },
      benchmark: { entities },
    };
    const platform = await startBackend<CountingCommands>({
      directory,
      file: source('backend', 'platform.ts'),
      name: 'platform',
      port: ports.platform,
      config,
    });
    const world = new World({ directory, ports, argocd, platform });
    await world.#catalogIsComplete(entities);
    return world;
  }

  /** Starts an Argo CD with so many Applications. */
  async instance(name: string, count: number): Promise<Instance> {
    const { url } = await this.argocd.call('start', { name, count });
    return { name, url };
  }

  /** Starts the plugin on these Instances; it may still be reading them. */
  async plugin(
    instances: Instance[],
  ): Promise<RunningBackend<BackendCommands>> {
    return startBackend<BackendCommands>({
      directory: this.#directory,
      file: source('backend', 'underTest.ts'),
      name: 'underTest',
      port: this.#ports.underTest,
      config: {
        ...baseConfig(this.#ports, 'underTest'),
        argocdPromotion: {
          instances: instances.map(instance => ({ ...instance, token: 't' })),
          environments: [
            { name: 'dev', match: { labels: { environment: 'dev' } } },
            {
              name: 'staging',
              promotesFrom: ['dev'],
              match: { labels: { environment: 'staging' } },
              gates: [{ kind: 'health' }],
            },
            {
              name: 'prod',
              promotesFrom: ['staging'],
              match: { labels: { environment: 'prod' } },
              gates: [{ kind: 'health' }],
            },
          ],
        },
      },
    });
  }

  /** Starts both peers' backends on these Instances; installs them first where they are not yet. */
  async peers(instances: Instance[]): Promise<RunningBackend<PeersCommands>> {
    const folder = await installPeers();
    return startBackend<PeersCommands>({
      directory: this.#directory,
      file: source('backend', 'peers.ts'),
      name: 'peers',
      port: this.#ports.peers,
      args: ['--peers', folder],
      config: {
        ...baseConfig(this.#ports, 'peers'),
        argocd: {
          appLocatorMethods: [
            {
              type: 'config',
              instances: instances.map(instance => ({
                ...instance,
                token: 't',
              })),
            },
          ],
        },
      },
    });
  }

  /** What a browser of that user sends. */
  async headers(user: User = 'viewer'): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.token(user)}` };
  }

  async token(user: User): Promise<string> {
    const known = this.#tokens.get(user);
    if (known && known.until > Date.now()) return known.token;
    const response = await fetch(
      `${this.platform.url}/api/auth/benchmark/refresh`,
      {
        headers: {
          'x-benchmark-user': user,
          'x-requested-with': 'XMLHttpRequest',
        },
      },
    );
    if (!response.ok)
      throw new Error(`Sign-in failed: ${await response.text()}`);
    const { backstageIdentity } = await response.json();
    const { token } = backstageIdentity;
    this.#tokens.set(user, { token, until: Date.now() + 20 * 60_000 });
    return token;
  }

  async stop(): Promise<void> {
    await this.platform.stop();
    await this.argocd.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #catalogIsComplete(entities: number): Promise<void> {
    await waitFor(
      'the catalog to hold every entity with its owner',
      async () => {
        const response = await fetch(
          `${this.platform.url}/api/catalog/entities/by-query?limit=1&filter=kind=component`,
          { headers: await this.headers('auditor') },
        );
        if (!response.ok) return false;
        const { totalItems } = await response.json();
        return totalItems >= entities - 10;
      },
      { timeoutMs: 600_000, everyMs: 1_000 },
    );
  }
}

function baseConfig(ports: Ports, own: keyof Ports): object {
  const at = (port: number) => `http://localhost:${port}`;
  const elsewhere = (name: keyof Ports, plugins: string[]) =>
    name === own
      ? []
      : [{ target: `${at(ports[name])}/api/{{pluginId}}`, plugins }];
  return {
    app: { baseUrl: 'http://localhost:3000' },
    backend: {
      baseUrl: at(ports[own]),
      listen: { host: '127.0.0.1', port: ports[own] },
      database: { client: 'better-sqlite3', connection: ':memory:' },
    },
    discovery: {
      endpoints: [
        ...elsewhere('platform', ['catalog', 'auth', 'permission']),
        ...elsewhere('underTest', ['argocd-promotion', 'signals']),
        ...elsewhere('peers', ['argocd', 'backstage-community-argocd']),
      ],
    },
    events: { useEventBus: 'never' },
    permission: { enabled: true },
  };
}

async function startBackend<C extends Commands>(options: {
  directory: string;
  file: string;
  name: string;
  port: number;
  config: object;
  args?: string[];
}): Promise<RunningBackend<C>> {
  const config = join(options.directory, `${options.name}.yaml`);
  await writeFile(config, JSON.stringify(options.config));
  const child = await Child.start<C>(options.file, {
    args: ['--config', config, ...(options.args ?? [])],
  });
  return {
    url: `http://127.0.0.1:${options.port}`,
    process: child,
    stop: () => child.stop(),
  };
}
