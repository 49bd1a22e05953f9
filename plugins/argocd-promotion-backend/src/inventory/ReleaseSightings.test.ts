import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { parseApplication } from '../argocd/parseApplication';
import { migrationsDirectory } from '../promotion/store/migrate';
import { until } from '../__testUtils__/until';
import { DatabaseSightings } from './DatabaseSightings';
import { Inventory, InventoryApplication } from './Inventory';
import { ReleaseSightings } from './ReleaseSightings';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const repository = 'registry.example.com/shop/checkout';
const key = { instance: 'main', namespace: 'argocd', name: 'checkout-dev' };
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const at = (day: number) => `2026-05-0${day}T10:00:00.000Z`;

describe.each(databases.eachSupportedId())(
  'ReleaseSightings on %p',
  (databaseId: TestDatabaseId) => {
    const ends: Array<() => Promise<void>> = [];
    let knex: Knex;
    let now: Date;

    beforeEach(async () => {
      knex = await databases.init(databaseId);
      await knex.migrate.latest({ directory: migrationsDirectory });
    });
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });

    /** One replica of the backend with its own view of Argo CD. */
    const replica = async (settleMs = 1) => {
      let known: InventoryApplication | undefined;
      const inventory: Pick<Inventory, 'peek'> = { peek: () => known };
      const sightings = new ReleaseSightings({
        store: new DatabaseSightings({ knex }),
        settleMs,
        now: () => now,
      });
      await sightings.load();
      ends.push(() => sightings.stop());
      const look = (name = key.name) =>
        sightings.see([`main/argocd/${name}`], inventory);
      return {
        sightings,
        of: () => sightings.of(key, repository),
        gone: () => {
          known = undefined;
          look();
        },
        runs: (letter: string, day: number, name = key.name) => {
          now = new Date(at(day));
          known = {
            instance: 'main',
            images: [
              { repository, digest: digestOf(letter), source: 'pod' as const },
            ],
            application: parseApplication({
              metadata: { name, namespace: 'argocd' },
              spec: { project: 'shop' },
              status: {
                history: Array.from({ length: day }, (_, index) => ({
                  id: index,
                  deployedAt: at(index + 1),
                })),
              },
            })!,
          };
          look(name);
        },
      };
    };
    const stored = async () =>
      (await knex('release_sightings').orderBy(['name', 'sequence'])).map(
        row => [row.sequence, row.digest[7], row.since],
      );
    const untilStored = (rows: number) =>
      until(async () => ((await stored()).length >= rows ? true : undefined));

    it('knows after a restart what it saw before, and since when', async () => {
      const first = await replica();
      first.runs('a', 1);
      await untilStored(1);
      first.runs('b', 2);
      await untilStored(2);
      const before = first.of();
      await first.sightings.stop();

      const second = await replica();
      expect(second.of()).toEqual(before);
      expect(before).toEqual([
        { digest: digestOf('a'), since: at(1) },
        { digest: digestOf('b'), since: at(2) },
      ]);
      second.runs('b', 2);
      second.runs('c', 3);
      await untilStored(3);
      expect(await stored()).toEqual([
        [0, 'a', at(1)],
        [1, 'b', at(2)],
        [2, 'c', at(3)],
      ]);
    });

    it('stores once what several replicas see, and not what a late one sees in passing', async () => {
      const [quick, quicker, late] = [
        await replica(),
        await replica(),
        await replica(300),
      ];
      for (const each of [quick, quicker, late]) each.runs('a', 1);
      await untilStored(1);
      for (const each of [quick, quicker]) each.runs('b', 2);
      await untilStored(2);
      for (const each of [quick, quicker]) each.runs('c', 3);
      await untilStored(3);
      late.runs('b', 2);
      late.runs('c', 3);
      await until(() => (late.of().length === 3 ? true : undefined));
      expect(await stored()).toEqual([
        [0, 'a', at(1)],
        [1, 'b', at(2)],
        [2, 'c', at(3)],
      ]);
      expect(late.of()).toEqual(quick.of());
    });

    it('does not invent when it began, and forgets nothing of an Application that is gone for a while', async () => {
      const one = await replica();
      one.runs('a', 3);
      await untilStored(1);
      one.gone();
      one.runs('a', 3);
      expect(one.of()).toEqual([{ digest: digestOf('a') }]);
      expect(await stored()).toEqual([[0, 'a', null]]);
    });

    it('stores a whole company at once', async () => {
      const one = await replica(50);
      for (let index = 0; index < 250; index++)
        one.runs('a', 1, `service-${index}`);
      await untilStored(250);
      expect(await stored()).toHaveLength(250);
    });

    it('creates its table, and takes it away again', async () => {
      await expect(knex.schema.hasTable('release_sightings')).resolves.toBe(
        true,
      );
      await knex.migrate.down({
        directory: migrationsDirectory,
        name: '20261124_release_sightings.js',
      });
      await expect(knex.schema.hasTable('release_sightings')).resolves.toBe(
        false,
      );
      await expect(knex.schema.hasTable('promotions')).resolves.toBe(true);
      await knex.migrate.latest({ directory: migrationsDirectory });
      await expect(knex.schema.hasTable('release_sightings')).resolves.toBe(
        true,
      );
    });
  },
);
