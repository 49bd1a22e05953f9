import { startGitProxy } from './__testUtils__/gitProxy';
import { eventually } from './__testUtils__/promotionClient';
import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import {
  commitsOf,
  overlay,
  REPOSITORY,
  SimulatedShop,
  STAGING_FILE,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

describe('promotions in a simulated Argo CD, git host and registry', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (options?: Parameters<typeof startShop>[0]) => {
    const shop = await startShop(options);
    stops.push(() => shop.sim.close());
    return shop;
  };
  const connect = async (
    shop: SimulatedShop,
    options?: Parameters<typeof startPromotionBackend>[1],
  ) => {
    const backend = await startPromotionBackend(shop, options);
    stops.push(backend.stop);
    return { ...backend, planned: await backend.client.plan() };
  };
  const read = async ({ sim }: SimulatedShop, path = STAGING_FILE) =>
    (await sim.git.read(REPOSITORY, 'main', path)).toString();

  it('make the Pods of staging run the digest of dev, by one commit that changes one scalar', async () => {
    const shop = await start();
    const { image, fresh, old, sim } = shop;
    const { client, told, planned } = await connect(shop);
    expect(planned.changes).toMatchObject([
      {
        repository: image,
        from: { digest: old.digest },
        to: { digest: fresh.digest },
      },
    ]);
    const created = await client.promote('one');
    expect([created.status, created.body.error]).toEqual([201, undefined]);
    const { id } = created.body;
    const done = await client.end(id);
    expect([done.state, done.message]).toEqual([
      'succeeded',
      expect.stringContaining('run the promoted digests'),
    ]);
    expect(await read(shop)).toBe(overlay(image, fresh.digest));
    const [commit, ...others] = await commitsOf(shop, id);
    expect(others).toEqual([]);
    expect(sim.git.head(REPOSITORY, 'main')).toBe(commit.sha);
    expect(done.commit).toEqual({
      sha: commit.sha,
      url: `${sim.git.url}/${REPOSITORY}/commit/${commit.sha}`,
    });
    expect((await client.promote('one')).body.id).toBe(id);

    const target = {
      entityRef: 'component:default/checkout',
      environment: 'staging',
    };
    const asked = told.audit.filter(
      ({ eventId }) => eventId !== 'promotion-transition',
    );
    expect(asked).toMatchObject([
      { eventId: 'promotion-create', meta: target, outcome: 'success' },
      {
        eventId: 'promotion-deliver',
        meta: { id, ...target, requestedBy: 'user:default/ana' },
        outcome: 'success',
        result: { written: [{ branch: 'main', commit: commit.sha }] },
      },
      { eventId: 'promotion-create', outcome: 'success' },
    ]);
    // Nothing is left to verify when all is seen at once.
    const states = told.events.map(({ state }) => state);
    expect([...new Set(states)].filter(state => state !== 'verifying')).toEqual(
      ['waiting', 'delivering', 'syncing', 'succeeded'],
    );
    expect(JSON.stringify(told.events)).not.toContain('"plan"');
    expect(told.notifications).toHaveLength(1);
  });

  it('fail with the words of the hook once Argo CD has stopped to retry', async () => {
    const shop = await start();
    const { client } = await connect(shop);
    shop.sim.faults.set({
      target: 'cluster',
      kind: 'fail-hook',
      match: 'smoke',
    });
    const done = await client.end((await client.promote('one')).body.id);
    expect(done.state).toBe('failed');
    expect(done.message).toMatch(
      /^Sync of checkout-staging failed: PostSync hook smoke failed/,
    );
    expect(done.events.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^Sync of checkout-staging is failing \(retry \d of 5\)/,
      ),
    );
  });

  it('go through a pull request that people merge on the git host', async () => {
    const shop = await start();
    const { image, fresh, old, sim } = shop;
    const { client, told } = await connect(shop);
    const { id } = (
      await client.promote('one', { delivery: 'pull-request', message: 'go' })
    ).body;
    const review = await client.until(id, ({ state }) => state === 'in-review');
    expect(await read(shop)).toBe(overlay(image, old.digest));
    const pulls = `${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls`;
    const list = await (await fetch(pulls)).json();
    expect(list).toMatchObject([
      {
        number: review.pullRequest!.number,
        title: 'Promote checkout in staging',
        body: expect.stringContaining(`Promotion-Id: ${id}`),
      },
    ]);
    const merged = await fetch(`${pulls}/${list[0].number}/merge`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `token ${sim.git.tokens.reviewer}`,
      },
      body: JSON.stringify({ Do: 'squash' }),
    });
    expect(merged.status).toBe(200);
    const done = await client.end(id);
    expect([done.state, done.commit!.sha]).toEqual([
      'succeeded',
      sim.git.head(REPOSITORY, 'main'),
    ]);
    expect(await read(shop)).toBe(overlay(image, fresh.digest));
    expect(told.audit).toContainEqual(
      expect.objectContaining({
        eventId: 'promotion-deliver',
        result: {
          state: 'in-review',
          written: [expect.objectContaining({ pullRequest: list[0].number })],
        },
      }),
    );
  });

  it('tell of an image that cannot be pulled, and fail at the deadline', async () => {
    // The cluster's own progress deadline is far.
    const shop = await start({ speed: 10 });
    const { client } = await connect(shop, {
      timeouts: { sync: { seconds: 10 } },
    });
    shop.sim.registry.images.setPullable(shop.fresh.digest, false);
    const { id } = (await client.promote('one')).body;
    const pull = `cannot pull an image (${shop.image}@${shop.fresh.digest})`;
    const told = await client.until(id, ({ message }) =>
      message.includes('cannot pull'),
    );
    expect(told.message).toContain(pull);
    const done = await client.end(id);
    expect([done.state, done.message]).toEqual([
      'failed',
      expect.stringMatching(/^Not synced within 10 seconds: checkout-staging/),
    ]);
    expect(done.message).toContain(pull);
    // What was written stays; taking it back is a decision of people.
    expect(await commitsOf(shop, id)).toHaveLength(1);
  });

  it.each([
    [
      'a neighbour',
      (_text: string) => ({ README: 'hello\n' }),
      (text: string) => text,
    ],
    [
      'the same file, elsewhere',
      (text: string) => ({ [STAGING_FILE]: `${text}namePrefix: ""\n` }),
      (text: string) => `${text}namePrefix: ""\n`,
    ],
  ])(
    'are written beside a commit that changed %s in the last moment',
    async (_what, change, expected) => {
      const shop = await start();
      const { image, fresh, sim } = shop;
      let other: string | undefined;
      const proxy = await startGitProxy(
        sim.git.url,
        async ({ method, url }) => {
          if (other || method !== 'POST' || !url!.endsWith('/contents')) return;
          other = await sim.git.commit(REPOSITORY, {
            branch: 'main',
            files: change(await read(shop)),
            message: 'By somebody else',
          });
        },
      );
      stops.push(() => proxy.close());
      const { client } = await connect(shop, { gitUrl: proxy.url });
      const done = await client.end((await client.promote('one')).body.id);
      expect(done.state).toBe('succeeded');
      expect(await read(shop)).toBe(expected(overlay(image, fresh.digest)));
      const commits = await commitsOf(shop, done.id);
      expect(commits.map(({ parents }) => parents)).toEqual([[other]]);
    },
  );

  it('refuse a pin that somebody else moved in the last moment', async () => {
    const shop = await start();
    const { image, sim } = shop;
    const third = sim.registry.push('shop/checkout', { tag: '1.0.1' });
    const theirs = overlay(image, third.digest);
    let moved = false;
    const proxy = await startGitProxy(sim.git.url, async ({ method, url }) => {
      if (moved || method !== 'POST' || !url!.endsWith('/contents')) return;
      moved = true;
      await sim.git.commit(REPOSITORY, {
        branch: 'main',
        files: { [STAGING_FILE]: theirs },
        message: 'By somebody else',
      });
    });
    stops.push(() => proxy.close());
    const { client } = await connect(shop, { gitUrl: proxy.url });
    const done = await client.end((await client.promote('one')).body.id);
    expect([done.state, done.message]).toEqual([
      'failed',
      expect.stringContaining('Git was changed by somebody else'),
    ]);
    expect(await read(shop)).toBe(theirs);
  });

  it('sync an Application that does not sync by itself', async () => {
    const shop = await start({ automated: false });
    const { client } = await connect(shop);
    shop.sim.argocd.main.clearRequests();
    const done = await client.end((await client.promote('one')).body.id);
    expect(done.state).toBe('succeeded');
    expect(done.events.map(({ message }) => message)).toContain(
      'A sync of checkout-staging was asked for',
    );
    const syncs = shop.sim.argocd.main.requests.filter(
      ({ method, path }) => method === 'POST' && path.includes('/sync'),
    );
    expect(syncs.map(({ status }) => status)).toEqual([200]);
  });

  it('say who must press Sync where the account may not, and go on when somebody did', async () => {
    const shop = await start({ automated: false });
    const { client } = await connect(shop, {
      account: 'watcher',
      // People are not held to the time that Argo CD gets.
      timeouts: { sync: { seconds: 5 } },
    });
    const { id } = (await client.promote('one')).body;
    const { state, message } = await client.until(id, promotion =>
      promotion.message.includes('must press Sync'),
    );
    expect(state).toBe('syncing');
    expect(message).toContain('permission denied');
    expect(message).toContain(
      "Somebody with the right to sync default/checkout-staging must press Sync on it in Argo CD 'main'",
    );
    const begun = Date.now();
    const later = await eventually(
      async () =>
        Date.now() - begun > 6_000
          ? client.call(`/promotions/${id}`)
          : undefined,
      () => 'the time that Argo CD gets',
    );
    expect(later.body.state).toBe('syncing');
    await shop.sync('checkout-staging');
    expect((await client.end(id)).state).toBe('succeeded');
    const refusals = shop.sim.argocd.main.requests.filter(
      ({ account, method }) => account === 'watcher' && method === 'POST',
    );
    expect(refusals).toHaveLength(1);
  });
});
