import { TestDatabases } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  Hold,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import request from 'supertest';
import {
  as,
  body,
  createPromotionApp,
  owner,
  ownCommits,
} from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { digestOf } from './__testUtils__/samples';
import { IMAGE, pin, World } from './__testUtils__/world';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())('on %s', id => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const setUp = async (change: (world: World) => void = () => {}) => {
    const world = new World();
    change(world);
    const app = await createPromotionApp({
      world,
      stops,
      knex: await databases.init(id),
    });
    const list = async (): Promise<PromotionSummary[]> =>
      (await request(app.app).get('/v1/promotions').set(as(owner))).body.items;
    const holds = async (): Promise<Hold[]> =>
      (
        await request(app.app)
          .get('/v1/holds')
          .query({ entityRef: body.entityRef })
          .set(as(owner))
      ).body.items;
    return { ...app, list, holds };
  };
  const failStaging = async (world: World, phase = 'Failed') => {
    const revision = await world.git.getBranchHead('main');
    await world.settle('staging', ({ application }) => {
      application.status!.operationState = {
        phase,
        retryCount: phase === 'Running' ? 1 : 5,
        message: 'one or more objects failed to apply',
        operation: { retry: { limit: 5 }, sync: { revision } },
        syncResult: { revision },
      };
    });
  };

  it('a failure goes back in git with its end, and leaves a hold', async () => {
    const { world, promote, until, list, holds, read } = await setUp(
      ({ environments }) => {
        environments[1].onFailure = 'rollback';
        // Nobody is asked while the environment is broken.
        environments[1].approvals = { required: 0, groups: [] };
      },
    );
    const { id: failed } = (await promote()).body;
    await until(failed, 'syncing');
    await failStaging(world);
    const end = await until(failed, 'failed');
    const [back, before] = await list();
    expect(before.id).toBe(failed);
    expect(back).toMatchObject({
      linkedTo: { id: failed, relation: 'rollback' },
      requestedBy: 'service:argocd-promotion',
    });
    expect(end.message).toBe(
      `Sync of checkout-staging failed: one or more objects failed to apply. Rolled back by promotion ${back.id}`,
    );
    await until(back.id, 'syncing');
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('1'));
    expect(await holds()).toMatchObject([
      { environment: 'staging', promotionId: back.id },
    ]);
    // A rollback that fails is for people.
    await failStaging(world);
    await until(back.id, 'failed');
    expect(await list()).toHaveLength(2);
    expect((await read(failed)).state).toBe('failed');
    expect(await ownCommits(world)).toHaveLength(2);
  });

  it('failFast does not wait for the retries', async () => {
    const { world, promote, until } = await setUp(({ environments }) => {
      environments[1].failFast = true;
    });
    const { id: promotion } = (await promote()).body;
    await until(promotion, 'syncing');
    await failStaging(world, 'Running');
    expect((await until(promotion, 'failed')).message).toMatch(
      /failing \(retry 1 of 5\).*\(failFast\)$/,
    );
  });

  it('verify.for begins anew when it does not stay verified', async () => {
    const { world, promote, until, read } = await setUp(({ environments }) => {
      environments[1].verifyForMs = 600;
    });
    const { id: promotion } = (await promote()).body;
    await until(promotion, 'syncing');
    await world.settle('staging');
    const staying = await until(promotion, 'verifying');
    expect(staying.message).toMatch(/^Verified; must stay so until /);
    await world.settle('staging', ({ application }) => {
      application.status!.health = { status: 'Degraded', message: 'crash' };
    });
    await eventually(
      async () =>
        (await read(promotion)).message.includes('Degraded') || undefined,
      () => 'not told',
      8_000,
    );
    const mended = Date.now();
    await world.settle('staging', ({ application }) => {
      application.status!.health = { status: 'Healthy' };
    });
    const done = await until(promotion, 'succeeded');
    expect(Date.parse(done.endedAt!) - mended).toBeGreaterThanOrEqual(600);
  });

  it('goes back to any earlier release, and only to one that ran', async () => {
    const { app, world, promote, until, holds } = await setUp();
    const deliver = async (key: string, letter: string) => {
      world.git.push(
        'main',
        { [pin('dev')]: `${IMAGE}@${digestOf(letter)}\n` },
        letter,
      );
      await world.settle('dev');
      const created = (await promote({}, key)).body;
      await until(created.id, 'syncing');
      await world.settle('staging');
      return until(created.id, 'succeeded');
    };
    const first = await deliver('a', '3');
    await deliver('b', '4');
    const last = await deliver('c', '5');
    const rollback = (release?: string) =>
      request(app)
        .post(`/v1/promotions/${last.id}/rollback`)
        .set(as(owner))
        .send(release ? { release } : {});
    expect((await rollback('f'.repeat(64))).body.error.message).toMatch(
      /never ran the release ffff/,
    );
    const back = await rollback(first.release.id);
    expect(back.status).toBe(201);
    await until(back.body.id, 'syncing');
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('3'));
    expect(await holds()).toMatchObject([
      { heldBy: owner, promotionId: back.body.id },
    ]);
    await world.settle('staging');
    await until(back.body.id, 'succeeded');
    // The release before the first promotion is told by that one alone.
    const oldest = await rollback(first.plan.replaces!.id);
    await until(oldest.body.id, 'syncing');
    expect(world.git.text('main', pin('staging'))).toContain(digestOf('1'));
  });

  it('a failure waits for its rollback while that cannot be planned', async () => {
    const { world, promote, until, list, read } = await setUp(
      ({ environments }) => {
        environments[1].onFailure = 'rollback';
      },
    );
    const { id: failed } = (await promote()).body;
    await until(failed, 'syncing');
    const head = world.git.getBranchHead.bind(world.git);
    // Plans ask for the head of the branch; what Argo CD tells of it is known before that goes.
    const revision = await head('main');
    const { application } = world.applications.staging;
    application.status!.sync = { status: 'Synced', revision };
    application.status!.operationState = {
      phase: 'Failed',
      message: 'one or more objects failed to apply',
      syncResult: { revision },
    };
    world.git.getBranchHead = async () => {
      throw new ServiceUnavailableError('git is away');
    };
    world.changed('staging');
    await eventually(
      async () => {
        const { state, message } = await read(failed);
        return (
          (state === 'syncing' && message.includes('git is away')) || undefined
        );
      },
      () => 'not told',
      8_000,
    );
    world.git.getBranchHead = head;
    const end = await until(failed, 'failed');
    expect(end.message).toMatch(/Rolled back by promotion/);
    expect((await list())[0].linkedTo).toEqual({
      id: failed,
      relation: 'rollback',
    });
  });

  it('a hold that comes after an automatic promotion keeps it until it is lifted', async () => {
    const { app, world, newAutomatic, until, list, read } = await setUp(
      ({ environments }) => {
        environments[1].autoPromote = true;
        environments[1].gates = [{ kind: 'soak', duration: { days: 10_000 } }];
      },
    );
    newAutomatic();
    const [{ id: promotion }] = await eventually(
      async () => {
        const items = await list();
        return items.length > 0 ? items : undefined;
      },
      () => 'nothing promoted',
    );
    await request(app)
      .post('/v1/holds')
      .set(as(owner))
      .send({ entityRef: body.entityRef, reason: 'Black Friday' });
    world.environments[1].gates = [];
    world.changed('dev');
    await eventually(
      async () =>
        /^The entity is held by user:default\/ana \(Black Friday\)/.test(
          (
            await read(promotion)
          ).message,
        ) || undefined,
      () => 'the hold is not told',
      8_000,
    );
    expect(await ownCommits(world)).toEqual([]);
    await request(app)
      .delete('/v1/holds')
      .set(as(owner))
      .query({ entityRef: body.entityRef });
    world.changed('dev');
    await until(promotion, 'syncing');
    expect(await ownCommits(world)).toHaveLength(1);
  });

  it('autoPromote promotes once, and not what is held, failed, or unhealthy', async () => {
    const { app, world, newAutomatic, until, list, holds } = await setUp(
      ({ environments }) => {
        environments[1].autoPromote = true;
      },
    );
    const hold = (method: 'post' | 'delete', part: object) =>
      method === 'post'
        ? request(app)
            .post('/v1/holds')
            .set(as(owner))
            .send({ entityRef: body.entityRef, ...part })
        : request(app)
            .delete('/v1/holds')
            .set(as(owner))
            .query({ entityRef: body.entityRef, ...part });
    expect((await hold('post', { reason: 'Black Friday' })).body.items).toEqual(
      [
        {
          entityRef: body.entityRef,
          reason: 'Black Friday',
          heldBy: owner,
          at: expect.any(String),
        },
      ],
    );
    world.applications.dev.application.status!.health!.status = 'Degraded';
    newAutomatic();
    newAutomatic();
    const quiet = () => new Promise(resolve => setTimeout(resolve, 250));
    await quiet();
    expect(await list()).toEqual([]);
    expect((await hold('delete', { environment: 'staging' })).status).toBe(404);
    expect((await hold('delete', {})).body.items).toEqual([]);
    await quiet();
    expect(await list()).toEqual([]);
    await world.settle('dev', ({ application }) => {
      application.status!.health!.status = 'Healthy';
    });
    const [first] = await eventually(
      async () => {
        const items = await list();
        return items.length > 0 ? items : undefined;
      },
      () => 'nothing promoted',
    );
    expect(first.requestedBy).toBe('service:argocd-promotion');
    await until(first.id, 'syncing');
    await failStaging(world);
    await until(first.id, 'failed');
    await quiet();
    expect(await list()).toHaveLength(1);
    expect(await holds()).toEqual([]);
    expect(await ownCommits(world)).toHaveLength(1);
  });
});
