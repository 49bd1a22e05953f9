import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { Model, Real, storeCommands } from './__testUtils__/storeModel';
import { DatabasePromotionStore } from './store/DatabasePromotionStore';
import { migrationsDirectory } from './store/migrate';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())(
  'the state machine on %s',
  database => {
    it('does what its model does, whatever two replicas and people do', async () => {
      const knex = await databases.init(database);
      await knex.migrate.latest({ directory: migrationsDirectory });
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          fc.commands(storeCommands, { maxCommands: 60, size: '+1' }),
          async run => {
            await knex('promotions').delete();
            const clock = { now: Date.parse('2026-11-24T10:00:00Z') };
            const store = new DatabasePromotionStore({
              knex,
              now: () => new Date(clock.now),
            });
            const model: Model = {
              now: clock.now,
              promotions: [],
              held: new Map(),
              claims: new Map(),
            };
            const real: Real = { store, clock, ids: [], claims: new Map() };
            await fc.asyncModelRun(() => ({ model, real }), run);
            for (const { state } of model.promotions) seen.add(state);
          },
        ),
        { numRuns: 60 },
      );
      // The runs went far enough to mean something.
      expect(seen.size).toBeGreaterThanOrEqual(4);
    });
  },
);
