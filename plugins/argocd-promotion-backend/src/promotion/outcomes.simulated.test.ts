import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import {
  commitsOf,
  REPOSITORY,
  SimulatedShop,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const STAGING = {
  group: 'argoproj.io',
  kind: 'Application',
  namespace: 'argocd',
  name: 'checkout-staging',
};

describe('what becomes of a commit in Argo CD', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const setUp = async (
    options: {
      shop?: Parameters<typeof startShop>[0];
      backend?: Parameters<typeof startPromotionBackend>[1];
    } = {},
  ) => {
    const shop = await startShop(options.shop);
    stops.push(() => shop.sim.close());
    const backend = await startPromotionBackend(shop, options.backend);
    stops.push(backend.stop);
    await backend.client.plan();
    return { shop, ...backend };
  };
  /** Acts as soon as git has the next commit. */
  const afterPush = ({ sim }: SimulatedShop, act: () => unknown) => {
    const done = sim.git.store.onPush(() => {
      done();
      void act();
    });
  };
  const windows = ({ sim }: SimulatedShop, syncWindows: object[]) =>
    sim.argocd.main.createProject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
        syncWindows,
      },
    });

  it('a sync window forbids it: says so, is not held to the time of a sync, and goes on when it opens', async () => {
    const { shop, client } = await setUp({
      backend: { timeouts: { sync: { seconds: 3 } } },
    });
    windows(shop, [
      {
        kind: 'deny',
        schedule: '* * * * *',
        duration: '1h',
        applications: ['*-staging'],
      },
    ]);
    const { id } = (await client.promote('one')).body;
    const told = await client.until(id, ({ message }) =>
      message.includes('forbids automated sync'),
    );
    expect(told.message).toMatch(
      /^checkout-staging is OutOfSync: a sync window of the AppProject default \(deny \* \* \* \* \*\) forbids/,
    );
    const begun = Date.now();
    const later = await client.until(id, () => Date.now() - begun > 4_000);
    expect(later.state).toBe('syncing');
    windows(shop, []);
    expect((await client.end(id)).state).toBe('succeeded');
    expect(await commitsOf(shop, id)).toHaveLength(1);
  });

  it('somebody breaks what it renders: tells the ComparisonError, and fails at the deadline', async () => {
    const { shop, client } = await setUp({
      backend: { timeouts: { sync: { seconds: 8 } } },
    });
    afterPush(shop, () =>
      shop.sim.git.commit(REPOSITORY, {
        branch: 'main',
        message: 'Oops',
        files: { 'base/kustomization.yaml': 'resources: [missing.yaml]\n' },
      }),
    );
    const { id } = (await client.promote('one')).body;
    const done = await client.end(id);
    expect([done.state, done.message]).toEqual([
      'failed',
      expect.stringMatching(
        /^Not synced within 8 seconds: checkout-staging .*ComparisonError: .*missing\.yaml/s,
      ),
    ]);
  });

  it('somebody reverts it in git: fails at once and says by what', async () => {
    const { shop, client } = await setUp({
      shop: { automated: false },
      backend: { account: 'watcher' },
    });
    const { id } = (await client.promote('one')).body;
    await client.until(id, ({ message }) => message.includes('press Sync'));
    const [commit] = await commitsOf(shop, id);
    const path = 'overlays/staging/kustomization.yaml';
    const before = await shop.sim.git.read(REPOSITORY, commit.parents[0], path);
    await shop.sim.git.commit(REPOSITORY, {
      branch: 'main',
      message: 'Revert',
      files: { [path]: before.toString() },
    });
    const done = await client.end(id);
    expect([done.state, done.message]).toEqual([
      'failed',
      expect.stringMatching(/^The commit was reverted or overwritten in git/),
    ]);
  });

  it('somebody syncs to something else: says to what, and goes on when it is synced', async () => {
    const { shop, client } = await setUp({
      shop: { automated: false },
      backend: { account: 'watcher' },
    });
    const { sim } = shop;
    const { id } = (await client.promote('one')).body;
    await client.until(id, ({ message }) => message.includes('press Sync'));
    const [commit] = await commitsOf(shop, id);
    const elsewhere = commit.parents[0];
    const answer = await fetch(
      `${sim.argocd.main.url}/api/v1/applications/checkout-staging/sync`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${sim.tokens.backstage}`,
        },
        body: JSON.stringify({ revision: elsewhere }),
      },
    );
    expect(answer.status).toBe(200);
    const told = await client.until(id, ({ message }) =>
      message.includes('was last synced to'),
    );
    expect(told.message).toContain(elsewhere.slice(0, 12));
    await sim.argocd.main.settled({ timeoutMs: 30_000 });
    await shop.sync('checkout-staging');
    expect((await client.end(id)).state).toBe('succeeded');
  });

  it('its Application is not proven to be the entity’s any more: no sync is posted until it is again', async () => {
    const { shop, client } = await setUp({ shop: { automated: false } });
    const { main } = shop.sim.argocd;
    const prove = (value: string | null) =>
      main.patchLive(STAGING, {
        metadata: { labels: { 'backstage.io/kubernetes-id': value } },
      });
    afterPush(shop, () => prove(null));
    main.clearRequests();
    const { id } = (await client.promote('one')).body;
    const told = await client.until(id, ({ message }) =>
      message.includes('it is not asked for here'),
    );
    expect(told.message).toMatch(/must press Sync on it/);
    const posts = () => main.requests.filter(({ method }) => method === 'POST');
    expect(posts()).toEqual([]);
    prove('checkout');
    expect((await client.end(id)).state).toBe('succeeded');
    expect(posts()).toHaveLength(1);
  });
});
