import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import request from 'supertest';
import {
  as,
  body,
  colleague,
  createPromotionApp,
  owner,
  ownCommits,
  stranger,
} from './__testUtils__/promotionApp';
import { digestOf } from './__testUtils__/samples';
import { entity, IMAGE, pin, World } from './__testUtils__/world';

jest.setTimeout(30_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('plans and promotions over HTTP', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const setUp = async (
    options: { world?: World; verifyMs?: number; syncMs?: number } = {},
  ) =>
    createPromotionApp({
      ...options,
      stops,
      knex: await databases.init('SQLITE_3'),
    });

  it('promotes by commit: plan, one commit with trailers, success only when the Pods run the digest', async () => {
    const { world, app, promote, until, read, finished } = await setUp();
    const plan = await request(app).post('/v1/plans').set(as(owner)).send(body);
    expect(plan.status).toBe(200);
    expect(plan.body.changes).toEqual([
      {
        repository: IMAGE,
        from: { digest: digestOf('1') },
        to: { digest: digestOf('2') },
      },
    ]);
    const created = await promote({ planHash: plan.body.hash, message: 'go' });
    expect(created.status).toBe(201);
    const { id } = created.body;
    await until(id, 'syncing');
    expect(world.git.text('main', pin('staging'))).toBe(
      `${IMAGE}@${digestOf('2')}\n`,
    );
    const [commit] = await ownCommits(world);
    expect(commit.message).toContain('Promote checkout in staging');
    expect(commit.message).toContain(
      [
        'go\n',
        `Promotion-Id: ${id}`,
        'Promoted-From: dev',
        'Promoted-To: staging',
        `Promoted-By: ${owner}`,
        'Backstage-Entity: component:default/checkout',
        `Promoted-Image: ${IMAGE}@${digestOf('2')}`,
        `Replaced-Image: ${IMAGE}@${digestOf('1')}`,
        'Promotion-Delivery: commit',
      ].join('\n'),
    );

    // Synced and Healthy, but old Pods are still there.
    await world.settle('staging', ({ images }) => {
      images[0].pods = { total: 2, matching: 1, others: [digestOf('1')] };
    });
    const verifying = await until(id, 'verifying');
    expect(verifying.message).toContain('1 of 2 Pods');
    await world.settle('staging');
    const done = await until(id, 'succeeded');
    expect(done.commit).toEqual({
      sha: commit.sha,
      url: world.git.commitUrl(commit.sha),
    });
    expect(done.applicationUrls).toEqual([
      'https://argocd.example.com/applications/argocd/checkout-staging',
    ]);
    expect(done.events.map(({ state }) => state)).toEqual(
      expect.arrayContaining([
        'waiting',
        'delivering',
        'syncing',
        'verifying',
        'succeeded',
      ]),
    );
    expect(await ownCommits(world)).toHaveLength(1);
    expect((await read(id)).endedAt).toBeDefined();
    expect(
      finished.find(event => event.id === 'promotion-create')!.success,
    ).toHaveBeenCalled();
  });

  it('promotes by pull request, and is rejected when that is closed', async () => {
    const { world, app, engine, promote, until } = await setUp();
    const { id } = (await promote({ delivery: 'pull-request' })).body;
    const review = await until(id, 'in-review');
    expect(review.pullRequest).toEqual({
      number: 1,
      url: 'https://git.example.com/pulls/1',
    });
    expect(world.git.pullRequests[0].body).toContain(`Promotion-Id: ${id}`);
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('1'));
    const merged = world.git.merge(1);
    await world.settle('staging');
    expect((await until(id, 'succeeded')).commit!.sha).toBe(merged);

    world.git.push(
      'main',
      { [pin('dev')]: `${IMAGE}@${digestOf('3')}\n` },
      'dev',
    );
    await world.settle('dev');
    const second = (await promote({ delivery: 'pull-request' }, 'key-2')).body;
    await until(second.id, 'in-review');
    await world.git.closePullRequest(2);
    world.changed('staging');
    await until(second.id, 'rejected');

    const third = (await promote({ delivery: 'pull-request' }, 'key-3')).body;
    await until(third.id, 'in-review');
    const cancelled = await request(app)
      .post(`/v1/promotions/${third.id}/cancel`)
      .set(as(owner))
      .send({});
    expect(cancelled.body.state).toBe('cancelled');
    expect(world.git.pullRequests[2].state).toBe('closed');

    // Merged, but not yet seen by the engine: too late.
    const fourth = (await promote({ delivery: 'pull-request' }, 'key-4')).body;
    await until(fourth.id, 'in-review');
    await engine.stop();
    world.git.merge(4);
    const late = await request(app)
      .post(`/v1/promotions/${fourth.id}/cancel`)
      .set(as(owner))
      .send({});
    expect(late.status).toBe(409);
    expect(late.body.error.message).toContain('#4 is merged already');
    expect(await ownCommits(world)).toHaveLength(0);
  });

  it('answers the same key with the same promotion, another body with 409, no key with 400', async () => {
    const { app, promote, finished } = await setUp();
    const first = await promote();
    const again = await promote();
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect((await promote({ message: 'other' })).status).toBe(409);
    const without = await request(app)
      .post('/v1/promotions')
      .set(as(owner))
      .send(body);
    expect(without.status).toBe(400);
    expect(without.body.error.message).toContain('Idempotency-Key');
    expect(finished.at(-1)!.fail).toHaveBeenCalledTimes(1);
  });

  it('says unchanged when git pins the digests already', async () => {
    const { world, promote } = await setUp();
    world.git.push(
      'main',
      { [pin('staging')]: `${IMAGE}@${digestOf('2')}\n` },
      'by hand',
    );
    const answer = await promote();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      state: 'unchanged',
      plan: { edits: [] },
    });
  });

  it.each([
    [
      { entityRef: 'component:default/none' },
      404,
      /no entity component:default\/none/,
    ],
    [{ entityRef: ':::' }, 400, /not an entity ref/],
    [{ environment: 'moon' }, 404, /no environment 'moon'.*dev, staging/],
    [{ environment: 'dev' }, 400, /first environment/],
    [{ from: 'moon' }, 400, /not promoted from 'moon' but from: dev/],
    [{ release: 'abc' }, 409, /does not run release abc/],
    [{ planHash: 'abc' }, 409, /stale/],
    [{ delivery: 'fax' }, 400, /delivery/],
    [{ wrong: 1 }, 400, /body is not understood/],
  ])('refuses %j with %d', async (extra, status, message) => {
    const { promote, world, finished } = await setUp();
    const answer = await promote(extra);
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(message);
    expect(await ownCommits(world)).toEqual([]);
    // Refused writes are audited, also those that are not understood.
    expect(finished.map(({ fail }) => fail.mock.calls.length)).toEqual([1]);
    expect(finished[0]).toMatchObject({
      id: 'promotion-create',
      meta: {
        environment:
          (extra as { environment?: string }).environment ?? 'staging',
      },
    });
  });

  it('refuses strangers, claims, and what is not known, and audits it', async () => {
    const { promote, world, finished, advisor } = await setUp();
    const refused = await promote({}, 'k', stranger);
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('group:default/payments');
    expect(finished[0].fail).toHaveBeenCalled();
    const pipeline = () => world.resolve(entity);
    const advise = async (user: string) =>
      (
        await advisor.advise({
          entity,
          pipeline: pipeline(),
          credentials: mockCredentials.user(user),
        })
      ).offers.staging[0];
    expect(await advise(stranger)).toMatchObject({
      allowed: false,
      state: 'refused',
    });
    expect(await advise(owner)).toMatchObject({
      allowed: true,
      state: 'available',
      from: 'dev',
    });

    world.applications.staging.binding = {
      kind: 'claim',
      reason: 'annotation',
      remedy: 'Add the label.',
    };
    const claimed = await promote();
    expect(claimed.status).toBe(403);
    expect(claimed.body.error.message).toContain('Add the label.');
    expect(await advise(owner)).toMatchObject({
      allowed: false,
      state: 'refused',
    });
    world.applications.staging.binding = { kind: 'proof', reason: 'label' };

    world.applications.dev.images = [{ repository: IMAGE, source: 'unknown' }];
    expect((await promote({}, 'k3')).status).toBe(409);
    expect(await advise(owner)).toMatchObject({
      allowed: false,
      state: 'unknown',
    });
  });

  it('waits for approval by somebody else, bound to the plan', async () => {
    const world = new World();
    world.environments[1].approvals = { required: 1, groups: [] };
    const { app, promote, until, read } = await setUp({ world });
    const { id, plan } = (await promote()).body;
    const approve = (user: string, planHash: string) =>
      request(app)
        .post(`/v1/promotions/${id}/approve`)
        .set(as(user))
        .send({ planHash });
    expect((await approve(owner, plan.hash)).status).toBe(403);
    expect((await approve(stranger, plan.hash)).status).toBe(403);
    expect((await approve(colleague, 'other')).status).toBe(409);
    expect((await read(id)).state).toBe('waiting');
    expect((await approve(colleague, plan.hash)).status).toBe(200);
    await until(id, 'syncing');
  });

  it('pages lists, and refuses a made-up cursor', async () => {
    const { app, promote, world } = await setUp();
    world.git.push(
      'main',
      { [pin('staging')]: `${IMAGE}@${digestOf('2')}\n` },
      'by hand',
    );
    for (const key of ['a', 'b', 'c'])
      expect((await promote({}, key)).status).toBe(200);
    const page = (query: string) =>
      request(app).get(`/v1/promotions?${query}`).set(as(stranger));
    const first = (await page('limit=2')).body;
    expect(first.items).toHaveLength(2);
    const second = (await page(`limit=2&cursor=${first.nextCursor}`)).body;
    expect(second.items).toHaveLength(1);
    expect(second.nextCursor).toBeUndefined();
    expect((await page('state=failed')).body).toEqual({ items: [] });
    expect((await page('cursor=zzz')).status).toBe(400);
    expect((await page('limit=0')).status).toBe(400);
    expect(
      (await request(app).get('/v1/promotions/none').set(as(owner))).status,
    ).toBe(404);
  });
});
