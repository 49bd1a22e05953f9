import { TestDatabases } from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import {
  Promotion,
  PromotionSummary,
  Train,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import knexFactory, { Knex } from 'knex';
import request from 'supertest';
import { trailerValues } from '../git';
import { Fleet, SharedFleet, SplitFleet } from './__testUtils__/fleet';
import {
  as,
  colleague,
  createPromotionApp,
  owner,
  stranger,
} from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { digestOf } from './__testUtils__/samples';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const ref = (index: number) => `component:default/service-${index}`;
const train = (size: number) => ({
  environment: 'staging',
  members: Array.from({ length: size }, (_, index) => ({
    entityRef: ref(index),
  })),
});
const states = ({ members }: Train) => members.map(({ state }) => state);

describe.each(databases.eachSupportedId())('trains on %s', id => {
  const stops: Array<() => Promise<void>> = [];
  let knex: Knex;
  beforeEach(async () => {
    knex = await databases.init(id);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const start = async (fleet: Fleet) => {
    const app = await createPromotionApp({
      knex,
      stops,
      world: fleet,
      entities: fleet.entities,
    });
    const call = (
      path: string,
      options: { body?: object; user?: string; key?: string } = {},
    ) => {
      const { body = {}, user = owner, key = 'key' } = options;
      return request(app.app)
        .post(`/v1/trains${path}`)
        .set(as(user))
        .set('Idempotency-Key', key)
        .send(body);
    };
    const read = async (trainId: string, user = owner): Promise<Train> =>
      (await request(app.app).get(`/v1/trains/${trainId}`).set(as(user))).body;
    const until = (trainId: string, wanted: (seen: Train) => boolean) => {
      let last: Train | undefined;
      return eventually(
        async () => {
          last = await read(trainId);
          return wanted(last) ? last : undefined;
        },
        () => last?.members.map(({ state, message }) => [state, message]),
      );
    };
    const settle = () => {
      const timer = setInterval(() => fleet.settleAll(), 20);
      stops.unshift(async () => clearInterval(timer));
    };
    const commits = async () =>
      (await fleet.git.listCommits({ ref: 'main', limit: 1_000 })).filter(
        ({ message }) => trailerValues(message, 'Promotion-Id').length > 0,
      );
    return { ...app, call, read, until, settle, commits };
  };
  const all =
    (...wanted: string[]) =>
    (seen: Train) =>
      states(seen).every(state => wanted.includes(state));

  it('are planned together, written in one commit, and verified each by itself', async () => {
    const fleet = new Fleet(3);
    const { call, until, settle, commits, read, finished } = await start(fleet);
    const planned = await call('/plans', { body: train(3) });
    expect(planned.status).toBe(200);
    expect(planned.body.members).toHaveLength(3);
    expect(planned.body.commits).toEqual([
      {
        repo: fleet.git.url,
        branch: 'main',
        entityRefs: [ref(0), ref(1), ref(2)],
      },
    ]);
    expect(planned.body.problems).toEqual([]);
    expect(await commits()).toEqual([]);

    const body = { ...train(3), planHash: planned.body.hash };
    const created = await call('', { body });
    expect([created.status, created.body.error]).toEqual([201, undefined]);
    const again = await call('', { body });
    expect([again.status, again.body.id]).toEqual([200, created.body.id]);
    const other = await call('', { body: { ...body, message: 'other' } });
    expect(other.status).toBe(409);

    await until(created.body.id, all('syncing'));
    settle();
    const done = await until(created.body.id, all('succeeded'));
    const [commit, ...others] = await commits();
    expect(others).toEqual([]);
    expect(done.members.map(member => member.commit!.sha)).toEqual(
      done.members.map(() => commit.sha),
    );
    expect(trailerValues(commit.message, 'Promotion-Id')).toEqual(
      done.members.map(member => member.id),
    );
    expect(commit.message).toMatch(/^Promote service-0 and 2 more in staging/);
    for (const member of done.members) {
      expect(member.trainId).toBe(created.body.id);
      expect(fleet.pinned(member.entityRef.split('/')[1])).toBe(
        member.release.images[0].digest,
      );
    }
    expect(done.actions).toEqual({ rollback: { allowed: true } });
    expect(finished.map(event => event.id)).toContain('train-create');

    const back = await call(`/${done.id}/rollback`);
    expect([back.status, back.body.error]).toEqual([201, undefined]);
    await until(back.body.id, all('succeeded'));
    expect((await commits())[0].message).toMatch(/^Roll back service-0 and 2/);
    expect(fleet.pinned('service-2')).toBe(digestOf('1'));
    expect((await read(back.body.id)).members[1].linkedTo).toEqual({
      id: done.members[1].id,
      relation: 'rollback',
    });
  });

  it('are refused as a whole, before anything is stored, when one can not go', async () => {
    const fleet = new Fleet(2);
    const { call, store } = await start(fleet);
    const refusals = [
      await call('', { body: train(2), user: stranger }),
      await call('', {
        body: {
          ...train(1),
          members: [{ entityRef: ref(0) }, { entityRef: ref(7) }],
        },
      }),
      await call('', { body: { ...train(2), planHash: 'old' } }),
      await call('', { body: train(1) }),
      await call('', {
        body: {
          ...train(1),
          members: [0, 0].map(at => ({ entityRef: ref(at) })),
        },
      }),
    ];
    delete fleet.fleet.get('service-1')!.dev.images[0].digest;
    refusals.push(await call('/plans', { body: train(2) }));
    expect(refusals.map(({ status }) => status)).toEqual([
      403, 404, 409, 400, 400, 409,
    ]);
    expect(refusals[5].body.error.message).toContain(
      `${ref(1)} can't be promoted, and so its train does not go`,
    );
    expect(await store.list({ limit: 10 })).toEqual([]);
  });

  it('depart when the last gate opens, and end together when one member is taken back before', async () => {
    const fleet = new Fleet(2);
    fleet.environments[1].approvals = { required: 1, groups: [] };
    const { app, call, until, commits, promote, read } = await start(fleet);
    const approve = ({ id: promotion }: PromotionSummary) =>
      request(app)
        .get(`/v1/promotions/${promotion}`)
        .set(as(owner))
        .then(({ body }: { body: Promotion }) =>
          request(app)
            .post(`/v1/promotions/${promotion}/approve`)
            .set(as(colleague))
            .send({ planHash: body.plan.hash }),
        );
    const first: Train = (await call('', { body: train(2) })).body;
    expect((await approve(first.members[1])).status).toBe(200);
    const ready = await until(first.id, ({ members }) =>
      members[1].message.startsWith('Its gates are open'),
    );
    expect(states(ready)).toEqual(['waiting', 'waiting']);
    expect((await approve(first.members[0])).status).toBe(200);
    await until(first.id, all('syncing'));
    expect(await commits()).toHaveLength(1);
    fleet.settleAll();
    await until(first.id, all('succeeded'));

    for (const index of [0, 1])
      fleet.release(`service-${index}`, digestOf('3'));
    const second: Train = (await call('', { body: train(2), key: 'b' })).body;
    const cancelled = await request(app)
      .post(`/v1/promotions/${second.members[1].id}/cancel`)
      .set(as(owner));
    expect(cancelled.status).toBe(200);
    const ended = await read(second.id);
    expect(states(ended)).toEqual(['cancelled', 'cancelled']);
    expect(ended.members[0].message).toContain(second.members[1].id);

    // A newer promotion of one member supersedes it, and so its train.
    const retried: Train = (await call(`/${second.id}/retry`)).body;
    expect(retried.members.map(({ linkedTo }) => linkedTo?.relation)).toEqual([
      'retry',
      'retry',
    ]);
    const alone = await promote({ entityRef: ref(0) }, 'alone');
    expect(alone.status).toBe(201);
    expect(states(await read(retried.id))).toEqual(['superseded', 'cancelled']);
    expect(await commits()).toHaveLength(1);
  });

  it('change a file of several once, show the whole change to each, and refuse one pin with two digests', async () => {
    const fleet = new SharedFleet(3);
    const { call, until, commits } = await start(fleet);
    fleet.release('service-1', digestOf('5'));
    const planned = await call('/plans', { body: train(3) });
    const edits = planned.body.members.map(
      (member: Promotion['plan']) => member.edits,
    );
    expect(edits[1]).toEqual(edits[0]);
    expect(edits[0][0].patch.match(/^\+service/gm)).toHaveLength(3);
    const { body } = await call('', { body: train(3) });
    await until(body.id, all('syncing'));
    expect(await commits()).toHaveLength(1);
    expect(fleet.git.text('main', 'staging/pins').split('\n')).toEqual([
      expect.stringMatching(`service-0=.*${digestOf('2')}`),
      expect.stringMatching(`service-1=.*${digestOf('5')}`),
      expect.stringMatching(`service-2=.*${digestOf('2')}`),
      '',
    ]);
  });

  it('refuse two digests for one pin', async () => {
    const fleet = new SharedFleet(2, true);
    fleet.release('service-1', digestOf('5'));
    const { call } = await start(fleet);
    const planned = await call('/plans', { body: train(2) });
    expect([planned.status, planned.body.error.message]).toEqual([
      409,
      expect.stringContaining('pin the same place of staging/pins'),
    ]);
  });

  it('go through one pull request, which cancelling closes', async () => {
    const fleet = new Fleet(2);
    const { call, until, commits } = await start(fleet);
    const asked = { ...train(2), delivery: 'pull-request' };
    const first: Train = (await call('', { body: asked })).body;
    await until(first.id, all('in-review'));
    expect(fleet.git.pullRequests).toMatchObject([
      { number: 1, state: 'open', body: expect.stringContaining(ref(1)) },
    ]);
    const cancelled = await call(`/${first.id}/cancel`);
    expect([cancelled.status, states(cancelled.body)]).toEqual([
      200,
      ['cancelled', 'cancelled'],
    ]);
    expect(fleet.git.pullRequests[0].state).toBe('closed');

    const second: Train = (await call('', { body: asked, key: 'b' })).body;
    await until(second.id, all('in-review'));
    fleet.git.merge(2);
    fleet.settleAll();
    const done = await until(second.id, all('succeeded'));
    expect(done.members.map(({ commit }) => commit!.sha)).toEqual(
      Array(2).fill(fleet.git.branches.get('main')),
    );
    expect(await commits()).toEqual([]);
  });

  it('are one commit in each repository, and keep what one has when another refuses', async () => {
    const fleet = new SplitFleet(3);
    const { call, until, commits } = await start(fleet);
    const planned = await call('/plans', { body: train(3) });
    expect(
      planned.body.commits.map(
        ({ entityRefs }: { entityRefs: string[] }) => entityRefs,
      ),
    ).toEqual([[ref(0), ref(1)], [ref(2)]]);
    expect(planned.body.problems).toMatchObject([
      { code: 'train-several-commits' },
    ]);
    fleet.other.beforeCommit = () => {
      throw new NotAllowedError('the branch is protected');
    };
    const { body } = await call('', { body: train(3) });
    const half = await until(
      body.id,
      seen => states(seen).join() === 'syncing,syncing,failed',
    );
    expect(half.members[2].message).toContain('the branch is protected');
    expect(await commits()).toHaveLength(1);
    fleet.settleAll();
    await until(body.id, all('succeeded', 'failed'));

    fleet.other.beforeCommit = undefined;
    const again: Train = (await call(`/${body.id}/retry`)).body;
    expect(again.members.map(({ entityRef }) => entityRef)).toEqual([ref(2)]);
    await until(again.id, all('syncing'));
    fleet.settleAll();
    await until(again.id, all('succeeded'));
    expect(fleet.pinned('service-2')).toBe(digestOf('2'));
  });

  it('are written once when the answer to the commit is lost', async () => {
    const fleet = new Fleet(3);
    const { call, until, commits, engine, newEngine } = await start(fleet);
    const lost = new Promise<void>(resolve => {
      fleet.git.afterCommit = () => {
        fleet.git.afterCommit = undefined;
        resolve();
        throw new Error('socket hang up');
      };
    });
    const { body } = await call('', { body: train(3) });
    await lost;
    await engine.stop();
    newEngine();
    const seen = await until(body.id, all('syncing'));
    const [commit, ...others] = await commits();
    expect(others).toEqual([]);
    expect(new Set(seen.members.map(member => member.commit!.sha))).toEqual(
      new Set([commit.sha]),
    );
  });

  it('are planned again when a touched file moved in the last moment, and never write over it', async () => {
    const fleet = new SharedFleet(3);
    const { call, until, commits } = await start(fleet);
    fleet.git.beforeCommit = () => {
      fleet.git.beforeCommit = undefined;
      const text = fleet.git.text('main', 'staging/pins');
      fleet.git.push('main', { 'staging/pins': `${text}other=1\n` }, 'other');
    };
    const { body } = await call('', { body: train(2) });
    await until(body.id, all('syncing'));
    expect(await commits()).toHaveLength(1);
    const text = fleet.git.text('main', 'staging/pins');
    expect(text).toMatch(/^other=1$/m);
    expect(text).toMatch(new RegExp(`service-1=.*${digestOf('2')}`));
  });
});

const postgres = TestDatabases.create({ ids: ['POSTGRES_18'] });

describe.each(postgres.eachSupportedId())(
  'trains of two replicas on %s',
  id => {
    const stops: Array<() => Promise<void>> = [];
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });

    it('race for the same services, and each is written in one commit or not at all', async () => {
      const fleet = new Fleet(4);
      const first = await postgres.init(id);
      const second = knexFactory({
        client: 'pg',
        connection: first.client.config.connection,
      });
      const replicas: Array<Awaited<ReturnType<typeof createPromotionApp>>> =
        [];
      for (const knex of [first, second] as Knex[])
        replicas.push(
          await createPromotionApp({
            knex,
            stops,
            world: fleet,
            entities: fleet.entities,
          }),
        );
      stops.push(() => second.destroy());
      const { trains, store } = replicas[0];
      let pushed = 0;
      const neighbour = setInterval(() => {
        pushed += 1;
        fleet.git.push('main', { README: `${pushed}\n` }, 'neighbour');
      }, 7);
      const argocd = setInterval(() => fleet.settleAll(), 30);
      const quiet = async () => {
        clearInterval(neighbour);
        clearInterval(argocd);
      };
      stops.unshift(quiet);
      const asked = new Set<string>();
      for (let round = 0; round < 6; round += 1) {
        for (let index = 0; index < 4; index += 1)
          fleet.release(`service-${index}`, digestOf('abcdef'[round]));
        const wish = (members: number[]) => ({
          environment: 'staging',
          members: members.map(index => ({ entityRef: ref(index) })),
        });
        // Two that share members at the same moment, one of them twice, and one taken back.
        const answers = await Promise.all(
          [
            [0, [0, 1, 2], 'a'],
            [1, [0, 1, 2], 'a'],
            [1, [2, 3], 'b'],
          ].map(([at, members, key]) =>
            request(replicas[at as number].app)
              .post('/v1/trains')
              .set(as(owner))
              .set('Idempotency-Key', `${key} ${round}`)
              .send(wish(members as number[])),
          ),
        );
        for (const { status, body } of answers) {
          expect([200, 201, 409]).toContain(status);
          if (status < 300) asked.add(body.id);
        }
        if (round % 2)
          await request(replicas[1].app)
            .post(`/v1/trains/${[...asked].at(-1)}/cancel`)
            .set(as(owner));
        await eventually(
          async () => ((await store.listActive()).length ? undefined : true),
          () => `stuck in round ${round}`,
        );
      }
      await quiet();
      const log = await fleet.git.listCommits({ ref: 'main', limit: 1e6 });
      let succeeded = 0;
      for (const trainId of asked) {
        const members = (await trains.members(trainId)).filter(
          ({ state }) => state !== 'unchanged',
        );
        const commits = log.filter(({ message }) =>
          members.some(member =>
            trailerValues(message, 'Promotion-Id').includes(member.id),
          ),
        );
        const written = members.filter(({ deliveries }) =>
          deliveries.some(({ commit }) => commit),
        );
        // All or none.
        expect([trainId, written.length]).toEqual([
          trainId,
          commits.length * members.length,
        ]);
        expect(commits.length).toBeLessThanOrEqual(1);
        succeeded += members.filter(
          ({ state }) => state === 'succeeded',
        ).length;
      }
      expect(log.filter(({ message }) => message === 'neighbour')).toHaveLength(
        pushed,
      );
      expect(succeeded).toBeGreaterThanOrEqual(6);
    });
  },
);
