import { TestDatabases } from '@backstage/backend-test-utils';
import { DatabaseClock } from './DatabaseClock';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const HOUR_MS = 3_600_000;

describe.each(databases.eachSupportedId())('the clock of %s', id => {
  // SQLite has one replica only, and no time of its own.
  const shared = id !== 'SQLITE_3';
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is the same for every replica, whatever their own clocks say', async () => {
    const knex = await databases.init(id);
    const [one, two] = [
      new DatabaseClock({ knex }),
      new DatabaseClock({ knex }),
    ];
    const truth = Date.now();
    const own = jest.spyOn(Date, 'now');
    own.mockReturnValue(truth - HOUR_MS);
    await one.measure();
    own.mockReturnValue(truth + HOUR_MS);
    await two.measure();
    const early = one.now().getTime();
    const late = two.now().getTime();
    own.mockRestore();
    expect(Math.abs(late - early)).toBeLessThan(1_000);
    expect(Math.abs(early - truth) < 60_000).toBe(shared);
  });

  it('goes on between two measurements', async () => {
    const knex = await databases.init(id);
    let elapsed = 5_000;
    const clock = new DatabaseClock({ knex, elapsedMs: () => elapsed });
    await clock.measure();
    const before = clock.now().getTime();
    elapsed += 20_000;
    expect(clock.now().getTime() - before >= 20_000).toBe(shared);
  });
});
