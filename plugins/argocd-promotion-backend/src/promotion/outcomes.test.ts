import { TestDatabases } from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import { createPromotionApp, ownCommits } from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { digestOf } from './__testUtils__/samples';
import { IMAGE, pin, World } from './__testUtils__/world';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('what a promotion comes to when the world changes under it', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const setUp = async (
    options: { syncMs?: number; gatesMs?: number } = {},
    change: (world: World) => void = () => {},
  ) => {
    const world = new World();
    change(world);
    const app = await createPromotionApp({
      ...options,
      world,
      stops,
      knex: await databases.init('SQLITE_3'),
    });
    const told = (id: string, part: string) =>
      eventually(
        async () => {
          const promotion = await app.read(id);
          return promotion.message.includes(part) ? promotion : undefined;
        },
        () => `nothing told of ${part}`,
        8_000,
      );
    return { ...app, told };
  };
  const soak = { kind: 'soak', duration: { days: 10_000 } };

  it.each([
    ['reverted', `${IMAGE}@${digestOf('1')}\n`],
    ['overwritten', `${IMAGE}@${digestOf('9')}\n`],
  ])('fails at once when its commit is %s in git', async (_, text) => {
    const { world, promote, until } = await setUp();
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    world.git.push('main', { [pin('staging')]: text }, 'Revert');
    await world.settle('staging');
    expect((await until(id, 'failed')).message).toMatch(
      /^The commit was reverted or overwritten in git: \w{12}, which checkout-staging follows/,
    );
  });

  it('is not misled by a neighbour who edits the same file', async () => {
    const { world, promote, until } = await setUp();
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    world.git.push(
      'main',
      { [pin('staging')]: `${IMAGE}@${digestOf('2')} # mine\n` },
      'a comment',
    );
    await world.settle('staging', ({ images }) => {
      images[0].digest = digestOf('2');
    });
    expect((await until(id, 'succeeded')).commit).toBeDefined();
  });

  it.each<[string, (world: World) => void, string]>([
    [
      'its environment is deleted',
      world => world.environments.pop(),
      'There is no environment staging any more',
    ],
    [
      'its upstream is deleted',
      world => world.environments.shift(),
      'There is no environment dev any more',
    ],
    [
      'the entity loses its proof',
      world => {
        world.applications.staging.binding = {
          kind: 'claim',
          reason: 'annotation',
        };
      },
      'is not proven to be of component:default/checkout any more',
    ],
  ])(
    'waits, then fails unwritten, when %s',
    async (_, change, reason) => {
      const { world, promote, until, told } = await setUp(
        { syncMs: 700 },
        ({ environments }) => {
          environments[1].gates = [soak];
        },
      );
      const { id } = (await promote()).body;
      await told(id, 'Soaked');
      change(world);
      world.changed('staging');
      const waits = await told(id, reason);
      expect([waits.state, waits.message.slice(0, 6)]).toEqual([
        'waiting',
        'Waits:',
      ]);
      const { message } = await until(id, 'failed');
      expect(message).toContain(reason);
      expect(message).toContain('nothing was written');
      expect(await ownCommits(world)).toEqual([]);
    },
    20_000,
  );

  it('goes on when what was missing is back', async () => {
    const { world, promote, until, told } = await setUp({}, world_ => {
      world_.environments[1].gates = [soak];
    });
    const { id } = (await promote()).body;
    await told(id, 'Soaked');
    const [lost] = world.environments.splice(1);
    world.changed('staging');
    await told(id, 'no environment staging');
    lost.gates = [];
    world.environments.push(lost);
    world.changed('staging');
    await until(id, 'syncing');
    expect(await ownCommits(world)).toHaveLength(1);
  });

  it('fails when its gates do not open in time, and says which', async () => {
    const { promote, until } = await setUp({ gatesMs: 200 }, world => {
      world.environments[1].gates = [soak];
    });
    const { id } = (await promote()).body;
    expect((await until(id, 'failed')).message).toMatch(
      /^The gates did not open within .*: Soaked in dev: /,
    );
  });

  it('does not say that nothing was written while git does not tell', async () => {
    const { world, promote, until, told } = await setUp();
    const list = world.git.listCommits.bind(world.git);
    world.git.afterCommit = () => {
      world.git.listCommits = async () => {
        throw new NotAllowedError('the token was revoked');
      };
      throw new Error('socket hang up');
    };
    const { id } = (await promote()).body;
    const { state } = await told(id, 'It is not known whether');
    expect(state).toBe('delivering');
    world.git.listCommits = list;
    await until(id, 'syncing');
    expect(await ownCommits(world)).toHaveLength(1);
  });
});
