import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import { randomUUID } from 'node:crypto';
import { samplePlan, samplePromotion } from '../__testUtils__/samples';
import { DatabasePromotionStore } from './DatabasePromotionStore';
import { migrationsDirectory } from './migrate';
import { IdempotencyKeyUsedError, StaleClaimError } from './PromotionStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())(
  'DatabasePromotionStore on %p',
  (databaseId: TestDatabaseId) => {
    let now: Date;

    const setUp = async () => {
      const knex = await databases.init(databaseId);
      await knex.migrate.latest({ directory: migrationsDirectory });
      now = new Date('2026-11-23T10:00:00.000Z');
      const store = new DatabasePromotionStore({ knex, now: () => now });
      return { knex, store };
    };
    const later = (ms: number) => {
      now = new Date(now.getTime() + ms);
    };
    const actor = 'user:default/ana.lima';
    const engine = () => ({ owner: randomUUID(), leaseMs: 10_000 });

    it('creates its tables, and takes them away again', async () => {
      const { knex } = await setUp();
      for (const table of [
        'promotions',
        'promotion_events',
        'promotion_approvals',
        'promotion_idempotency_keys',
      ]) {
        await expect(knex.schema.hasTable(table)).resolves.toBe(true);
      }
      await knex.migrate.rollback({ directory: migrationsDirectory }, true);
      await expect(knex.schema.hasTable('promotions')).resolves.toBe(false);
      await expect(knex.schema.hasTable('promotion_events')).resolves.toBe(
        false,
      );
      await knex.migrate.latest({ directory: migrationsDirectory });
      await expect(knex.schema.hasTable('promotions')).resolves.toBe(true);
    });

    it('does not forget an approval that came while it was worked on', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion({ nextAttemptAt: now.toISOString() });
      await store.create(promotion, { actor });
      const claim = (await store.claim(promotion.id, engine()))!;
      later(10);
      await store.approve(promotion.id, {
        by: 'user:default/bo',
        planHash: promotion.plan.hash,
        message: 'Approved',
      });
      const saved = await store.save(claim, { message: 'Waits for approval' });
      const nextAttemptAt = new Date(now.getTime() + 15_000).toISOString();
      await store.release(saved, { nextAttemptAt });
      expect(await store.findDue()).toEqual([promotion.id]);
      const again = (await store.claim(promotion.id, engine()))!;
      await store.release(again, { nextAttemptAt });
      expect(await store.findDue()).toEqual([]);
    });

    it('gives back what it was given, with the first event', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion({
        note: 'please',
        author: { name: 'Ana', email: 'ana@example.com' },
      });
      await store.create(promotion, { actor });
      await expect(store.get(promotion.id)).resolves.toEqual({
        promotion,
        events: [
          {
            sequence: 1,
            at: promotion.createdAt,
            state: 'waiting',
            message: 'Requested',
            actor,
          },
        ],
        approvals: [],
      });
      await expect(store.get(randomUUID())).resolves.toBeUndefined();
      await expect(store.get('not-an-id')).resolves.toBeUndefined();
    });

    it('lets only one promotion an environment be active; a newer one supersedes one that waits', async () => {
      const { store } = await setUp();
      const first = samplePromotion();
      const second = samplePromotion();
      await store.create(first, { actor });
      await expect(store.create(second, { actor })).resolves.toEqual({
        supersededId: first.id,
      });
      const old = await store.get(first.id);
      expect(old!.promotion.state).toBe('superseded');
      expect(old!.promotion.endedAt).toBe(now.toISOString());
      expect(old!.events.map(e => e.state)).toEqual(['waiting', 'superseded']);

      const claim = await store.claim(second.id, engine());
      await store.save(claim!, { state: 'delivering', message: 'Writing' });
      await expect(store.create(samplePromotion(), { actor })).rejects.toThrow(
        /is active already \(delivering\)/,
      );
      // Another environment and another entity are free.
      await store.create(samplePromotion({ environment: 'prod' }), { actor });
      await store.create(
        samplePromotion({ entityRef: 'component:default/cart' }),
        { actor },
      );
      await expect(store.get(second.id)).resolves.toMatchObject({
        promotion: { state: 'delivering' },
      });
    });

    it('stores one of many requests that arrive at once', async () => {
      const { store } = await setUp();
      const busy = samplePromotion({ state: 'syncing' });
      const outcomes = await Promise.allSettled(
        [
          busy,
          samplePromotion({ state: 'syncing' }),
          samplePromotion({ state: 'syncing' }),
        ].map(promotion => store.create(promotion, { actor })),
      );
      expect(
        outcomes.filter(({ status }) => status === 'fulfilled'),
      ).toHaveLength(1);
      const refusals = outcomes.flatMap(outcome =>
        outcome.status === 'rejected' ? [outcome.reason.name] : [],
      );
      expect(refusals).toEqual(['ConflictError', 'ConflictError']);
      await expect(store.listActive()).resolves.toHaveLength(1);
    });

    it('stores a promotion that has ended beside an active one', async () => {
      const { store } = await setUp();
      const active = samplePromotion();
      await store.create(active, { actor });
      const ended = samplePromotion({
        state: 'unchanged',
        createdAt: '2026-11-23T11:00:00.000Z',
        endedAt: '2026-11-23T11:00:00.000Z',
      });
      await store.create(ended, { actor });
      const latest = await store.latestByEnvironment(active.entityRef);
      expect([...latest.keys()]).toEqual(['staging']);
      expect(latest.get('staging')!.id).toBe(active.id);
      await store.end(active.id, {
        in: ['waiting'],
        state: 'cancelled',
        message: 'Cancelled',
        actor,
      });
      await expect(
        store.latestByEnvironment(active.entityRef),
      ).resolves.toMatchObject(
        new Map([['staging', expect.objectContaining({ id: ended.id })]]),
      );
    });

    it('knows idempotency keys for as long as they live, a user each', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion();
      const idempotency = {
        principal: actor,
        key: 'k1',
        bodyHash: 'h1',
        expiresAt: '2026-12-23T10:00:00.000Z',
      };
      await store.create(promotion, { actor, idempotency });
      const record = { bodyHash: 'h1', promotionId: promotion.id };
      await expect(store.findByIdempotencyKey(actor, 'k1')).resolves.toEqual(
        record,
      );
      await expect(
        store.findByIdempotencyKey('user:default/other', 'k1'),
      ).resolves.toBeUndefined();

      const again = samplePromotion({ environment: 'prod' });
      const refused = await store
        .create(again, { actor, idempotency })
        .catch(error => error);
      expect(refused).toBeInstanceOf(IdempotencyKeyUsedError);
      expect(refused.record).toEqual(record);
      await expect(store.get(again.id)).resolves.toBeUndefined();

      later(31 * 24 * 3_600_000);
      await expect(
        store.findByIdempotencyKey(actor, 'k1'),
      ).resolves.toBeUndefined();
      await store.create(again, {
        actor,
        idempotency: { ...idempotency, expiresAt: '2027-02-01T00:00:00.000Z' },
      });
      await expect(
        store.findByIdempotencyKey(actor, 'k1'),
      ).resolves.toMatchObject({ promotionId: again.id });
      later(60 * 24 * 3_600_000);
      await store.deleteExpiredKeys();
      await expect(
        store.findByIdempotencyKey(actor, 'k1'),
      ).resolves.toBeUndefined();
    });

    it('pages newest first, without loss when times are equal', async () => {
      const { store } = await setUp();
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) {
        const at = `2026-11-23T10:00:0${Math.floor(i / 2)}.000Z`;
        const promotion = samplePromotion({
          state: 'failed',
          createdAt: at,
          endedAt: at,
        });
        ids.push(promotion.id);
        await store.create(promotion, { actor });
      }
      const seen: string[] = [];
      let after: { createdAt: string; id: string } | undefined;
      for (;;) {
        const page = await store.list({ limit: 2, after });
        if (page.length === 0) break;
        seen.push(...page.map(({ id }) => id));
        after = page[page.length - 1];
      }
      expect(seen).toHaveLength(5);
      expect(new Set(seen)).toEqual(new Set(ids));
      expect(seen[0]).toBe(ids[4]);
      await expect(
        store.list({ limit: 10, state: 'succeeded' }),
      ).resolves.toEqual([]);
      await expect(
        store.list({ limit: 10, entityRef: 'component:default/none' }),
      ).resolves.toEqual([]);
      await expect(
        store.list({ limit: 10, environment: 'staging', state: 'failed' }),
      ).resolves.toHaveLength(5);
    });

    it('lets one worker at a time have a promotion, until its lease is over', async () => {
      const { store } = await setUp();
      const { id } = await store
        .create(samplePromotion(), { actor })
        .then(async () => (await store.listActive())[0]);
      await expect(store.findDue()).resolves.toEqual([id]);
      const a = engine();
      const claimA = await store.claim(id, a);
      await expect(store.findDue()).resolves.toEqual([]);
      await expect(store.claim(id, engine())).resolves.toBeUndefined();
      later(8_000);
      await expect(
        store.renew(id, { ...a, fence: claimA!.fence }),
      ).resolves.toBe(true);
      later(8_000);
      await expect(store.claim(id, engine())).resolves.toBeUndefined();
      later(3_000);

      const b = engine();
      const claimB = await store.claim(id, b);
      expect(claimB!.fence).toBe(claimA!.fence + 1);
      await expect(
        store.renew(id, { ...a, fence: claimA!.fence }),
      ).resolves.toBe(false);
      await expect(
        store.save(claimA!, { state: 'failed', message: 'late' }),
      ).rejects.toThrow(StaleClaimError);
      const saved = await store.save(claimB!, {
        state: 'delivering',
        message: 'Writing',
      });
      // Of a claim that was lost nothing is given back either.
      await store.release(claimA!, { nextAttemptAt: now.toISOString() });
      await expect(store.findDue()).resolves.toEqual([]);
      await store.release(saved, {
        nextAttemptAt: new Date(now.getTime() + 5_000).toISOString(),
      });
      await expect(store.findDue()).resolves.toEqual([]);
      await store.wake([id]);
      await expect(store.findDue()).resolves.toEqual([id]);
    });

    it('appends an event when state or message change, and ends once', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion();
      await store.create(promotion, { actor });
      let claim = (await store.claim(promotion.id, engine()))!;
      claim = await store.save(claim, {
        message: 'Requested',
        notes: { polls: 1 },
      });
      later(1_000);
      claim = await store.save(claim, {
        state: 'delivering',
        message: 'Writing',
      });
      later(1_000);
      claim = await store.save(claim, { message: 'Still writing' });
      expect(claim.promotion.stateSince).toBe('2026-11-23T10:00:01.000Z');
      claim = await store.save(claim, { state: 'failed', message: 'No' });
      const life = (await store.get(promotion.id))!;
      expect(
        life.events.map(
          ({ sequence, state, message }) => `${sequence} ${state} ${message}`,
        ),
      ).toEqual([
        '1 waiting Requested',
        '2 delivering Writing',
        '3 delivering Still writing',
        '4 failed No',
      ]);
      expect(life.promotion).toMatchObject({
        state: 'failed',
        endedAt: '2026-11-23T10:00:02.000Z',
        notes: { polls: 1 },
      });
      await expect(
        store.save(claim, { state: 'succeeded', message: 'Yes' }),
      ).rejects.toThrow(StaleClaimError);
      await expect(
        store.claim(promotion.id, engine()),
      ).resolves.toBeUndefined();
      await expect(store.findDue()).resolves.toEqual([]);
    });

    it('ends at a wish, and takes the claim away', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion();
      await store.create(promotion, { actor });
      const claim = (await store.claim(promotion.id, engine()))!;
      await store.end(promotion.id, {
        in: ['waiting', 'in-review'],
        state: 'cancelled',
        message: 'Cancelled',
        actor,
      });
      await expect(
        store.save(claim, { state: 'delivering', message: 'Writing' }),
      ).rejects.toThrow(StaleClaimError);
      await expect(
        store.end(promotion.id, {
          in: ['waiting'],
          state: 'rejected',
          message: 'Rejected',
          actor,
        }),
      ).rejects.toThrow(/is cancelled by now/);
      await expect(
        store.end(randomUUID(), {
          in: ['waiting'],
          state: 'rejected',
          message: 'Rejected',
          actor,
        }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });

    it('keeps approvals of the plan that waits, once a person', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion({
        plan: samplePlan({ hash: 'f'.repeat(64) }),
      });
      await store.create(promotion, { actor });
      const by = 'user:default/bo';
      const approval = {
        by,
        planHash: 'f'.repeat(64),
        message: 'Approved by bo',
      };
      await store.approve(promotion.id, approval);
      await store.approve(promotion.id, approval);
      const life = (await store.get(promotion.id))!;
      expect(life.approvals).toEqual([
        { by, planHash: 'f'.repeat(64), at: now.toISOString() },
      ]);
      expect(life.events.map(({ actor: who }) => who)).toEqual([actor, by]);
      await expect(
        store.approve(promotion.id, { ...approval, planHash: '0'.repeat(64) }),
      ).rejects.toThrow(/does not wait with the plan/);
    });

    it('takes an approval back also from an engine that has counted it already', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion();
      const { id } = promotion;
      const planHash = promotion.plan.hash;
      await store.create(promotion, { actor });
      const by = 'user:default/bo';
      const message = 'Approval taken back';
      await expect(store.revoke(id, { by, planHash, message })).rejects.toThrow(
        /has not approved promotion/,
      );
      await store.approve(id, { by, planHash, message: 'y', reason: 'fine' });
      expect(await store.validApprovals([id])).toEqual(
        new Map([
          [id, [{ by, planHash, at: now.toISOString(), reason: 'fine' }]],
        ]),
      );
      const claim = (await store.claim(id, engine()))!;
      await store.revoke(id, { by, planHash, message });
      await expect(
        store.save(claim, { state: 'delivering', message: 'Writes to git' }),
      ).rejects.toThrow(StaleClaimError);
      expect(await store.validApprovals([id])).toEqual(new Map());
      const again = (await store.claim(id, engine()))!;
      await store.save(again, { state: 'delivering', message: 'Writes' });
      await expect(store.revoke(id, { by, planHash, message })).rejects.toThrow(
        /does not wait with the plan/,
      );
    });

    it('keeps the mark of an override, whatever an engine writes that did not know of it', async () => {
      const { store } = await setUp();
      const promotion = samplePromotion();
      const { id } = promotion;
      await store.create(promotion, { actor });
      const override = {
        by: 'user:default/pam',
        at: now.toISOString(),
        reason: 'production is down',
        skipped: ['Approval'],
        planHash: promotion.plan.hash,
      };
      const message = 'Gates overridden';
      await expect(
        store.override(id, {
          override: { ...override, planHash: '0'.repeat(64) },
          message,
        }),
      ).rejects.toThrow(/does not wait with the plan/);
      const claim = (await store.claim(id, engine()))!;
      await store.override(id, { override, message });
      await store.override(id, {
        override: { ...override, by: 'user:default/eve' },
        message: 'again',
      });
      await expect(
        store.save(claim, { message: 'Soaked: too short' }),
      ).rejects.toThrow(StaleClaimError);
      const next = (await store.claim(id, engine()))!;
      expect(next.promotion.override).toEqual(override);
      await store.save(next, { state: 'failed', message: 'no' });
      const life = (await store.get(id))!;
      expect(life.promotion.override).toEqual(override);
      expect(life.events.map(event => event.message)).toEqual([
        'Requested',
        message,
        'no',
      ]);
      const [listed] = await store.list({ limit: 1 });
      expect(listed.override).toEqual(override);
    });
  },
);
