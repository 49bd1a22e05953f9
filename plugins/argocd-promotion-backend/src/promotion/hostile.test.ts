import { TestDatabases } from '@backstage/backend-test-utils';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { createPromotionApp, ownCommits } from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { digestOf } from './__testUtils__/samples';
import { IMAGE, pin } from './__testUtils__/world';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('whoever wants two commits, or an end that is not true', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const setUp = async (
    options: { syncMs?: number; deliveryMs?: number } = {},
  ) => {
    const app = await createPromotionApp({
      ...options,
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

  it('gets no second commit when many edited the same file after the first', async () => {
    const { world, promote, until } = await setUp();
    world.git.afterCommit = () => {
      world.git.afterCommit = undefined;
      for (let i = 0; i < 120; i += 1)
        world.git.push(
          'main',
          { [pin('staging')]: `${IMAGE}@${digestOf('1')} # ${i}\n` },
          'somebody else',
        );
      throw new Error('socket hang up');
    };
    const { id } = (await promote()).body;
    const { commit } = await until(id, 'syncing');
    expect((await ownCommits(world)).length).toBe(0);
    const all = await world.git.listCommits({ ref: 'main', limit: 1_000 });
    const own = all.filter(({ message }) => message.includes(id));
    expect(own.map(({ sha }) => sha)).toEqual([commit!.sha]);
  });

  it('is not told of a failure when the answer of the write is lost at the deadline', async () => {
    const { world, promote, until } = await setUp({ deliveryMs: 300 });
    const write = world.git.commitFiles.bind(world.git);
    let writes = 0;
    world.git.commitFiles = async options => {
      writes += 1;
      await write(options);
      await new Promise(resolve => setTimeout(resolve, 400));
      throw new Error('socket hang up');
    };
    const { id } = (await promote()).body;
    const { commit } = await until(id, 'syncing');
    const [own, ...others] = await ownCommits(world);
    expect([commit!.sha, others, writes]).toEqual([own.sha, [], 1]);
  });

  it('is told by name what could not be written in time', async () => {
    const { world, promote, until } = await setUp({ deliveryMs: 300 });
    world.git.commitFiles = async () => {
      throw new ConflictError('somebody else came first');
    };
    const { id } = (await promote()).body;
    expect((await until(id, 'failed')).message).toMatch(
      /^Could not be written to https:.* within .*: The branch moved/,
    );
  });

  it('is written between the commits of a neighbour who never pauses', async () => {
    const { world, promote, until } = await setUp();
    let conflicts = 0;
    world.git.beforeCommit = () => {
      conflicts += 1;
      // As where the whole head must be as it was: only every tenth try meets no neighbour.
      if (conflicts % 10 !== 0) throw new ConflictError('the head has moved');
    };
    const { id } = (await promote()).body;
    await eventually(
      async () => (conflicts >= 5 ? true : undefined),
      () => `${conflicts} conflicts`,
    );
    await until(id, 'syncing');
    expect(await ownCommits(world)).toHaveLength(1);
  });

  it('waits for a token that was revoked, and goes on when it is renewed', async () => {
    const { world, promote, until, told } = await setUp();
    const revoked = async () => {
      throw new NotAllowedError('git answered 401');
    };
    const { commitFiles, getBranchHead } = world.git;
    world.git.commitFiles = async () => {
      world.git.getBranchHead = revoked;
      return revoked();
    };
    const { id } = (await promote()).body;
    const { state } = await told(id, 'Git does not let it be read any more');
    expect(state).toBe('delivering');
    Object.assign(world.git, { commitFiles, getBranchHead });
    await until(id, 'syncing');
    expect(await ownCommits(world)).toHaveLength(1);
  });

  it('is told at once of a branch that refuses it for good', async () => {
    const { world, promote, until } = await setUp();
    world.git.commitFiles = async () => {
      throw new NotAllowedError('main is protected');
    };
    const { id } = (await promote()).body;
    expect((await until(id, 'failed')).message).toBe(
      'Could not be written: main is protected',
    );
  });

  it('does not mislead it by a git host that hears of a commit later than Argo CD', async () => {
    const { world, promote, until, told } = await setUp();
    const { id } = (await promote()).body;
    await until(id, 'syncing');
    // A neighbour moved the head, and the host does not know that commit yet.
    world.git.push('main', { README: 'neighbour\n' }, 'neighbour');
    const { contains } = world.git;
    world.git.contains = async () => {
      throw new NotFoundError('no such commit');
    };
    await world.settle('staging');
    await told(id, 'has not compared the commit yet');
    world.git.contains = contains;
    world.changed('staging');
    expect((await until(id, 'succeeded')).commit).toBeDefined();
  });

  it('loses no commit that a reviewer pushed onto the branch before the pull request was there', async () => {
    const { world, promote, until } = await setUp();
    const open = world.git.openPullRequest.bind(world.git);
    world.git.openPullRequest = async options => {
      world.git.openPullRequest = open;
      world.git.push(options.head, { NOTES: 'looks good\n' }, 'A reviewer');
      throw new Error('socket hang up');
    };
    const { id } = (await promote({ delivery: 'pull-request' })).body;
    await until(id, 'in-review');
    const [{ head }, ...others] = world.git.pullRequests;
    expect(others).toEqual([]);
    expect(world.git.text(head, 'NOTES')).toBe('looks good\n');
    expect(world.git.text(head, pin('staging'))).toContain(digestOf('2'));
  });

  it('gets no success by a pull request whose reviewer pinned something else', async () => {
    const { world, promote, until } = await setUp();
    const { id } = (await promote({ delivery: 'pull-request' })).body;
    await until(id, 'in-review');
    const [{ head, number }] = world.git.pullRequests;
    world.git.push(
      head,
      { [pin('staging')]: `${IMAGE}@${digestOf('7')}\n` },
      'Rather this',
    );
    world.git.merge(number);
    await until(id, 'syncing');
    await world.settle('staging');
    expect((await until(id, 'failed')).message).toMatch(
      /does not pin the promoted digests$/,
    );
  });
});
