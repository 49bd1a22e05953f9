import { violations } from '../__testUtils__/described';
import { eventually } from '../promotion/__testUtils__/promotionClient';
import { startPromotionBackend } from '../promotion/__testUtils__/simulatedBackend';
import {
  REPOSITORY,
  startShop,
} from '../promotion/__testUtils__/simulatedShop';

jest.setTimeout(60_000);

const ROUTE =
  '/entities/component/default/checkout/applications/main/argocd/checkout-staging/history';

describe('past deployments in a simulated Argo CD and git host', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('tell commits, files and images, and nothing of a neighbour; git is asked once', async () => {
    const shop = await startShop();
    stops.push(() => shop.sim.close());
    const { client, stop } = await startPromotionBackend(shop);
    stops.push(stop);
    await client.plan();
    // A neighbour in the same repository moves its revision, and is not about it.
    await shop.sim.git.commit(REPOSITORY, {
      branch: 'main',
      files: { 'overlays/other/README': 'hello' },
      message: 'A neighbour',
    });
    const { id } = (await client.promote('one')).body;
    expect((await client.end(id)).state).toBe('succeeded');
    const { body } = await eventually(
      async () => {
        const answer = await client.call(ROUTE);
        return answer.body.items?.length > 1 ? answer : undefined;
      },
      () => 'the history',
    );
    expect(violations('DeploymentHistory', body)).toEqual([]);
    const [newest, oldest] = body.items;
    expect(newest.initiatedBy.automated).toBe(true);
    expect(oldest.changes).toEqual([]);
    expect(newest.changes).toMatchObject([
      {
        commits: [{ message: expect.stringContaining(`Promotion-Id: ${id}`) }],
        files: ['overlays/staging/kustomization.yaml'],
        images: {
          before: [shop.old.digest.slice(7, 15)],
          after: [shop.fresh.digest.slice(7, 15)],
        },
      },
    ]);
    const again = await client.call(ROUTE);
    expect(again.body).toEqual(body);
  });
});
