import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Knex } from 'knex';
import { StoredPromotion } from '../types';
import { insertClosings } from './closings';
import { listValidApprovals } from './approvals';
import { appendEvent } from './events';
import { fromRow, PromotionRow, toRow } from './rows';

const PROMOTIONS = 'promotions';

/** What the gates of a member were asked about. */
export interface Judged {
  planHash: string;
  /** How many approvals of that plan there were. */
  approvals: number;
}

/** What concerns all members of a train at once. */
export interface TrainStore {
  /** All members, in the order that was asked for; none when there is no such train. */
  members(trainId: string): Promise<StoredPromotion[]>;
  /**
   * All members that have not ended go from `waiting` to `delivering` in one transaction, as long as each of them still
   * waits with the plan, and has the approvals, that its gates were asked about. False when one does not: then nothing was
   * changed.
   */
  depart(
    trainId: string,
    judged: ReadonlyMap<string, Judged>,
  ): Promise<boolean>;
  /**
   * Members that are being delivered get other plans, in one transaction; with `back` they wait for their gates again.
   * False when one of them is not being delivered any more: then nothing was changed.
   */
  replan(
    trainId: string,
    options: {
      plans: ReadonlyMap<string, Plan>;
      message: string;
      back: boolean;
    },
  ): Promise<boolean>;
}

const position = ({ train }: StoredPromotion) => train?.position ?? 0;

/** Locks the rows of a train in one order for all, so that two who change it wait for each other and never cross. */
async function lock(
  trx: Knex.Transaction,
  trainId: string,
): Promise<StoredPromotion[]> {
  const rows = await trx<PromotionRow>(PROMOTIONS)
    .where('train_id', trainId)
    .orderBy('id')
    .forUpdate()
    .select();
  return rows.map(row => fromRow(row as PromotionRow));
}

/** Locks the train of a promotion, if it has one; to be called before one of its rows is changed. */
export async function lockTrainOf(
  trx: Knex.Transaction,
  id: string,
): Promise<StoredPromotion[]> {
  const row = await trx<PromotionRow>(PROMOTIONS)
    .where({ id })
    .first('train_id');
  return row?.train_id ? lock(trx, row.train_id) : [];
}

/** Also takes the row from whoever has it claimed, by a new fence. */
async function move(
  trx: Knex.Transaction,
  promotion: StoredPromotion,
  actor?: string,
): Promise<void> {
  await trx(PROMOTIONS)
    .where({ id: promotion.id })
    .update({
      ...toRow(promotion),
      claim_owner: null,
      claim_until: null,
      fence: trx.raw('fence + 1'),
    });
  await appendEvent(trx, promotion, actor);
}

/**
 * All or none: when a member ends before anything of its train is in git, the others that wait end with it. What is being
 * written or in git already goes on.
 *
 * @param locked - the members as {@link lockTrainOf} gave them
 */
export async function endTrainmates(
  trx: Knex.Transaction,
  options: {
    locked: StoredPromotion[];
    ended: string;
    at: string;
    actor?: string;
  },
): Promise<void> {
  const { locked, ended, at, actor } = options;
  for (const mate of locked) {
    const written = mate.deliveries.some(({ commit }) => commit);
    const open = ['waiting', 'in-review'].includes(mate.state) && !written;
    if (mate.id === ended || mate.endedAt || !open) continue;
    const end: StoredPromotion = {
      ...mate,
      state: 'cancelled',
      message: `Its train does not go: promotion ${ended} of it has ended`,
      updatedAt: at,
      stateSince: at,
      endedAt: at,
    };
    delete end.nextAttemptAt;
    await move(trx, end, actor);
    await insertClosings(trx, end, at);
  }
}

/** Trains in SQLite or PostgreSQL. */
export class DatabaseTrains implements TrainStore {
  readonly #knex: Knex;
  readonly #now: () => Date;

  constructor(options: { knex: Knex; now?: () => Date }) {
    this.#knex = options.knex;
    this.#now = options.now ?? (() => new Date());
  }

  async members(trainId: string): Promise<StoredPromotion[]> {
    // Another form would be an error in PostgreSQL, where it is a uuid.
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(trainId))
      return [];
    const rows = await this.#knex<PromotionRow>(PROMOTIONS)
      .where('train_id', trainId)
      .select();
    return rows
      .map(row => fromRow(row as PromotionRow))
      .sort((a, b) => position(a) - position(b));
  }

  async depart(
    trainId: string,
    judged: ReadonlyMap<string, Judged>,
  ): Promise<boolean> {
    const at = this.#now().toISOString();
    return this.#knex.transaction(async trx => {
      const active = (await lock(trx, trainId)).filter(
        ({ endedAt }) => !endedAt,
      );
      const agreed = active.every(
        ({ id, state, plan }) =>
          state === 'waiting' && judged.get(id)?.planHash === plan.hash,
      );
      if (!agreed || active.length === 0) return false;
      // Under the lock of the rows, which whoever takes one back needs too.
      const approvals = await listValidApprovals(trx, [...judged.keys()]);
      for (const [id, { approvals: counted }] of judged)
        if ((approvals.get(id)?.length ?? 0) < counted) return false;
      for (const member of active)
        await move(trx, {
          ...member,
          state: 'delivering',
          message: `All gates of its train are open; ${active.length} promotions are written to git as one`,
          updatedAt: at,
          stateSince: at,
          nextAttemptAt: at,
        });
      return true;
    });
  }

  async replan(
    trainId: string,
    options: {
      plans: ReadonlyMap<string, Plan>;
      message: string;
      back: boolean;
    },
  ): Promise<boolean> {
    const { plans, message, back } = options;
    const at = this.#now().toISOString();
    return this.#knex.transaction(async trx => {
      const active = (await lock(trx, trainId)).filter(
        ({ endedAt }) => !endedAt,
      );
      const changed = back ? active : active.filter(({ id }) => plans.has(id));
      if (!changed.every(({ state }) => state === 'delivering')) return false;
      for (const member of changed)
        await move(trx, {
          ...member,
          ...(back ? { state: 'waiting', stateSince: at } : {}),
          plan: plans.get(member.id) ?? member.plan,
          message,
          updatedAt: at,
          nextAttemptAt: at,
        });
      return true;
    });
  }
}
