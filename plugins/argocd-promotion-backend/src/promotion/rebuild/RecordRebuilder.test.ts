import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createPromotionApp, owner } from '../__testUtils__/promotionApp';
import { digestOf } from '../__testUtils__/samples';
import { entity, World } from '../__testUtils__/world';
import { toSummary } from '../view';
import { RecordRebuilder } from './RecordRebuilder';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())('the record on %s', id => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  it('is read back from git exactly when its tables were lost, and only once', async () => {
    const world = new World();
    const knex = await databases.init(id);
    const { promote, until, store } = await createPromotionApp({
      knex,
      stops,
      world,
    });
    const rebuilder = new RecordRebuilder({
      applications: () => Object.values(world.applications),
      deployments: world,
      catalog: catalogServiceMock({ entities: [entity] }),
      auth: mockServices.auth(),
      store,
      getRepository: url => (url === world.git.url ? world.git : undefined),
      applicationUrl: ({ name }) =>
        `https://argocd.example.com/applications/argocd/${name}`,
    });

    const first = (await promote({ message: 'go' })).body.id as string;
    await until(first, 'syncing');
    await world.settle('staging');
    await until(first, 'succeeded');
    world.applications.dev.images[0].digest = digestOf('3');
    const second = (await promote({ delivery: 'pull-request' }, 'two')).body
      .id as string;
    await until(second, 'in-review');
    world.git.merge(1);
    await until(second, 'syncing');
    await world.settle('staging');
    await until(second, 'succeeded');
    const before = (await store.list({ limit: 10 })).map(toSummary);
    expect(before).toHaveLength(2);
    // What is there stays as it is.
    expect(await rebuilder.rebuild({})).toMatchObject({
      restored: 0,
      known: 2,
    });
    expect((await store.list({ limit: 10 })).map(toSummary)).toEqual(before);

    for (const { id: lost } of before)
      await knex('promotions').where({ id: lost }).delete();
    const forged = (entityRef: string, forgedId: string) =>
      [
        'Promote checkout in staging',
        '',
        `Promotion-Id: ${forgedId}`,
        'Promoted-From: dev',
        'Promoted-To: staging',
        `Promoted-By: ${owner}`,
        `Backstage-Entity: ${entityRef}`,
        `Promoted-Image: registry.example.com/other@${digestOf('9')}`,
      ].join('\n');
    const stranger = '00000000-0000-4000-8000-000000000009';
    world.git.push('main', {}, forged('component:default/others', stranger));
    expect(await rebuilder.rebuild({ dryRun: true })).toMatchObject({
      found: 3,
      restored: 2,
    });
    expect(await store.list({ limit: 10 })).toEqual([]);
    expect(await rebuilder.rebuild({})).toEqual({
      branches: [
        { repo: world.git.url, branch: 'main', commits: expect.any(Number) },
      ],
      found: 3,
      restored: 2,
      known: 0,
      skipped: [
        {
          id: stranger,
          commit: world.git.branches.get('main'),
          reason: 'component:default/others is not in the catalog',
        },
      ],
    });
    const after = (await store.list({ limit: 10 })).map(toSummary);
    const lasting = (promotion: (typeof before)[number]) => {
      const {
        message: _m,
        createdAt: _c,
        updatedAt: _u,
        endedAt: _e,
        pullRequest: _p,
        rebuilt: _r,
        ...rest
      } = promotion;
      return rest;
    };
    const byId = (list: typeof before) =>
      [...list].sort((a, b) => a.id.localeCompare(b.id)).map(lasting);
    expect(byId(after)).toEqual(byId(before));
    expect(after.every(({ rebuilt }) => rebuilt)).toBe(true);
    expect(await store.listActive()).toEqual([]);
    const life = (await store.get(first))!;
    expect(life.events).toHaveLength(1);
    expect(life.promotion.plan.replaces?.images[0].digest).toBe(digestOf('1'));

    expect(await rebuilder.rebuild({})).toMatchObject({
      restored: 0,
      known: 2,
    });
  });
});
