import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import knexFactory from 'knex';
import { PromotionClient } from './__testUtils__/promotionClient';
import {
  commitsOf,
  overlay,
  REPOSITORY,
  SimulatedShop,
  STAGING_FILE,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(180_000);

/** The backend as a process of its own, with a database in a file; Argo CD, git and registry live in this process. */
describe('a backend that is killed in the midst of a promotion', () => {
  let directory: string;
  let shop: SimulatedShop;
  let children: ChildProcess[];

  const alive = ({ exitCode, signalCode }: ChildProcess) =>
    exitCode === null && signalCode === null;

  const kill = async (child: ChildProcess) => {
    if (!alive(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };

  beforeEach(async () => {
    children = [];
    directory = await mkdtemp(join(tmpdir(), 'promotion-backend-'));
    // Slow enough that a sync can be met under way; Argo CD looks at git when the product asks it to.
    shop = await startShop({ speed: 4, webhooks: false });
    await writeFile(
      join(directory, 'app-config.yaml'),
      JSON.stringify({
        backend: {
          baseUrl: 'http://localhost',
          listen: { host: '127.0.0.1', port: 0 },
          database: { client: 'better-sqlite3', connection: { directory } },
        },
        ...shop.config(),
      }),
    );
  });

  afterEach(async () => {
    for (const child of children) await kill(child);
    await shop.sim.close();
    await rm(directory, { recursive: true, force: true });
  });

  const startBackend = async () => {
    const output: string[] = [];
    const child = fork(
      resolvePackagePath(
        '@fairway/backstage-plugin-argocd-promotion-backend',
        'dev/index.ts',
      ),
      ['--config', join(directory, 'app-config.yaml')],
      {
        execArgv: [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { ...process.env, NODE_ENV: 'development', NODE_OPTIONS: '' },
      },
    );
    children.push(child);
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', chunk => output.push(String(chunk)));
    const port = await new Promise<number>((resolve, reject) => {
      // Backstage's own messages come by the same way.
      child.on('message', ({ listening }: { listening?: number }) => {
        if (listening !== undefined) resolve(listening);
      });
      child.once('exit', code =>
        reject(new Error(`The backend ended with ${code}: ${output.join('')}`)),
      );
    });
    const client = new PromotionClient(`http://127.0.0.1:${port}`, {
      authorization: mockCredentials.user.header(),
    });
    return { child, client };
  };

  const storedState = async (id: string) => {
    const knex = knexFactory({
      client: 'better-sqlite3',
      connection: { filename: join(directory, 'argocd-promotion.sqlite') },
      useNullAsDefault: true,
    });
    try {
      return (await knex('promotions').where({ id }).first('state')).state;
    } finally {
      await knex.destroy();
    }
  };

  it('finishes it with one commit, started again and again', async () => {
    const first = await startBackend();
    await first.client.plan();
    // Git has the commit, and the backend has not heard of it yet.
    const killed = new Promise<void>(resolve => {
      const stop = shop.sim.git.store.onPush(() => {
        stop();
        void kill(first.child).then(resolve);
      });
    });
    const created = await first.client.promote('one');
    expect([created.status, created.body.error]).toEqual([201, undefined]);
    const { id } = created.body;
    await killed;
    expect(await storedState(id)).toBe('delivering');
    const [commit] = await commitsOf(shop, id);
    expect(commit.author).toMatchObject({ email: 'ana.lima@example.com' });

    const second = await startBackend();
    // A dead process keeps its lease for a while.
    const { state } = await second.client.until(
      id,
      promotion => promotion.state === 'syncing',
      60_000,
    );
    await kill(second.child);
    expect([state, await storedState(id)]).toEqual(['syncing', 'syncing']);

    const third = await startBackend();
    const done = await third.client.end(id, 60_000);
    expect([done.state, done.message]).toEqual([
      'succeeded',
      expect.stringContaining('run the promoted digests'),
    ]);
    expect(done.commit!.sha).toBe(commit.sha);
    expect(await commitsOf(shop, id)).toHaveLength(1);
    expect(shop.sim.git.head(REPOSITORY, 'main')).toBe(commit.sha);
    const text = await shop.sim.git.read(REPOSITORY, 'main', STAGING_FILE);
    expect(text.toString()).toBe(overlay(shop.image, shop.fresh.digest));
    const again = await third.client.promote('one');
    expect([again.status, again.body.id]).toEqual([200, id]);
  });
});
