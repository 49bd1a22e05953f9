import { PromotionState } from '@fairway/backstage-plugin-argocd-promotion-common';
import fc from 'fast-check';
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { DatabasePromotionStore } from '../store/DatabasePromotionStore';
import { Claim, StaleClaimError } from '../store/PromotionStore';
import { FINAL_STATES } from '../types';
import { samplePlan, samplePromotion } from './samples';

const LEASE_MS = 1_000;
const HASH = samplePlan().hash;
/** Where a step may lead; ends lead nowhere. */
const NEXT: Partial<Record<PromotionState, PromotionState[]>> = {
  waiting: ['delivering', 'failed'],
  delivering: ['in-review', 'syncing', 'unchanged', 'failed', 'waiting'],
  'in-review': ['syncing', 'rejected', 'failed'],
  syncing: ['verifying', 'succeeded', 'failed'],
  verifying: ['succeeded', 'failed'],
};

/** What ought to be true of promotions; times are those of a clock that only the commands move. */
export interface Model {
  now: number;
  promotions: Array<{
    state: PromotionState;
    events: number;
    approvedBy: Set<string>;
    overridden: boolean;
  }>;
  /** By replica: the promotion that it believes to hold, since which claim, and until when. */
  held: Map<number, { index: number; claim: number; until: number }>;
  /** By promotion: number of its last claim, and until when that one holds. */
  claims: Map<number, { claim: number; until: number }>;
}

export interface Real {
  store: DatabasePromotionStore;
  clock: { now: number };
  ids: string[];
  claims: Map<number, Claim>;
}

export type Command = fc.AsyncCommand<Model, Real>;

const active = (model: Model) =>
  model.promotions.findIndex(({ state }) => !FINAL_STATES.has(state));

/** After every command: the states are those of the model, at most one is active, and each event tells one change. */
async function check(model: Model, { store, ids }: Real): Promise<void> {
  const lives = await Promise.all(ids.map(id => store.get(id)));
  deepEqual(
    lives.map(life => life!.promotion.state),
    model.promotions.map(({ state }) => state),
  );
  for (const [index, life] of lives.entries()) {
    const { promotion, events, approvals } = life!;
    const { approvedBy, overridden } = model.promotions[index];
    deepEqual(new Set(approvals.map(({ by }) => by)), approvedBy);
    equal(promotion.override !== undefined, overridden);
    deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, at) => at + 1),
    );
    equal(events.length, model.promotions[index].events);
    equal(events.at(-1)!.state, promotion.state);
    equal(promotion.endedAt !== undefined, FINAL_STATES.has(promotion.state));
  }
  equal((await store.listActive()).length, active(model) < 0 ? 0 : 1);
}

class Ask implements Command {
  check = () => true;
  async run(model: Model, real: Real) {
    const promotion = samplePromotion();
    const before = active(model);
    const busy = before >= 0 && model.promotions[before].state !== 'waiting';
    const asked = real.store.create(promotion, { actor: 'user:default/ana' });
    if (busy) {
      await rejects(asked, /is active already/);
    } else {
      await asked;
      real.ids.push(promotion.id);
      if (before >= 0) end(model, before, 'superseded');
      model.promotions.push({
        state: 'waiting',
        events: 1,
        approvedBy: new Set(),
        overridden: false,
      });
    }
    await check(model, real);
  }
  toString = () => 'ask';
}

class TakeUp implements Command {
  constructor(readonly replica: number) {}
  check = (model: Readonly<Model>) => model.promotions.length > 0;
  async run(model: Model, real: Real) {
    const index = model.promotions.length - 1;
    const free =
      (model.claims.get(index)?.until ?? -1) < model.now &&
      !FINAL_STATES.has(model.promotions[index].state);
    const claim = await real.store.claim(real.ids[index], {
      owner: `00000000-0000-4000-8000-00000000000${this.replica}`,
      leaseMs: LEASE_MS,
    });
    equal(claim !== undefined, free);
    if (claim) {
      const number = (model.claims.get(index)?.claim ?? 0) + 1;
      const until = model.now + LEASE_MS;
      model.claims.set(index, { claim: number, until });
      model.held.set(this.replica, { index, claim: number, until });
      real.claims.set(this.replica, claim);
    }
    await check(model, real);
  }
  toString = () => `take up by ${this.replica}`;
}

/** The replica may have been paused since it took the promotion up: then it must not change anything. */
class Step implements Command {
  constructor(readonly replica: number, readonly choice: number) {}
  check = (model: Readonly<Model>) => model.held.has(this.replica);
  async run(model: Model, real: Real) {
    const { index, claim } = model.held.get(this.replica)!;
    const promotion = model.promotions[index];
    const mine = real.claims.get(this.replica)!;
    const known = mine.promotion.state;
    const next = NEXT[known] ?? [];
    const current = model.claims.get(index)?.claim === claim;
    if (next.length > 0) {
      const state = next[this.choice % next.length];
      const saved = real.store.save(mine, { state, message: `to ${state}` });
      if (current && !FINAL_STATES.has(promotion.state)) {
        real.claims.set(this.replica, await saved);
        promotion.state = state;
        promotion.events += 1;
      } else {
        await rejects(saved, StaleClaimError);
      }
    }
    await check(model, real);
  }
  toString = () => `step ${this.choice} by ${this.replica}`;
}

class Fence implements Command {
  constructor(readonly replica: number) {}
  check = (model: Readonly<Model>) => model.held.has(this.replica);
  async run(model: Model, real: Real) {
    const { index, claim } = model.held.get(this.replica)!;
    const mine = real.claims.get(this.replica)!;
    const held = await real.store.renew(real.ids[index], {
      owner: `00000000-0000-4000-8000-00000000000${this.replica}`,
      fence: mine.fence,
      leaseMs: LEASE_MS,
    });
    const last = model.claims.get(index);
    equal(
      held,
      last?.claim === claim && !FINAL_STATES.has(model.promotions[index].state),
    );
    if (held) last!.until = model.now + LEASE_MS;
    await check(model, real);
  }
  toString = () => `fence of ${this.replica}`;
}

class Cancel implements Command {
  check = (model: Readonly<Model>) => model.promotions.length > 0;
  async run(model: Model, real: Real) {
    const index = model.promotions.length - 1;
    const cancelled = real.store.end(real.ids[index], {
      in: ['waiting', 'in-review'],
      state: 'cancelled',
      message: 'Cancelled',
      actor: 'user:default/ana',
    });
    if (['waiting', 'in-review'].includes(model.promotions[index].state)) {
      await cancelled;
      end(model, index, 'cancelled');
    } else {
      await rejects(cancelled, /by now; read it again/);
    }
    await check(model, real);
  }
  toString = () => 'cancel';
}

/** People decide about the plan of the newest promotion, as long as it waits. */
abstract class Decide implements Command {
  check = (model: Readonly<Model>) => model.promotions.length > 0;
  async run(model: Model, real: Real) {
    const index = model.promotions.length - 1;
    const decided = this.decide(real.store, real.ids[index]);
    const promotion = model.promotions[index];
    if (promotion.state !== 'waiting') {
      await rejects(decided, /does not wait with the plan/);
    } else if (this.isEmpty(promotion)) {
      await rejects(decided, /has not approved/);
    } else {
      await decided;
      this.applied(model, index);
    }
    await check(model, real);
  }
  abstract decide(store: DatabasePromotionStore, id: string): Promise<void>;
  abstract applied(model: Model, index: number): void;
  isEmpty(_promotion: Model['promotions'][number]) {
    return false;
  }
  abstract toString(): string;
}

class Approve extends Decide {
  constructor(readonly by: string) {
    super();
  }
  decide(store: DatabasePromotionStore, id: string) {
    return store.approve(id, { by: this.by, planHash: HASH, message: 'Yes' });
  }
  applied(model: Model, index: number) {
    const { approvedBy } = model.promotions[index];
    if (!approvedBy.has(this.by)) model.promotions[index].events += 1;
    approvedBy.add(this.by);
  }
  toString = () => `approve by ${this.by}`;
}

/** Whoever has it claimed may have counted the approval, and loses it. */
class Revoke extends Decide {
  constructor(readonly by: string) {
    super();
  }
  decide(store: DatabasePromotionStore, id: string) {
    return store.revoke(id, { by: this.by, planHash: HASH, message: 'No' });
  }
  isEmpty({ approvedBy }: Model['promotions'][number]) {
    return !approvedBy.has(this.by);
  }
  applied(model: Model, index: number) {
    model.promotions[index].approvedBy.delete(this.by);
    model.promotions[index].events += 1;
    unclaim(model, index);
  }
  toString = () => `revoke by ${this.by}`;
}

/** The first one stays; it holds for the plan, which does not change here. */
class OverrideGates extends Decide {
  decide(store: DatabasePromotionStore, id: string) {
    const mark = { by: 'user:default/pam', at: '', reason: 'r', skipped: [] };
    return store.override(id, {
      override: { ...mark, planHash: HASH },
      message: 'Overridden',
    });
  }
  applied(model: Model, index: number) {
    if (model.promotions[index].overridden) return;
    model.promotions[index].overridden = true;
    model.promotions[index].events += 1;
    unclaim(model, index);
  }
  toString = () => 'override';
}

class Pass implements Command {
  constructor(readonly ms: number) {}
  check = () => true;
  async run(model: Model, real: Real) {
    model.now += this.ms;
    real.clock.now += this.ms;
  }
  toString = () => `${this.ms} ms pass`;
}

/** Somebody's wish ends it, and takes it from whoever has it claimed. */
function end(model: Model, index: number, state: PromotionState) {
  model.promotions[index].state = state;
  model.promotions[index].events += 1;
  unclaim(model, index);
}

function unclaim(model: Model, index: number) {
  const { claim = 0 } = model.claims.get(index) ?? {};
  model.claims.set(index, { claim: claim + 1, until: -1 });
}

const replica = fc.constantFrom(1, 2);
const person = fc.constantFrom('user:default/bo', 'user:default/cy');

/** What two replicas, people and time may do. */
export const storeCommands: Array<fc.Arbitrary<Command>> = [
  fc.constant(new Ask()),
  replica.map(who => new TakeUp(who)),
  // More often than what ends a promotion, so that runs go far.
  ...[1, 2, 3, 4, 5].map(() =>
    fc
      .tuple(replica, fc.nat({ max: 4 }))
      .map(([who, choice]) => new Step(who, choice)),
  ),
  replica.map(who => new TakeUp(who)),
  replica.map(who => new Fence(who)),
  fc.constant(new Cancel()),
  person.map(by => new Approve(by)),
  person.map(by => new Revoke(by)),
  fc.constant(new OverrideGates()),
  fc.constantFrom(400, LEASE_MS + 1).map(ms => new Pass(ms)),
];
