import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import { FieldDifference } from '@fairway/backstage-plugin-argocd-promotion-common';
import { migrationsDirectory } from '../../promotion/store/migrate';
import { alertKey, DatabaseAlerts } from './DatabaseAlerts';
import { DatabaseEpisodes } from './DatabaseEpisodes';
import { DatabaseMutes, isMuted } from './DatabaseMutes';
import { EpisodeHistory } from './EpisodeHistory';
import { paddedVersion } from './observe';
import { EpisodeChanges } from './planEpisodes';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const application = { instance: 'main', namespace: 'argocd', name: 'checkout' };
const resource = { kind: 'ConfigMap', namespace: 'prod', name: 'settings' };
const time = (minutes: number) =>
  new Date(Date.UTC(2026, 10, 25, 10, minutes)).toISOString();
const none: EpisodeChanges = { begin: [], end: [], healed: [] };
const begins = (minutes: number, of = resource): EpisodeChanges => ({
  ...none,
  begin: [
    {
      resource: { ...of, difference: 'differs' },
      cause: 'cluster',
      startedAt: time(minutes),
    },
  ],
});
const ends = (minutes: number, healedAt?: string): EpisodeChanges => ({
  ...none,
  end: [
    {
      resource,
      endedAt: time(minutes),
      ended: healedAt ? 'self-heal' : 'sync',
      ...(healedAt ? { healedAt } : {}),
    },
  ],
});
const healed = (minutes: number): EpisodeChanges => ({
  ...none,
  healed: [{ resource, startedAt: time(minutes), endedAt: time(minutes) }],
});
const at = (version: number) => ({
  version: paddedVersion(String(version)),
  environment: 'prod',
});
const level = (live: string): FieldDifference => ({
  path: 'data.level',
  difference: 'changed',
  git: 'info',
  live,
});

describe.each(databases.eachSupportedId())(
  'stored drift on %p',
  (databaseId: TestDatabaseId) => {
    const setUp = async () => {
      const knex = await databases.init(databaseId);
      await knex.migrate.latest({ directory: migrationsDirectory });
      return {
        knex,
        store: new DatabaseEpisodes({ knex }),
        history: new EpisodeHistory({ knex }),
      };
    };
    const all = (history: EpisodeHistory) =>
      history.list({ applications: [application], limit: 100 });

    it('creates its tables, and takes them away again', async () => {
      const { knex } = await setUp();
      const there = () =>
        Promise.all(
          ['drift_episodes', 'drift_alerts', 'drift_mutes'].map(table =>
            knex.schema.hasTable(table),
          ),
        );
      expect(await there()).toEqual([true, true, true]);
      await knex.migrate.rollback({ directory: migrationsDirectory }, true);
      expect(await there()).toEqual([false, false, false]);
    });

    it('keeps one episode of a drift that two replicas see, whichever is late', async () => {
      const { store, history } = await setUp();
      await store.apply(application, begins(0), at(5));
      const open = await store.apply(application, begins(0), at(6));
      expect(open).toHaveLength(1);
      await store.apply(application, ends(9), at(9));
      await store.apply(application, ends(10), at(9));
      // A third that only now hears of the beginning.
      expect(await store.apply(application, begins(0), at(5))).toEqual([]);
      const { items } = await all(history);
      expect(items).toMatchObject([
        {
          application,
          environment: 'prod',
          resource,
          cause: 'cluster',
          startedAt: time(0),
          endedAt: time(9),
          ended: 'sync',
          changes: 0,
        },
      ]);
      // The next one is another.
      await store.apply(application, begins(20), at(20));
      expect((await all(history)).items).toHaveLength(2);
    });

    it('is open still after a restart, and ends then', async () => {
      const { knex, store, history } = await setUp();
      await store.apply(application, begins(0), at(5));
      const restarted = new DatabaseEpisodes({ knex });
      expect(await restarted.loadOpen()).toMatchObject([
        { application, open: [{ resource, startedAt: time(0) }] },
      ]);
      await restarted.apply(application, ends(3), at(8));
      expect((await all(history)).items).toHaveLength(1);
      expect(await restarted.loadOpen()).toEqual([]);
    });

    it.each([
      ['seen', [begins(1), ends(2, time(2)), healed(2)]],
      ['told by the self-heal first', [healed(2), begins(1), ends(2, time(2))]],
      ['told while another saw it begin', [begins(1), healed(2)]],
      ['told twice', [healed(2), healed(2)]],
    ])('counts a self-heal once: %s', async (_, steps) => {
      const { store, history } = await setUp();
      // The self-heal is told by the newest version, the beginning by an older one.
      for (const step of steps)
        await store.apply(application, step, at(step.begin.length ? 5 : 8));
      const { items } = await all(history);
      expect(items).toMatchObject([{ ended: 'self-heal', endedAt: time(2) }]);
      expect(await store.loadOpen()).toEqual([]);
    });

    it('keeps the fields, counts their changes once, and tells them of what has just ended', async () => {
      const { store, history } = await setUp();
      await store.apply(application, begins(0), at(5));
      let minutes = 1;
      const tell = (...fields: FieldDifference[]) =>
        store.tellFields(
          application,
          [{ ...resource, difference: 'differs', fields, more: 2 }],
          time(minutes),
          time(minutes),
        );
      expect(await tell(level('trace'))).toBe(true);
      expect(await tell(level('trace'))).toBe(false);
      expect(await tell(level('debug'))).toBe(true);
      expect(await store.isCompared(application, time(1))).toBe(true);
      expect(await store.isCompared(application, time(2))).toBe(false);
      expect((await all(history)).items).toMatchObject([
        { fields: [level('debug')], moreFields: 2, changes: 1 },
      ]);
      await store.apply(application, ends(2), at(6));
      // It is over and was told of: nothing is added.
      expect(await tell(level('off'))).toBe(false);
      await store.apply(application, healed(5), at(9));
      // Read before it began.
      minutes = 4;
      expect(await tell(level('earlier'))).toBe(false);
      minutes = 5;
      expect(await tell(level('caught'))).toBe(true);
      expect((await all(history)).items[0]).toMatchObject({
        ended: 'self-heal',
        fields: [level('caught')],
      });
    });

    it('gives pages, days and what repeats, of the Applications that are asked for alone', async () => {
      const { store, history } = await setUp();
      const other = { ...application, name: 'billing' };
      for (let i = 0; i < 5; i++) {
        await store.apply(application, begins(i * 2), at(i * 2 + 1));
        await store.apply(application, ends(i * 2 + 1), at(i * 2 + 2));
      }
      await store.apply(other, begins(0), at(1));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await history.list({
          applications: [application],
          limit: 2,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.items.map(({ startedAt }) => startedAt));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual([8, 6, 4, 2, 0].map(time));
      const between = await history.list({
        applications: [application],
        from: time(2),
        to: time(6),
        limit: 10,
      });
      expect(between.items).toHaveLength(2);
      await expect(
        history.list({ applications: [application], cursor: 'x', limit: 1 }),
      ).rejects.toThrow(/leave it out/);
      expect(await history.days([application, other], '2026-11-01')).toEqual(
        expect.arrayContaining([
          { date: '2026-11-25', application, episodes: 5, healed: 0 },
          { date: '2026-11-25', application: other, episodes: 1, healed: 0 },
        ]),
      );
      expect(await history.since([application], time(5))).toHaveLength(3);
      expect(
        await all(new EpisodeHistory({ knex: (await setUp()).knex })),
      ).toEqual({ items: [] });
    });

    it('forgets what is old or too much, and nothing that lasts', async () => {
      const { store, history } = await setUp();
      for (let i = 0; i < 6; i++) {
        await store.apply(application, begins(i * 2), at(i * 2 + 1));
        await store.apply(application, ends(i * 2 + 1), at(i * 2 + 2));
      }
      await store.apply(application, begins(30), at(90));
      await store.forget(time(2), 100);
      expect((await all(history)).items).toHaveLength(6);
      await store.forget(time(2), 3);
      expect((await all(history)).items.map(({ endedAt }) => endedAt)).toEqual([
        undefined,
        time(11),
        time(9),
        time(7),
      ]);
      await store.gone(application, time(40));
      expect((await all(history)).items[0]).toMatchObject({ ended: 'gone' });
    });

    it('writes 500 drifts at once', async () => {
      const { store } = await setUp();
      const many: EpisodeChanges = {
        ...none,
        begin: Array.from({ length: 500 }, (_, i) => ({
          resource: { ...resource, name: `s${i}`, difference: 'differs' },
          cause: 'unknown',
          startedAt: time(0),
        })),
      };
      expect(await store.apply(application, many, at(1))).toHaveLength(500);
      expect(await store.apply(application, many, at(1))).toHaveLength(500);
    });

    it('alerts once, until it was quiet for a whole window', async () => {
      const { knex } = await setUp();
      const alerts = new DatabaseAlerts({ knex });
      const key = alertKey({ application, resource, path: 'data.level' });
      expect(key).not.toBe(alertKey({ application, resource }));
      const claims = await Promise.all(
        [1, 1, 1].map(minute => alerts.claim(key, time(minute), time(-60))),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await alerts.claim(key, time(30), time(-30))).toBe(false);
      // It went on in between, so that it was never quiet.
      expect(await alerts.claim(key, time(80), time(20))).toBe(false);
      expect(await alerts.claim(key, time(200), time(140))).toBe(true);
      await alerts.giveBack(key);
      expect(await alerts.claim(key, time(201), time(141))).toBe(true);
      await alerts.forget(time(300));
      expect(await alerts.claim(key, time(301), time(241))).toBe(true);
    });

    it('mutes one object or all, until then', async () => {
      const { knex } = await setUp();
      const mutes = new DatabaseMutes({ knex });
      const mute = {
        id: '7f6c2f8e-2a2b-4b60-8a55-6a0a6f6d0f10',
        entityRef: 'component:default/checkout',
        environment: 'prod',
        resource,
        reason: 'load test',
        mutedBy: 'user:default/ana',
        mutedAt: time(0),
        until: time(60),
      };
      await mutes.add(mute);
      const held = await mutes.list(mute.entityRef, time(30));
      expect(held).toEqual([mute]);
      expect(isMuted(held, 'prod', resource)).toBe(true);
      expect(isMuted(held, 'dev', resource)).toBe(false);
      expect(isMuted(held, 'prod', { ...resource, name: 'x' })).toBe(false);
      const { resource: _, ...whole } = mute;
      expect(isMuted([whole], 'prod', { ...resource, name: 'x' })).toBe(true);
      expect(await mutes.list(mute.entityRef, time(60))).toEqual([]);
      await mutes.forget(time(61));
      expect(await mutes.list(mute.entityRef, time(30))).toEqual([]);
      await mutes.add(mute);
      await mutes.remove(mute.id);
      expect(await mutes.list(mute.entityRef, time(30))).toEqual([]);
    });
  },
);
