import { CrashScene } from './__testUtils__/crashScene';
import { eventually } from './__testUtils__/promotionClient';
import { REPOSITORY } from './__testUtils__/simulatedShop';

jest.setTimeout(240_000);

describe('a backend that is killed between a cancellation and the end of its pull request', () => {
  it('closes the pull request once it is started again', async () => {
    const scene = await CrashScene.create({ delivery: 'pull-request' });
    try {
      const victim = await scene.backends.start();
      await scene.newRelease(victim);
      const { id } = await scene.promote(victim, scene.key());
      const review = await victim.client.until(
        id,
        ({ state }) => state === 'in-review',
      );
      scene.onEffect(async point => {
        if (point.startsWith('git PATCH pulls') && point.endsWith('before'))
          await victim.kill();
      });
      await victim.client
        .call(`/promotions/${id}/cancel`, {})
        .catch(() => undefined);
      await eventually(
        async () => (victim.alive ? undefined : true),
        () => 'it lives',
      );
      const { sim } = scene.shop;
      const pull = async () => {
        const answer = await fetch(
          `${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls/${
            review.pullRequest!.number
          }`,
        );
        return (await answer.json()).state as string;
      };
      expect(await pull()).toBe('open');
      scene.onEffect(() => {});
      // The lease of a process that has ended for sure runs out at once: waiting for it would show nothing more.
      await scene.backends.database(async knex => {
        expect(await knex('promotions').where({ id }).first('state')).toEqual({
          state: 'cancelled',
        });
        await knex('promotion_closings')
          .whereNotNull('next_attempt_at')
          .update({ next_attempt_at: '2000-01-01T00:00:00.000Z' });
      });
      const next = await scene.backends.start();
      await eventually(
        async () => ((await pull()) === 'closed' ? true : undefined),
        () => next.output.slice(-2_000),
        60_000,
      );
      const { body } = await next.client.call(`/promotions/${id}`);
      expect([body.state, body.events.at(-1).message]).toEqual([
        'cancelled',
        `Pull request #${review.pullRequest!.number} was closed`,
      ]);
    } finally {
      await scene.close();
    }
  });
});
