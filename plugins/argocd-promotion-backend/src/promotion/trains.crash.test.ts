import { Train } from '@fairway/backstage-plugin-argocd-promotion-common';
import { trailerValues } from '../git';
import { CrashScene } from './__testUtils__/crashScene';
import { eventually } from './__testUtils__/promotionClient';
import { REPOSITORY } from './__testUtils__/simulatedShop';

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

jest.setTimeout(240_000);

describe('a backend that is killed between the commit of a train and its rows', () => {
  it('has written once for all of them, when another goes on', async () => {
    const scene = await CrashScene.create({
      delivery: 'commit',
      also: ['cart'],
      // Without PostgreSQL at hand, over SQLite.
      ...(POSTGRES ? { postgres: { url: POSTGRES } } : {}),
    });
    try {
      const victim = await scene.backends.start();
      const wanted = {
        environment: 'staging',
        members: ['checkout', 'cart'].map(name => ({
          entityRef: `component:default/${name}`,
        })),
      };
      let last: unknown;
      await eventually(
        async () => {
          const plan = await victim.client.call('/trains/plans', wanted);
          last = plan.body;
          return plan.status === 200 ? true : undefined;
        },
        () => last,
        60_000,
      );
      scene.onEffect(async point => {
        if (point === 'git POST contents after') await victim.kill();
      });
      const key = { 'Idempotency-Key': scene.key() };
      await victim.client.call('/trains', wanted, key).catch(() => undefined);
      await eventually(
        async () => (victim.alive ? undefined : true),
        () => 'it lives',
      );
      scene.onEffect(() => {});
      await scene.backends.endLeases();
      const states = await scene.backends.database(knex =>
        knex('promotions').select('state'),
      );
      expect(states).toEqual([
        { state: 'delivering' },
        { state: 'delivering' },
      ]);

      const next = await scene.backends.start();
      const again = await eventually(
        async () => {
          const answer = await next.client.call('/trains', wanted, key);
          return answer.status === 200 ? (answer.body as Train) : undefined;
        },
        () => 'no answer to the same key',
        60_000,
      );
      const log = await scene.shop.sim.git.log(REPOSITORY, 'main');
      for (const { id } of again.members) {
        const done = await next.client.end(id, 90_000);
        const commits = log.filter(({ message }) =>
          trailerValues(message, 'Promotion-Id').includes(id),
        );
        expect([done.state, commits.length, done.commit?.sha]).toEqual([
          'succeeded',
          1,
          log[0].sha,
        ]);
      }
    } finally {
      await scene.close();
    }
  });
});
