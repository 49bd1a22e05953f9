import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { createPromotionApp } from '../__testUtils__/promotionApp';
import { World } from '../__testUtils__/world';
import { HostWebhooks } from './HostWebhooks';

jest.setTimeout(30_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const about = (url: string) => ({
  topic: 'github',
  eventPayload: { action: 'closed', repository: { clone_url: url } },
});

describe('webhooks of git hosts', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  /** A promotion in review whose engine looks at nothing by itself any more, and an events service. */
  const review = async (intervals: { look: number; wake: number }) => {
    const world = new World();
    const app = await createPromotionApp({
      knex: await databases.init('SQLITE_3'),
      stops,
      world,
      tickMs: 3_600_000,
    });
    const { body } = await app.promote({ delivery: 'pull-request' });
    await app.until(body.id, 'in-review');
    const asked = jest.spyOn(world.git, 'getPullRequest');
    const listed = jest.spyOn(app.store, 'listActive');
    const events = mockServices.events();
    const webhooks = new HostWebhooks({
      events,
      store: app.store,
      wake: async ids => {
        await app.store.wake(ids);
        for (const id of ids) app.engine.run(id);
      },
      logger: mockServices.logger.mock(),
      topics: ['github'],
      lookEveryMs: intervals.look,
      wakeEveryMs: intervals.wake,
    });
    stops.unshift(() => webhooks.stop());
    await webhooks.start();
    return { ...app, world, id: body.id as string, events, asked, listed };
  };

  it('move a promotion whose turn is far away as soon as its pull request is merged', async () => {
    const { world, id, events, until, read } = await review({
      look: 10,
      wake: 10,
    });
    world.git.merge(1);
    expect((await read(id)).state).toBe('in-review');
    await events.publish(about('git@git.example.com:acme/deploy.git'));
    await until(id, 'syncing');
  });

  it('ask the host no more often for a flood of them, and never for other repositories', async () => {
    const { world, id, events, asked, listed, until } = await review({
      look: 50,
      wake: 60_000,
    });
    const flood = async () => {
      for (let count = 0; count < 200; count += 1) {
        await events.publish(about(`https://git.example.com/acme/no${count}`));
        await events.publish({ topic: 'github', eventPayload: 'hostile' });
        await events.publish(about(world.git.url));
      }
      // As between two requests.
      await new Promise(resolve => setImmediate(resolve));
    };
    const deadline = Date.now() + 10_000;
    while (listed.mock.calls.length < 4 && Date.now() < deadline) await flood();
    expect(listed.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(asked).toHaveBeenCalledTimes(1);
    await until(id, 'in-review');
  });

  it('do not lose the last event of a burst', async () => {
    const { world, id, events, asked, until } = await review({
      look: 20,
      wake: 300,
    });
    await events.publish(about(world.git.url));
    const deadline = Date.now() + 10_000;
    while (asked.mock.calls.length < 1 && Date.now() < deadline)
      await new Promise(resolve => setTimeout(resolve, 5));
    world.git.merge(1);
    await events.publish(about(world.git.url));
    await until(id, 'syncing');
    expect(asked.mock.calls.length).toBeLessThanOrEqual(3);
  });
});
