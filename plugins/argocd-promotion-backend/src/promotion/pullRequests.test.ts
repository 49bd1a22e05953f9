import { TestDatabases } from '@backstage/backend-test-utils';
import { createPromotionApp } from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { World } from './__testUtils__/world';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('the pull request of a promotion', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const review = async (world = new World(), problems: string[] = []) => {
    const app = await createPromotionApp({
      knex: await databases.init('SQLITE_3'),
      stops,
      world,
    });
    const open = world.git.openPullRequest.bind(world.git);
    const opened = jest
      .spyOn(world.git, 'openPullRequest')
      .mockImplementation(async options => ({
        ...(await open(options)),
        ...(problems.length > 0 ? { problems } : {}),
      }));
    const { body } = await app.promote({ delivery: 'pull-request' });
    await app.until(body.id, 'in-review');
    const id = body.id as string;
    const told = (text: string) =>
      eventually(
        async () => {
          app.engine.run(id);
          const promotion = await app.read(id);
          return promotion.message.includes(text) ? promotion : undefined;
        },
        () => `nothing like '${text}'`,
      );
    return { ...app, world, id, opened, told };
  };

  it('is opened with what its environment says, and tells what the host refused of that', async () => {
    const world = new World();
    world.environments[1].pullRequest = {
      labels: ['promotion'],
      reviewers: ['team:payments'],
      draft: true,
    };
    const { opened, read, id, told } = await review(world, [
      'the label promotion: no rights',
    ]);
    expect(opened).toHaveBeenCalledWith(
      expect.objectContaining({
        labels: ['promotion'],
        reviewers: ['team:payments'],
        draft: true,
      }),
    );
    await told('once it is no draft any more');
    const { events } = await read(id);
    expect(events.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(
        'Without what the host refused: the label promotion: no rights',
      ),
    );
  });

  it('may be pointed elsewhere and back, and only counts when it is merged where Argo CD looks', async () => {
    const { world, told, read, id, until } = await review();
    const [pull] = world.git.pullRequests;
    pull.base = 'release';
    await told('is pointed at release, which Argo CD does not follow');
    expect((await read(id)).state).toBe('in-review');
    pull.base = 'main';
    await told('to be merged');
    pull.base = 'release';
    pull.state = 'merged';
    const end = await told('was merged into release, not into main');
    expect(end.state).toBe('rejected');
    await expect(until(id, 'syncing')).rejects.toThrow('Not syncing');
  });

  it('ends it when somebody closes it, and one that is opened again changes nothing', async () => {
    const { world, told, read, id, promote, until } = await review();
    const [pull] = world.git.pullRequests;
    pull.state = 'closed';
    expect((await told('was closed without being merged')).state).toBe(
      'rejected',
    );
    pull.state = 'open';
    const again = await promote({ delivery: 'pull-request' }, 'again');
    await until(again.body.id, 'in-review');
    expect(world.git.pullRequests).toHaveLength(2);
    expect((await read(id)).state).toBe('rejected');
  });
});
