import { RenderedDifference } from '@fairway/backstage-plugin-argocd-promotion-common';
import { violations } from '../../__testUtils__/described';
import { startPromotionBackend } from '../__testUtils__/simulatedBackend';
import {
  REPOSITORY,
  SimulatedShop,
  startShop,
} from '../__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const target = {
  entityRef: 'component:default/checkout',
  environment: 'staging',
};

describe('the rendered difference in a simulated Argo CD', () => {
  const stops: Array<() => Promise<unknown>> = [];
  let shop: SimulatedShop;
  let backend: Awaited<ReturnType<typeof startPromotionBackend>>;

  beforeAll(async () => {
    shop = await startShop();
    stops.push(() => shop.sim.close());
    backend = await startPromotionBackend(shop);
    stops.push(backend.stop);
    await backend.client.plan();
  });
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const look = async (path: string, body?: object) => {
    const answer = await backend.client.call(path, body);
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    expect(violations('RenderedDifference', answer.body)).toEqual([]);
    return answer.body as RenderedDifference;
  };
  const image = (sign: string, { digest }: { digest: string }) =>
    `${sign}        - image: ${shop.image}@${digest}`;

  it('is computed before anything is written, and rendered from the branch of the pull request', async () => {
    const { old, fresh, sim } = shop;
    const planned = await look('/plans/rendered', target);
    expect(planned.applications).toMatchObject([
      {
        name: 'checkout-staging',
        state: 'computed',
        objects: [{ group: 'apps', kind: 'Deployment', change: 'changed' }],
      },
    ]);
    const { patch } = planned.applications[0].objects[0];
    expect(patch).toContain(image('-', old));
    expect(patch).toContain(image('+', fresh));

    const { client } = backend;
    const { id } = (await client.promote('one', { delivery: 'pull-request' }))
      .body;
    await client.until(id, ({ state }) => state === 'in-review');
    // A neighbour's commit on main is no part of it.
    await sim.git.commit(REPOSITORY, {
      branch: 'main',
      message: 'Another service',
      files: { 'overlays/staging/extra.yaml': 'kind: List\n' },
    });
    const reviewed = await look(`/promotions/${id}/rendered`);
    expect(reviewed.applications).toMatchObject([
      { name: 'checkout-staging', state: 'rendered' },
    ]);
    expect(reviewed.applications[0].objects).toHaveLength(1);
    expect(reviewed.applications[0].objects[0].patch).toBe(patch);
    await client.call(`/promotions/${id}/cancel`, {});
  });

  it('tells that Argo CD does not answer, and the plan is made all the same', async () => {
    shop.sim.faults.set({
      target: 'argocd',
      kind: 'status',
      status: 500,
      match: '/[/]manifests/',
    });
    const { applications } = await look('/plans/rendered', target);
    expect(applications).toMatchObject([
      { state: 'failed', reason: expect.stringContaining("can't render") },
    ]);
    expect((await backend.client.plan()).edits).toHaveLength(1);
  });
});
