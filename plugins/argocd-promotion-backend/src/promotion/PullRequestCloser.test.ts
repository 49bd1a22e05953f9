import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import { PromotionState } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import request from 'supertest';
import { as, createPromotionApp, owner } from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { samplePromotion } from './__testUtils__/samples';
import { World } from './__testUtils__/world';
import { PullRequestCloser } from './PullRequestCloser';
import { DatabaseClosings } from './store/closings';
import { DatabasePromotionStore } from './store/DatabasePromotionStore';
import { migrationsDirectory } from './store/migrate';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())(
  'pull requests of ended promotions on %s',
  id => {
    const stops: Array<() => Promise<void>> = [];
    let knex: Knex;
    beforeEach(async () => {
      knex = await databases.init(id);
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });

    it('are closed in the end, and what the host says against it is told once', async () => {
      const world = new World();
      const { app, promote, until, read } = await createPromotionApp({
        knex,
        stops,
        world,
      });
      const { body } = await promote({ delivery: 'pull-request' });
      await until(body.id, 'in-review');
      const close = jest.spyOn(world.git, 'closePullRequest');
      close.mockImplementation(async () => {
        throw new NotAllowedError('the token may not close pull requests');
      });
      const answer = await request(app)
        .post(`/v1/promotions/${body.id}/cancel`)
        .set(as(owner));
      expect([answer.status, answer.body.state]).toEqual([200, 'cancelled']);
      await eventually(
        async () => (close.mock.calls.length > 3 ? true : undefined),
        () => close.mock.calls.length,
      );
      expect(world.git.pullRequests[0].state).toBe('open');
      close.mockRestore();
      const told = await eventually(
        async () => {
          const { events } = await read(body.id);
          return events.at(-1)!.message.endsWith('was closed')
            ? events
            : undefined;
        },
        () => 'no event of it',
      );
      expect(world.git.pullRequests[0].state).toBe('closed');
      expect(
        told.slice(-3).map(({ state, message }) => [state, message]),
      ).toEqual([
        ['cancelled', `Cancelled by ${owner}`],
        [
          'cancelled',
          'Pull request #1 could not be closed, tries again: the token may not close pull requests',
        ],
        ['cancelled', 'Pull request #1 was closed'],
      ]);
    });

    it('are remembered with every end before a merge, and worked on by one replica', async () => {
      await knex.migrate.latest({ directory: migrationsDirectory });
      const clock = { now: Date.parse('2026-11-25T10:00:00Z') };
      const now = () => new Date(clock.now);
      const store = new DatabasePromotionStore({ knex, now });
      const closings = new DatabaseClosings({ knex, now });
      const repo = 'https://git.example.com/acme/deploy.git';
      const open = (number: number, state: PromotionState = 'waiting') =>
        samplePromotion({
          state,
          environment: `env-${number}`,
          deliveries: [
            { repo, branch: 'main', pullRequest: { number } },
            {
              repo,
              branch: 'other',
              pullRequest: { number: number + 100 },
              commit: { sha: '1' },
            },
          ],
        });
      const actor = 'user:default/ana';
      const [rejected, superseded, failed, done] = [
        open(1),
        open(2),
        open(3, 'in-review'),
        open(4, 'in-review'),
      ];
      for (const each of [rejected, superseded, failed, done])
        await store.create(each, { actor });
      await store.end(rejected.id, {
        in: ['waiting'],
        state: 'rejected',
        message: 'no',
        actor,
      });
      await store.create(samplePromotion({ environment: 'env-2' }), { actor });
      const lease = {
        owner: '00000000-0000-4000-8000-000000000001',
        leaseMs: 1_000,
      };
      const claim = (await store.claim(failed.id, lease))!;
      await store.save(claim, { state: 'failed', message: 'late' });
      const merged = (await store.claim(done.id, lease))!;
      await store.save(merged, {
        state: 'succeeded',
        deliveries: [
          {
            repo,
            branch: 'main',
            commit: { sha: '2' },
            pullRequest: { number: 4 },
          },
        ],
      });
      const [one, other] = await Promise.all(
        [1, 2].map(() => closings.take({ leaseMs: 1_000 })),
      );
      expect([...one, ...other].map(({ number }) => number).sort()).toEqual([
        1, 2, 3,
      ]);
      expect(await closings.take({ leaseMs: 1_000 })).toEqual([]);
      // Whoever had them has died.
      clock.now += 1_001;
      const again = await closings.take({ leaseMs: 1_000 });
      expect(again).toHaveLength(3);
      for (const closing of again) await closings.done(closing);
      clock.now += 1_001;
      expect(await closings.take({ leaseMs: 1_000 })).toEqual([]);
    });

    it.each([
      ['merged', /was merged all the same, after this promotion had ended/],
      ['gone', /is not there any more/],
    ])('that are %s are told of', async (what, message) => {
      const world = new World();
      const { store } = await createPromotionApp({ knex, stops, world });
      const promotion = samplePromotion({
        deliveries: [
          { repo: world.git.url, branch: 'main', pullRequest: { number: 1 } },
        ],
      });
      await store.create(promotion, { actor: owner });
      if (what === 'merged') {
        await world.git.createBranch({
          branch: 'head',
          commit: world.git.branches.get('main')!,
        });
        const pull = { base: 'main', head: 'head', title: 't', body: 'b' };
        await world.git.openPullRequest(pull);
        world.git.merge(1);
      } else {
        jest.spyOn(world.git, 'getPullRequest').mockImplementation(async () => {
          throw Object.assign(new Error('no'), { name: 'NotFoundError' });
        });
      }
      const closer = new PullRequestCloser({
        closings: new DatabaseClosings({ knex }),
        getRepository: () => world.git,
        logger: mockServices.logger.mock(),
        onChanged: async () => {},
      });
      await store.end(promotion.id, {
        in: ['waiting'],
        state: 'cancelled',
        message: 'Cancelled',
        actor: owner,
      });
      await closer.closeNow([promotion.id]);
      const told = await eventually(
        async () => {
          const { events } = (await store.get(promotion.id))!;
          return events.length > 2 ? events : undefined;
        },
        () => 'no event',
      );
      expect(told.at(-1)!.message).toMatch(message);
    });
  },
);
