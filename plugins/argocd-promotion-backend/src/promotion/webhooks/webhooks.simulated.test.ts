import { startGitProxy } from '../__testUtils__/gitProxy';
import { startPromotionBackend } from '../__testUtils__/simulatedBackend';
import { REPOSITORY, startShop } from '../__testUtils__/simulatedShop';

jest.setTimeout(90_000);

describe('webhooks over the events service of Backstage', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it('bring one look forward for a flood of them, and none for what they make up', async () => {
    const shop = await startShop();
    const { sim } = shop;
    stops.push(() => sim.close());
    const looks: number[] = [];
    const proxy = await startGitProxy(sim.git.url, async ({ method, url }) => {
      if (method === 'GET' && /\/pulls\/\d+$/.test(url!))
        looks.push(Date.now());
    });
    stops.push(() => proxy.close());
    const backend = await startPromotionBackend(shop, { gitUrl: proxy.url });
    stops.push(backend.stop);
    const { client, publish } = backend;
    await client.plan();
    const created = await client.promote('one', { delivery: 'pull-request' });
    const { id } = created.body;
    const review = await client.until(id, ({ state }) => state === 'in-review');
    const { number } = review.pullRequest!;

    const hook = (state: string) => ({
      topic: 'gitea',
      eventPayload: {
        action: state,
        pull_request: { number, merged: state === 'closed' },
        repository: { clone_url: `${sim.git.url}/${REPOSITORY}.git` },
      },
    });
    const before = looks.length;
    const begun = Date.now();
    // It says that it was merged: nothing of that is believed.
    for (let count = 0; count < 300; count += 1) await publish(hook('closed'));
    const seen = await client.until(
      id,
      ({ message }) =>
        message.includes('to be merged') && looks.length > before,
    );
    expect(seen.state).toBe('in-review');
    // Its own turns come at most every two seconds, and those that webhooks bring forward every five.
    const seconds = (Date.now() - begun) / 1_000;
    expect(looks.length - before).toBeLessThanOrEqual(2 + seconds);

    const merged = await fetch(
      `${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls/${number}/merge`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `token ${sim.git.tokens.reviewer}`,
        },
        body: JSON.stringify({ Do: 'merge' }),
      },
    );
    expect(merged.status).toBe(200);
    await publish(hook('closed'));
    expect((await client.end(id)).state).toBe('succeeded');
  });
});
