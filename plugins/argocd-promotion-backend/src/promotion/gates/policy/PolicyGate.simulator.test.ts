import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { eventually } from '../../__testUtils__/promotionClient';
import { startPromotionBackend } from '../../__testUtils__/simulatedBackend';
import { SimulatedShop, startShop } from '../../__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const pinned = (digest: string) => ({
  name: 'pinned',
  kinds: ['Deployment'],
  expression: `object.spec.template.spec.containers.all(c, c.image.endsWith("@${digest}"))`,
  message: '{object.metadata.name} would run another digest',
});

describe('the gate policy in a simulated Argo CD', () => {
  const stops: Array<() => Promise<unknown>> = [];
  let shop: SimulatedShop;
  beforeAll(async () => {
    shop = await startShop();
    stops.push(() => shop.sim.close());
  });
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (rules: object[]) => {
    const backend = await startPromotionBackend(shop, {
      gates: [{ kind: 'policy', title: 'House rules', rules }],
    });
    stops.push(backend.stop);
    await backend.client.plan();
    return backend;
  };
  /** The gate once Argo CD was asked. */
  const decided = async (
    { client }: Awaited<ReturnType<typeof start>>,
    id: string,
  ): Promise<Gate> => {
    const { gates } = await client.until(
      id,
      promotion => !/is asked/.test(promotion.gates[0]?.reason ?? 'is asked'),
    );
    return gates[0];
  };

  it('judges what the target renders with the promoted image, and blocks by object and rule', async () => {
    const { fresh, old } = shop;
    const backend = await start([pinned(old.digest)]);
    const { id } = (await backend.client.promote('one')).body;
    expect(await decided(backend, id)).toEqual({
      kind: 'policy',
      title: 'House rules',
      state: 'blocked',
      reason: 'Deployment checkout (pinned): checkout would run another digest',
    });
    await backend.client.call(`/promotions/${id}/cancel`, {});

    const content = await start([
      pinned(fresh.digest),
      { name: 'no-old', expression: `!has(object.spec.nothing)` },
    ]);
    const good = (await content.client.promote('two')).body.id;
    const done = await content.client.end(good);
    expect(done.state).toBe('succeeded');
    expect(done.gates[0]).toMatchObject({
      state: 'passed',
      reason: 'All 2 rules hold for the 2 objects that are rendered',
    });
  });

  it('waits when Argo CD can not render the target', async () => {
    const backend = await start([pinned('sha256:0')]);
    shop.sim.faults.set({
      target: 'argocd',
      kind: 'status',
      status: 500,
      match: '/[/]manifests/',
    });
    let last: Gate | undefined;
    const gate = await eventually(
      async () => {
        [last] = (await backend.client.plan()).gates as Gate[];
        expect(last.state).toBe('pending');
        return /is asked/.test(last.reason) ? undefined : last;
      },
      () => last,
    );
    expect(gate).toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(/^What staging renders is not known: /),
    });
  });
});
