import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { startPromotionBackend } from '../__testUtils__/simulatedBackend';
import {
  REPOSITORY,
  SimulatedShop,
  startShop,
} from '../__testUtils__/simulatedShop';
import { eventually } from '../__testUtils__/promotionClient';

jest.setTimeout(120_000);

/** The shop as a backend sees it that has only git to speak to its repository. */
function overPlainGit(shop: SimulatedShop): SimulatedShop {
  const { argocdPromotion } = shop.config();
  return {
    ...shop,
    config: () => ({
      integrations: {},
      argocdPromotion: {
        ...argocdPromotion,
        gitServers: [
          {
            host: new URL(shop.sim.git.url).host,
            username: 'backstage',
            password: shop.sim.git.tokens.backstage,
          },
        ],
      },
    }),
  };
}

const lasting = (promotion: Promotion) => {
  const { id, entityRef, environment, from, release, requestedBy } = promotion;
  const { commit, delivery, linkedTo, trainId } = promotion;
  return {
    ...{ id, entityRef, environment, from, release, requestedBy },
    ...{ delivery, linkedTo, trainId },
    commit: commit!.sha,
  };
};

describe('a backend whose database was lost', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it.each([
    [
      'Gitea, after squashes that lost the trailers',
      (shop: SimulatedShop) => shop,
    ],
    ['a git server without an API', overPlainGit],
  ])('reads its record back from %s', async (name, seen) => {
    const plain = name.includes('without');
    const shop = await startShop({ also: ['cart'] });
    stops.push(() => shop.sim.close());
    const before = await startPromotionBackend(seen(shop));
    const { client } = before;
    await client.plan();
    const members = ['checkout', 'cart'].map(service => ({
      entityRef: `component:default/${service}`,
    }));
    const wanted = { environment: 'staging', members };
    const asked = {
      ...wanted,
      ...(plain ? {} : { delivery: 'pull-request' }),
    };
    let last: unknown;
    await eventually(
      async () => {
        const plan = await client.call('/trains/plans', wanted);
        last = plan.body;
        return plan.status === 200 ? plan.body : undefined;
      },
      () => last,
    );
    const created = await client.call('/trains', asked, {
      'Idempotency-Key': 'train',
    });
    expect([created.status, created.body.error]).toEqual([201, undefined]);
    if (!plain) {
      const review = await client.until(
        created.body.members[0].id,
        ({ state }) => state === 'in-review',
      );
      const { sim } = shop;
      const merged = await fetch(
        `${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls/${
          review.pullRequest!.number
        }/merge`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `token ${sim.git.tokens.reviewer}`,
          },
          body: JSON.stringify({ Do: 'squash' }),
        },
      );
      const [head] = await sim.git.log(REPOSITORY, 'main');
      if (!merged.ok || head.message.includes('Promotion-Id'))
        throw new Error(`No squash without trailers: ${head.message}`);
    }
    const done: Promotion[] = [];
    for (const { id } of created.body.members) done.push(await client.end(id));
    const back = await client.call(`/promotions/${done[0].id}/rollback`, {});
    expect([back.status, back.body.error]).toEqual([201, undefined]);
    if (plain) done.push(await client.end(back.body.id));
    else await client.call(`/promotions/${back.body.id}/cancel`, {});
    expect(done.map(({ state }) => state)).toEqual(done.map(() => 'succeeded'));
    await before.stop();

    const after = await startPromotionBackend(seen(shop));
    stops.push(after.stop);
    await after.client.plan();
    const rebuilt = await after.client.call('/record/rebuild', {});
    expect(rebuilt.body).toMatchObject({
      found: done.length,
      restored: done.length,
      skipped: [],
    });
    for (const promotion of done) {
      const { body } = await after.client.call(`/promotions/${promotion.id}`);
      expect(body).toMatchObject({ state: 'succeeded', rebuilt: true });
      expect(lasting(body)).toEqual(lasting(promotion));
    }
    const again = await after.client.call('/record/rebuild', {});
    expect(again.body).toMatchObject({ restored: 0, known: done.length });
    const train = await after.client.call(`/trains/${created.body.id}`);
    expect(train.body.members).toHaveLength(2);
    expect(after.told.audit.at(-1)).toMatchObject({
      eventId: 'record-rebuild',
      outcome: 'success',
    });
  });
});
