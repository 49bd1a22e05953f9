import { TestDatabases } from '@backstage/backend-test-utils';
import { randomUUID } from 'node:crypto';
import { samplePlan, samplePromotion } from '../__testUtils__/samples';
import { StoredPromotion } from '../types';
import { DatabasePromotionStore } from './DatabasePromotionStore';
import { migrationsDirectory } from './migrate';
import { DatabaseTrains, Judged } from './trains';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const actor = 'user:default/ana';
const bo = 'user:default/bo';

describe.each(databases.eachSupportedId())('trains in %s', id => {
  const setUp = async () => {
    const knex = await databases.init(id);
    await knex.migrate.latest({ directory: migrationsDirectory });
    const store = new DatabasePromotionStore({ knex });
    const trains = new DatabaseTrains({ knex });
    let services = 0;
    const create = async (size: number) => {
      const train = randomUUID();
      services += size;
      const members = Array.from({ length: size }, (_, position) =>
        samplePromotion({
          entityRef: `component:default/service-${services - position}`,
          train: { id: train, position },
        }),
      );
      await store.createTogether(members, { actor });
      return { train, members };
    };
    const judged = (
      members: StoredPromotion[],
      approvals = 0,
    ): Map<string, Judged> =>
      new Map(
        members.map(({ id: key, plan }) => [
          key,
          { planHash: plan.hash, approvals },
        ]),
      );
    const states = async (train: string) =>
      (await trains.members(train)).map(({ state }) => state);
    return { store, trains, create, judged, states };
  };

  it('depart all at once, and only as they were judged', async () => {
    const { store, trains, create, judged, states } = await setUp();
    const { train, members } = await create(3);
    const other = samplePlan({ hash: 'b'.repeat(64) });
    const stale = judged([...members.slice(1), { ...members[0], plan: other }]);
    expect(await trains.depart(train, stale)).toBe(false);
    expect(await trains.depart(train, judged(members.slice(1)))).toBe(false);

    // An approval that was counted is taken back before they go.
    const { id: first, plan } = members[0];
    const decision = { by: bo, planHash: plan.hash, message: 'Approved' };
    await store.approve(first, decision);
    await store.revoke(first, { ...decision, message: 'Taken back' });
    const counted = judged(members);
    counted.set(first, { planHash: plan.hash, approvals: 1 });
    expect(await trains.depart(train, counted)).toBe(false);
    expect(await states(train)).toEqual(['waiting', 'waiting', 'waiting']);

    const claim = (await store.claim(members[1].id, {
      owner: randomUUID(),
      leaseMs: 60_000,
    }))!;
    expect(await trains.depart(train, judged(members))).toBe(true);
    expect(await states(train)).toEqual(Array(3).fill('delivering'));
    expect(await trains.depart(train, judged(members))).toBe(false);
    // Whoever was at one of them has lost it.
    await expect(store.save(claim, { message: 'late' })).rejects.toThrow(
      'worked on by somebody else',
    );
    const told = (await store.get(first))!.events.map(({ state }) => state);
    expect(told.slice(-1)).toEqual(['delivering']);
  });

  it('leave or end as one, whoever comes first', async () => {
    const { store, trains, create, judged, states } = await setUp();
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < 15; round += 1) {
      const { train, members } = await create(3);
      const end = (index: number) =>
        store
          .end(members[index].id, {
            in: ['waiting', 'in-review'],
            state: 'cancelled',
            message: 'Cancelled',
            actor,
          })
          .catch(error => {
            // Too late, which is told; anything else is not.
            if (!/by now; read it again/.test(error.message)) throw error;
          });
      const depart = () => trains.depart(train, judged(members));
      // In another order each time, and some from the last member, others from the first.
      await Promise.all(
        round % 2
          ? [end(2), depart(), end(0)]
          : [depart(), end(0), end(2), depart()],
      );
      const [one, ...rest] = await states(train);
      expect(rest).toEqual([one, one]);
      outcomes[one] = (outcomes[one] ?? 0) + 1;
    }
    expect(['cancelled', 'delivering']).toEqual(
      expect.arrayContaining(Object.keys(outcomes)),
    );
  });

  it('are planned again together, or not at all', async () => {
    const { store, trains, create, judged, states } = await setUp();
    const { train, members } = await create(2);
    const plans = new Map([
      [members[0].id, samplePlan({ hash: 'c'.repeat(64) })],
    ]);
    const options = { plans, message: 'again', back: true };
    expect(await trains.replan(train, options)).toBe(false);
    await trains.depart(train, judged(members));
    expect(await trains.replan(train, { ...options, back: false })).toBe(true);
    expect(await states(train)).toEqual(['delivering', 'delivering']);
    expect(await trains.replan(train, options)).toBe(true);
    expect(await states(train)).toEqual(['waiting', 'waiting']);
    const now = await trains.members(train);
    expect(now.map(({ plan }) => plan.hash[0])).toEqual(['c', 'a']);
    expect(await store.findDue()).toHaveLength(2);
    expect(await trains.members('none')).toEqual([]);
  });
});
