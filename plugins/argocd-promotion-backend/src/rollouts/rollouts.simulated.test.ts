import {
  RolloutActionResult,
  RolloutList,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { violations } from '../__testUtils__/described';
import { eventually } from '../promotion/__testUtils__/promotionClient';
import { startPromotionBackend } from '../promotion/__testUtils__/simulatedBackend';
import {
  commitsOf,
  overlay,
  REPOSITORY,
  SimulatedShop,
  STAGING_FILE,
  startShop,
} from '../promotion/__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const ROUTE =
  '/entities/component/default/checkout/applications/main/argocd/checkout-staging/rollouts';

describe('Rollouts in a simulated Argo CD', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const setUp = async (
    rollout: { pause?: boolean; analysis?: string },
    options?: Parameters<SimulatedShop['config']>[0],
  ) => {
    const shop = await startShop({ rollout });
    stops.push(() => shop.sim.close());
    const backend = await startPromotionBackend(shop, options);
    stops.push(backend.stop);
    await backend.client.plan();
    const { client } = backend;
    const list = async () => (await client.call(ROUTE)).body as RolloutList;
    const rolloutIs = (wanted: (rollout: RolloutView) => boolean) => {
      let last: RolloutView | undefined;
      return eventually(
        async () => {
          [last] = (await list()).items;
          return last && wanted(last) ? last : undefined;
        },
        () => [last?.headline, last?.state],
      );
    };
    const act = (action: string, { name, seen }: RolloutView) =>
      client.call(`${ROUTE}/actions`, {
        environment: 'staging',
        name,
        action,
        seen,
      });
    const posts = () =>
      shop.sim.argocd.main.requests.filter(({ method }) => method === 'POST');
    return { ...backend, shop, list, rolloutIs, act, posts };
  };

  it('keep a promotion in verifying while they wait for somebody, and go on when somebody continues', async () => {
    const { client, shop, list, rolloutIs, act, posts, told } = await setUp({
      pause: true,
    });
    // Nothing moves: the page is served from what was read in the background, however many look.
    await rolloutIs(({ state }) => state === 'complete');
    await shop.sim.argocd.main.settled();
    await eventually(
      async () => {
        shop.sim.argocd.main.clearRequests();
        await Promise.all(Array.from({ length: 5 }, list));
        return shop.sim.argocd.main.requests.length === 0 ? true : undefined;
      },
      () => shop.sim.argocd.main.requests,
    );

    const { id } = (await client.promote('one')).body;
    const waiting = await client.until(id, ({ message }) =>
      message.includes('must press'),
    );
    expect(waiting.state).toBe('verifying');
    expect(waiting.message).toBe(
      "Rollout checkout of checkout-staging: 1.1.0 beside 1.0.0 at 50 %: waits for somebody to continue. Somebody with argocd-promotion.rollout.act must press Continue here, or promote it in Argo CD 'main'"
        .replace('1.1.0', shop.fresh.digest.slice(7, 15))
        .replace('1.0.0', shop.old.digest.slice(7, 15)),
    );
    const paused = await rolloutIs(({ state }) => state === 'paused');
    expect(violations('RolloutList', await list())).toEqual([]);
    expect(paused.steps.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'current',
    ]);
    expect(paused.analyses).toMatchObject([
      { kind: 'step', step: 1, phase: 'Successful' },
    ]);
    const lane = (await client.call('/entities/component/default/checkout'))
      .body.environments[1].applications[0];
    expect(lane.rollouts).toEqual([
      {
        namespace: 'checkout-staging',
        name: 'checkout',
        state: 'paused',
        headline: paused.headline,
      },
    ]);

    // Two people at once: one is told what the other did.
    shop.sim.argocd.main.clearRequests();
    const answers = [await act('resume', paused), await act('abort', paused)];
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    const { happened, rollout } = answers[0].body as RolloutActionResult;
    expect(violations('RolloutActionResult', answers[0].body)).toEqual([]);
    expect([happened, rollout.state !== 'paused']).toEqual([true, true]);
    expect(answers[1].body.error.message).toContain(
      'is no longer as you saw it',
    );
    expect(posts().map(({ path, status }) => [path, status])).toEqual([
      ['/api/v1/applications/checkout-staging/resource/actions/v2', 200],
    ]);
    expect((await client.end(id)).state).toBe('succeeded');
    const done = await rolloutIs(({ state }) => state === 'complete');
    expect(done.update).toBeUndefined();

    const refused = await act('abort', done);
    expect([refused.status, refused.body.error.message]).toEqual([
      409,
      'To abort is not possible now: Nothing is being brought: what runs is stable',
    ]);
    expect(
      told.audit
        .filter(({ eventId }) => eventId === 'rollout-act')
        .map(({ outcome, meta }) => [
          outcome,
          (meta as { action: string }).action,
        ]),
    ).toEqual([
      ['success', 'resume'],
      ['failure', 'abort'],
      ['failure', 'abort'],
    ]);
  });

  it('fail the promotion whose release an analysis refused, and git goes back', async () => {
    const { client, shop, rolloutIs } = await setUp(
      { analysis: 'exit 1' },
      { onFailure: 'rollback' },
    );
    const { id } = (await client.promote('one')).body;
    const failed = await client.end(id);
    const [old, fresh] = [shop.old, shop.fresh].map(({ digest }) =>
      digest.slice(7, 15),
    );
    expect(failed.state).toBe('failed');
    expect(failed.message).toMatch(
      new RegExp(
        `^Rollout checkout of checkout-staging: stable keeps serving ${old}; ${fresh} was refused by success-rate\\. RolloutAborted: .*Rolled back by promotion`,
      ),
    );
    // The timeline tells it too.
    expect(failed.events.map(({ message }) => message)).toContain(
      failed.message,
    );
    const [, rollback] = failed.message.split('Rolled back by promotion ');
    const back = await client.end(rollback);
    expect([back.state, back.linkedTo]).toEqual([
      'succeeded',
      { id, relation: 'rollback' },
    ]);
    expect(
      (await shop.sim.git.read(REPOSITORY, 'main', STAGING_FILE)).toString(),
    ).toBe(overlay(shop.image, shop.old.digest));
    expect(await commitsOf(shop, rollback)).toHaveLength(1);
    const stable = await rolloutIs(({ state }) => state === 'complete');
    expect(stable.headline).toBe(`${old} serves everything`);
  });

  it('say in a lane that stable Pods serve, and are tried again by who may', async () => {
    const { client, shop, rolloutIs, act } = await setUp({
      analysis: 'exit 1',
    });
    const { id } = (await client.promote('one')).body;
    expect((await client.end(id)).state).toBe('failed');
    const aborted = await rolloutIs(({ state }) => state === 'aborted');
    const lane = await eventually(
      async () => {
        const { body } = await client.call(
          '/entities/component/default/checkout',
        );
        const [application] = body.environments[1].applications;
        return application.rollouts?.[0]?.state === 'aborted'
          ? application
          : undefined;
      },
      () => 'the lane',
    );
    expect(lane.health.status).toBe('Degraded');
    expect(lane.rollouts[0].headline).toBe(aborted.headline);
    expect(aborted.headline).toMatch(/^stable keeps serving .* success-rate$/);
    expect(aborted.steps.map(({ state }) => state)).toEqual(['done', 'failed']);
    const [metric] = aborted.analyses[0].metrics;
    expect(metric).toMatchObject({
      name: 'success-rate',
      phase: 'Failed',
      provider: 'job',
      measurements: [{ phase: 'Failed', number: 0 }],
    });
    shop.sim.faults.set({
      target: 'argocd',
      kind: 'status',
      status: 403,
      match: '/resource/actions/',
    });
    const refused = await act('retry', aborted);
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining("Argo CD instance 'main' answered 403"),
    ]);
  });
});
