import { mkdir } from 'node:fs/promises';
import { startAdmin } from './admin/server';
import { Accounts, AccountSpec } from './argocd/accounts';
import { Instance } from './argocd/Instance';
import { ArgoServer, LoggedRequest } from './argocd/server';
import { Clock, RealClock, SteppedClock } from './clock/Clock';
import { Cluster } from './cluster/Cluster';
import { imagesIn } from './cluster/objects';
import { DEFAULT_TIMINGS, Timings } from './cluster/timings';
import { Controller } from './engine/Controller';
import { Targets } from './engine/targets';
import { Fault, Faults } from './faults/Faults';
import { troubleMaker } from './faults/middleware';
import { GitStore } from './git/GitStore';
import { startGitHost } from './git/startGitHost';
import { KubernetesObject } from './ports';
import { startRegistry } from './registry/startRegistry';
import { ManifestRenderer } from './render/renderer';
import { loadShop, otherInstances } from './shop/loadShop';
import { Outage, outageFaults } from './faults/outages';

export { startRegistry } from './registry/startRegistry';
export { startGitHost } from './git/startGitHost';
export { PullRequests } from './git/pullRequests';
export { GitRefusal } from './git/types';
export type { GitHost } from './git/startGitHost';
export type { GitRepo } from './git/GitRepo';
export type { GitStore } from './git/GitStore';
export type { MergeStyle, PullRequest } from './git/pullRequests';
export type { CommitInfo } from './git/types';
export type { Fault } from './faults/Faults';
export type { Outage } from './faults/outages';
export type { LoggedRequest } from './argocd/server';
export type { AccountSpec } from './argocd/accounts';

/** How a simulator is started. */
export interface SimulatorOptions {
  /** Loads the demo's shop, a folder of data: images, repositories, Applications, a catalog. */
  shop?: boolean;
  /** Names of the Argo CDs; default `main`, and with the shop those that it has something for. */
  instances?: string[];
  ports?: { argocd?: number; git?: number; registry?: number; admin?: number };
  speed?: number;
  clock?: 'real' | 'stepped';
  /** When simulated time begins, ISO 8601; default is now. */
  startAt?: string;
  pollIntervalSeconds?: number;
  webhooks?: boolean;
  timings?: Partial<Timings>;
  accounts?: Record<string, AccountSpec>;
  /** The project that the account `reader` sees; default `shop`. */
  readerProject?: string;
  /** Where git's repositories are kept; a temporary folder by default. */
  directory?: string;
}

/** One Argo CD of the simulator. */
export interface SimulatedArgoCd {
  readonly url: string;
  readonly requests: LoggedRequest[];
  readonly tokens: Record<string, string>;
  clearRequests(): void;
  createApplication(application: KubernetesObject): void;
  createProject(project: KubernetesObject): void;
  patchLive(
    ref: { kind: string; name: string; namespace?: string; group?: string },
    patch: Record<string, unknown> | null,
  ): void;
  /** Resolves when no refresh, operation or rollout is under way. */
  settled(options?: { timeoutMs?: number }): Promise<void>;
}

/** A running simulator. */
export interface Simulator {
  argocd: Record<string, SimulatedArgoCd>;
  tokens: Record<string, string>;
  passwords: Record<string, string>;
  git: {
    readonly url: string;
    /** Tokens of the REST API by user. */
    readonly tokens: Readonly<Record<string, string>>;
    createRepository(
      name: string,
      options: {
        files: Record<string, string>;
        message?: string;
        author?: string;
        date?: string;
      },
    ): Promise<{ url: string; head: string }>;
    commit: GitStore['commit'];
    read: GitStore['read'];
    head: GitStore['head'];
    log: GitStore['log'];
    readonly store: GitStore;
  };
  registry: Awaited<ReturnType<typeof startRegistry>>;
  admin: { readonly url: string };
  /** The catalog file that comes with the shop. */
  readonly catalog?: string;
  faults: { set(fault: Fault): string; clear(id?: string): void };
  /** Breaks a whole Argo CD, its open streams too, or mends it. */
  setOutage(instance: string, outage: Outage | 'over'): void;
  clock: { now(): number; advance(ms: number): Promise<void> };
  close(): Promise<void>;
}

function defaultAccounts(readerProject: string): Record<string, AccountSpec> {
  return {
    backstage: { password: 'promote-me-2026', policies: [['*', '*', '*']] },
    reader: {
      password: 'read-only-2026',
      policies: [
        ['applications', 'get', `${readerProject}/*`],
        ['projects', 'get', readerProject],
      ],
    },
    nobody: { password: 'nobody-2026', policies: [] },
  };
}

const DEFAULT_PROJECT: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default' },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

async function settled(clock: Clock, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let quiet = 0;
  while (quiet < 3) {
    if (Date.now() > deadline)
      throw new Error(
        `The simulated Argo CD did not settle within ${timeoutMs} ms`,
      );
    quiet = clock.idle ? quiet + 1 : 0;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** While the shop is brought up nobody watches, so that it need not take as long as in life. */
const LOADING_SPEED = 100;

/** Starts git, a registry and one or more Argo CDs. */
export async function startSimulator(
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const start =
    options.startAt === undefined ? Date.now() : Date.parse(options.startAt);
  const stepped =
    options.clock === 'stepped' ? new SteppedClock(start) : undefined;
  if (stepped && options.shop)
    throw new Error('The shop needs time that runs: leave out clock, or shop');
  const real = new RealClock(options.speed ?? 1, start);
  const clock: Clock = stepped ?? real;
  const faults = new Faults();
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  if (options.directory) await mkdir(options.directory, { recursive: true });
  const host = await startGitHost({
    port: options.ports?.git,
    dataDirectory: options.directory,
    now: () => new Date(clock.now()),
    before: [troubleMaker(faults, 'git')],
  });
  const git = host.store;
  const registry = await startRegistry({
    port: options.ports?.registry,
    before: [troubleMaker(faults, 'registry')],
  });
  const specs =
    options.accounts ?? defaultAccounts(options.readerProject ?? 'shop');
  const argocd: Record<string, SimulatedArgoCd> = {};
  const servers: ArgoServer[] = [];
  const names = options.instances ?? [
    'main',
    ...(options.shop ? await otherInstances() : []),
  ];
  for (const [index, name] of names.entries()) {
    const cluster = new Cluster(clock, registry.images, timings, {
      // By its name, or by an image that it runs.
      jobFails: job =>
        faults.take(
          'cluster',
          [job.metadata.name, ...imagesIn(job)].join(' '),
          {
            instance: name,
            kinds: ['fail-hook'],
          },
        ) !== undefined,
      unpullable: image =>
        faults.take('cluster', image, {
          instance: name,
          kinds: ['unpullable-image'],
        }) !== undefined,
      analysisFails: run =>
        faults.take('cluster', run.metadata.name, {
          instance: name,
          kinds: ['fail-analysis'],
        }) !== undefined,
    });
    const targets = new Targets(git, new ManifestRenderer(git));
    const controller = new Controller(
      cluster.store,
      clock,
      targets,
      timings,
      (options.pollIntervalSeconds ?? 180) * 1000,
    );
    const instance = new Instance(
      name,
      cluster,
      controller,
      new Accounts(specs, clock),
      targets,
      git,
      clock,
    );
    instance.applyManifest(DEFAULT_PROJECT);
    if (options.webhooks !== false)
      git.onPush(push => controller.pushed(push.repoURL, push.branch));
    const server = new ArgoServer(instance, faults);
    await server.start(index === 0 ? options.ports?.argocd : undefined);
    servers.push(server);
    argocd[name] = {
      url: server.url,
      get requests() {
        return server.requests;
      },
      tokens: Object.fromEntries(
        Object.keys(specs).map(account => [
          account,
          instance.accounts.token(account),
        ]),
      ),
      clearRequests: () => {
        server.requests = [];
      },
      createApplication: application =>
        instance.applyManifest({ ...application, kind: 'Application' }),
      createProject: project =>
        instance.applyManifest({ ...project, kind: 'AppProject' }),
      patchLive: (ref, patch) => {
        const found = cluster.patch(
          {
            group: ref.group ?? groupFor(ref.kind),
            kind: ref.kind,
            namespace: ref.namespace ?? '',
            name: ref.name,
          },
          patch,
        );
        if (!found)
          throw new Error(
            `No ${ref.kind} ${ref.namespace ?? ''}/${
              ref.name
            } in the cluster of ${name}`,
          );
      },
      settled: ({ timeoutMs = 20_000 } = {}) => settled(clock, timeoutMs),
    };
  }
  const first = Object.values(argocd)[0];
  const advance = async (ms: number) => {
    if (!stepped)
      throw new Error(
        "Time can only be advanced when the simulator is started with clock: 'stepped'",
      );
    await stepped.advance(ms);
  };
  const outages = new Map<string, string[]>();
  const setOutage = (name: string, outage: Outage | 'over') => {
    if (!argocd[name]) {
      const known = Object.keys(argocd).join(', ');
      throw new Error(`There is no instance '${name}', only ${known}`);
    }
    for (const id of outages.get(name) ?? []) faults.clear(id);
    outages.set(
      name,
      outage === 'over'
        ? []
        : outageFaults(name, outage).map(fault => faults.set(fault)),
    );
  };
  const admin = await startAdmin(
    {
      setFault: fault => faults.set(fault),
      clearFaults: id => faults.clear(id),
      setOutage: (name, outage) => setOutage(name, outage),
      edit: (name, ref, patch) => {
        const instance = name === undefined ? first : argocd[name];
        if (!instance) {
          const known = Object.keys(argocd).join(', ');
          throw new Error(`There is no instance '${name}', only ${known}`);
        }
        instance.patchLive(ref, patch);
      },
      advance,
      push: (repository, commit) => git.commit(repository, commit),
    },
    options.ports?.admin,
  );
  const simulator: Simulator = {
    argocd,
    tokens: first.tokens,
    passwords: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        spec.password ?? `${name}-password`,
      ]),
    ),
    git: {
      url: host.url,
      tokens: host.tokens,
      createRepository: async (
        name,
        { files, message = 'Begin', author, date },
      ) => {
        const repo = await git.create(name);
        const head = await git.commit(name, {
          branch: 'main',
          files,
          message,
          ...(author ? { author } : {}),
          ...(date ? { date } : {}),
        });
        return { url: git.cloneUrl(repo), head };
      },
      commit: git.commit.bind(git),
      read: git.read.bind(git),
      head: git.head.bind(git),
      log: git.log.bind(git),
      store: git,
    },
    registry,
    admin: { url: admin.url },
    faults,
    setOutage,
    clock: {
      now: () => clock.now(),
      advance,
    },
    close: async () => {
      clock.close();
      await Promise.all([
        ...servers.map(server => server.close()),
        registry.close(),
        host.close(),
        admin.close(),
      ]);
    },
  };
  if (!options.shop) return simulator;
  try {
    real.speed = Math.max(LOADING_SPEED, options.speed ?? 1);
    const { catalog } = await loadShop({
      git: { url: host.url, store: git },
      registry,
      argocd: first,
      others: Object.fromEntries(Object.entries(argocd).slice(1)),
      faults,
      now: () => clock.now(),
    });
    real.speed = options.speed ?? 1;
    return { ...simulator, catalog };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

function groupFor(kind: string): string {
  if (['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'].includes(kind))
    return 'apps';
  if (['Job', 'CronJob'].includes(kind)) return 'batch';
  return ['Application', 'AppProject'].includes(kind) ? 'argoproj.io' : '';
}
