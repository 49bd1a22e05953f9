import { TestDatabases } from '@backstage/backend-test-utils';
import request from 'supertest';
import {
  as,
  createPromotionApp,
  owner,
  ownCommits,
} from './__testUtils__/promotionApp';
import { digestOf } from './__testUtils__/samples';
import { IMAGE, pin, World } from './__testUtils__/world';

jest.setTimeout(30_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('the life of a promotion', () => {
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

  it('supersedes what waits, cancels, retries, and rolls back', async () => {
    const world = new World();
    world.environments[1].gates = [
      { kind: 'soak', duration: { days: 10_000 } },
    ];
    const { app, promote, until, read } = await setUp({ world });
    const post = (id: string, verb: string) =>
      request(app).post(`/v1/promotions/${id}/${verb}`).set(as(owner)).send({});
    const first = (await promote()).body;
    const second = (await promote({}, 'key-2')).body;
    expect((await read(first.id)).state).toBe('superseded');
    expect((await post(second.id, 'rollback')).status).toBe(409);
    expect((await post(second.id, 'cancel')).body.state).toBe('cancelled');
    world.environments[1].gates = [];
    const retried = await post(second.id, 'retry');
    expect(retried.status).toBe(201);
    expect(retried.body.linkedTo).toEqual({ id: second.id, relation: 'retry' });
    await until(retried.body.id, 'syncing');
    expect((await promote({}, 'key-3')).status).toBe(200); // git holds it: unchanged
    expect((await post(retried.body.id, 'cancel')).status).toBe(409);
    await world.settle('staging');
    await until(retried.body.id, 'succeeded');

    const back = await post(retried.body.id, 'rollback');
    expect(back.status).toBe(201);
    await until(back.body.id, 'syncing');
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('1'));
    await world.settle('staging');
    await until(back.body.id, 'succeeded');
  });

  it('writes once when the answer of the commit is lost, and when another engine goes on', async () => {
    const { world, promote, until, engine, newEngine } = await setUp();
    let lost = 0;
    world.git.afterCommit = () => {
      lost += 1;
      throw new Error('socket hang up');
    };
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    expect(lost).toBe(1);
    await engine.stop();
    newEngine();
    await world.settle('staging');
    await until(id, 'succeeded');
    expect(await ownCommits(world)).toHaveLength(1);
  });

  it('writes over a neighbour, plans again when the file moved, and fails when the pin is another', async () => {
    const { world, promote, until } = await setUp();
    let races = 0;
    world.git.beforeCommit = () => {
      races += 1;
      if (races === 1)
        world.git.push('main', { README: 'neighbour\n' }, 'neighbour');
    };
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    expect(world.git.text('main', 'README')).toBe('neighbour\n');
    await world.settle('staging');
    await until(id, 'succeeded');

    world.git.push(
      'main',
      { [pin('dev')]: `${IMAGE}@${digestOf('4')}\n` },
      'dev',
    );
    await world.settle('dev');
    world.git.beforeCommit = () => {
      world.git.beforeCommit = undefined;
      world.git.push(
        'main',
        { [pin('staging')]: `${IMAGE}@${digestOf('2')} # comment\n` },
        'same pin, other bytes',
      );
    };
    const second = (await promote({}, 'key-2')).body;
    const synced = await until(second.id, 'syncing');
    expect(synced.events.map(({ message }) => message)).toContain(
      'A touched file changed; planned again with the same pins',
    );
    expect(world.git.text('main', pin('staging'))).toBe(
      `${IMAGE}@${digestOf('4')} # comment\n`,
    );
    await world.settle('staging', ({ images }) => {
      images[0].digest = digestOf('4');
    });
    await until(second.id, 'succeeded');

    world.git.push(
      'main',
      { [pin('dev')]: `${IMAGE}@${digestOf('5')}\n` },
      'dev',
    );
    await world.settle('dev');
    world.git.beforeCommit = () => {
      world.git.beforeCommit = undefined;
      world.git.push(
        'main',
        { [pin('staging')]: `${IMAGE}@${digestOf('6')}\n` },
        'another pin',
      );
    };
    const third = (await promote({}, 'key-3')).body;
    expect((await until(third.id, 'failed')).message).toContain(
      'changed by somebody else',
    );
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('6'));
  });

  it('tells of a failing hook at once, and fails when the retries end', async () => {
    const { world, promote, until, read } = await setUp();
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    const revision = await world.git.getBranchHead('main');
    const hook = {
      kind: 'Job',
      name: 'smoke',
      hookType: 'PostSync',
      hookPhase: 'Failed',
      message: 'exit 1',
    };
    const fail = (phase: string, retryCount: number) =>
      world.settle('staging', ({ application }) => {
        application.status!.operationState = {
          phase,
          retryCount,
          operation: { retry: { limit: 5 }, sync: { revision } },
          syncResult: { revision, resources: [hook] },
        };
      });
    await fail('Running', 2);
    const deadline = Date.now() + 5_000;
    while (
      !(await read(id)).message.includes('retry 2 of 5') &&
      Date.now() < deadline
    ) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect((await read(id)).message).toBe(
      'Sync of checkout-staging is failing (retry 2 of 5): PostSync hook smoke failed: exit 1',
    );
    await fail('Failed', 5);
    expect((await until(id, 'failed')).message).toContain(
      'PostSync hook smoke failed: exit 1',
    );
  });

  it('fails in clear words when the Pods never run it', async () => {
    const { world, promote, until } = await setUp({ verifyMs: 300 });
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    await world.settle('staging', ({ application, images }) => {
      application.status!.health = {
        status: 'Progressing',
        message: 'ImagePullBackOff',
      };
      images[0].pods = { total: 2, matching: 0, others: [] };
    });
    const failed = await until(id, 'failed');
    expect(failed.message).toMatch(
      /Not verified within .*checkout-staging is Progressing: ImagePullBackOff: 0 of 2 Pods/,
    );
  });
});
