import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import knexFactory, { Knex } from 'knex';
import { DeployedApplication } from '../deployments/types';
import { planEdits } from '../manifests';
import { MemoryGit } from './__testUtils__/MemoryGit';
import { digestOf, samplePlan, samplePromotion } from './__testUtils__/samples';
import { IMAGE, World } from './__testUtils__/world';
import { isCommitOf } from './engine/trailers';
import { DatabasePromotionStore } from './store/DatabasePromotionStore';
import { migrationsDirectory } from './store/migrate';
import { StoredPromotion } from './types';
import { createRelease } from '../deployments/release';

jest.setTimeout(120_000);

const path = 'overlays/staging/kustomization.yaml';
const overlay = (letter: string) =>
  `resources: [../../base]\nimages:\n  - name: ${IMAGE}\n    digest: ${digestOf(
    letter,
  )} # pinned\n`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  template:
    spec:
      containers: [{ name: checkout, image: ${IMAGE} }]
`;
const files = {
  'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'base/deployment.yaml': deployment,
  'overlays/dev/kustomization.yaml': overlay('2'),
  [path]: overlay('1'),
};

describe('a process that is killed in the midst of a promotion', () => {
  let directory: string;
  let knex: Knex;
  let store: DatabasePromotionStore;
  let git: MemoryGit;
  let applications: Record<string, DeployedApplication>;
  let children: ChildProcess[];
  /** Called before a request of the engine to git is answered; what it returns is waited for. */
  let beforeAnswer: (method: string) => Promise<void> | void;

  const kill = async (child: ChildProcess) => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promotion-restart-'));
    knex = knexFactory({
      client: 'better-sqlite3',
      connection: { filename: join(directory, 'db.sqlite') },
      useNullAsDefault: true,
      pool: { min: 1, max: 1 },
    });
    await knex.migrate.latest({ directory: migrationsDirectory });
    store = new DatabasePromotionStore({ knex });
    git = new MemoryGit(files);
    ({ applications } = new World());
    for (const { application } of Object.values(applications)) {
      application.spec.source!.repoURL = git.url;
    }
    children = [];
    beforeAnswer = () => {};
  });

  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null)
        await kill(child);
    }
    await knex.destroy();
    await rm(directory, { recursive: true, force: true });
  });

  const answer = async (
    child: ChildProcess,
    { id, method, args }: { id: number; method: string; args: unknown[] },
  ) => {
    const reply: {
      id: number;
      result?: unknown;
      error?: { name: string; message: string };
    } = { id };
    try {
      const call = git[method as keyof MemoryGit] as (
        ...rest: unknown[]
      ) => Promise<unknown>;
      reply.result = await call.apply(git, args);
    } catch (error) {
      const { name, message } = error as Error;
      reply.error = { name, message };
    }
    await beforeAnswer(method);
    if (child.connected) child.send(reply);
  };

  const startEngine = async () => {
    const root = resolvePackagePath(
      '@fairway/backstage-plugin-argocd-promotion-backend',
      'src/promotion/__testUtils__/engineProcess.ts',
    );
    const child = fork(root, [join(directory, 'db.sqlite'), git.url], {
      execArgv: [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '' },
    });
    children.push(child);
    const ready = new Promise<void>((resolve, reject) => {
      child.on('exit', code =>
        reject(new Error(`The engine ended with ${code}`)),
      );
      child.on(
        'message',
        (message: {
          ready?: true;
          id: number;
          method: keyof MemoryGit;
          args: unknown[];
        }) => {
          if (message.ready) resolve();
          else void answer(child, message);
        },
      );
    });
    child.send({ applications });
    await ready;
    return child;
  };

  const createPromotion = async (
    delivery: 'commit' | 'pull-request',
  ): Promise<StoredPromotion> => {
    const release = createRelease([
      { repository: IMAGE, digest: digestOf('2') },
    ]);
    const { application } = applications.staging;
    const source = application.spec.source!;
    const planned = await planEdits({
      applications: [
        {
          ...application.metadata,
          sources: [
            { repoURL: git.url, path: source.path, targetRevision: 'main' },
          ],
          runs: [IMAGE],
        },
      ],
      images: release.images,
      getRepository: () => git,
    });
    const edits = planned.edits.map(
      ({ before: _b, after: _a, where: _w, applications: _n, ...edit }) => edit,
    );
    const plan = samplePlan({
      edits,
      base: planned.base,
      changes: planned.changes,
      release,
    });
    const at = new Date().toISOString();
    const promotion = samplePromotion({
      plan,
      delivery,
      createdAt: at,
      deliveries: [{ repo: edits[0].repo, branch: 'main' }],
      applications: [
        {
          instance: 'main',
          ...application.metadata,
          project: 'shop',
          renders: [{ repo: edits[0].repo, branch: 'main' }],
          images: [IMAGE],
        },
      ],
    });
    await store.create(promotion, { actor: promotion.requestedBy });
    return promotion;
  };

  const until = async (id: string, state: string) => {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const { promotion } = (await store.get(id))!;
      if (promotion.state === state) return promotion;
      if (promotion.endedAt || Date.now() > deadline) {
        throw new Error(
          `Not ${state} but ${promotion.state}: ${promotion.message}`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };

  const settle = () => {
    const { application } = applications.staging;
    const revision = git.branches.get('main')!;
    application.status!.sync = { status: 'Synced', revision };
    application.status!.operationState = {
      phase: 'Succeeded',
      syncResult: { revision },
    };
    applications.staging.images = [
      {
        repository: IMAGE,
        digest: digestOf('2'),
        source: 'pod',
        pods: { total: 2, matching: 2, others: [] },
      },
    ];
    for (const child of children)
      if (child.connected) child.send({ applications });
  };

  const ownCommits = async (id: string, ref = 'main') =>
    (await git.listCommits({ ref, limit: 100 })).filter(({ message }) =>
      isCommitOf(id, message),
    );

  /** Starts an engine and kills it after git did what was asked, and before the engine heard of it. */
  const killAfter = async (method: string) => {
    const reached = new Promise<ChildProcess>(resolve => {
      beforeAnswer = asked => {
        if (asked !== method) return undefined;
        beforeAnswer = () => {};
        resolve(children[0]);
        return once(children[0], 'exit').then(() => {});
      };
    });
    await startEngine();
    await kill(await reached);
  };

  it('commits once, and the next process finishes', async () => {
    const { id } = await createPromotion('commit');
    await killAfter('commitFiles');
    expect(await ownCommits(id)).toHaveLength(1);
    expect((await store.get(id))!.promotion.state).toBe('delivering');

    await startEngine();
    const syncing = await until(id, 'syncing');
    const [commit] = await ownCommits(id);
    expect(syncing.deliveries[0].commit!.sha).toBe(commit.sha);
    expect(git.text('main', path)).toBe(overlay('2'));

    // Once more, while Argo CD is at work.
    await kill(children[1]);
    settle();
    await startEngine();
    await until(id, 'succeeded');
    expect(await ownCommits(id)).toHaveLength(1);
  });

  it.each(['createBranch', 'commitFiles', 'openPullRequest'])(
    'opens one pull request with one commit, when killed after %s',
    async method => {
      const { id } = await createPromotion('pull-request');
      await killAfter(method);
      await startEngine();
      const review = await until(id, 'in-review');
      expect(git.pullRequests).toHaveLength(1);
      expect(review.deliveries[0].pullRequest!.number).toBe(1);
      expect(await ownCommits(id, git.pullRequests[0].head)).toHaveLength(1);
      expect(await ownCommits(id)).toHaveLength(0);
    },
  );
});
