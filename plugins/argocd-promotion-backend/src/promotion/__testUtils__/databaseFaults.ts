/**
 * Preloaded into a backend process of a test: watches what knex sends to the database, tells the test each point that it
 * passes, and ends the process there by SIGKILL, or pauses it by SIGSTOP, when the test has asked for it. The product knows nothing of this.
 */

interface Query {
  sql?: string;
  bindings?: unknown[];
}

const STATES = new Set([
  'waiting',
  'delivering',
  'in-review',
  'syncing',
  'verifying',
  'succeeded',
  'failed',
]);

/** What a statement does to a promotion, in the words of the store; undefined for what is not of interest. */
function describe({ sql = '', bindings = [] }: Query) {
  if (/^insert into .promotions. /.test(sql)) return 'create';
  if (!/^update .promotions. /.test(sql)) return undefined;
  if (/^update .promotions. set .claim_until. = /.test(sql)) return undefined;
  const state = bindings.find(value => STATES.has(String(value)));
  if (/set .id. = /.test(sql)) return `save ${state}`;
  if (sql.includes('fence + 1')) return 'claim';
  return sql.includes('claim_owner') ? 'release' : undefined;
}

const written = new Map<string, string>();
let counts = new Map<string, number>();
let killAt: string | undefined;
let stopAt: string | undefined;

process.on(
  'message',
  (message: { arm?: { killAt?: string; stopAt?: string } }) => {
    if (!message.arm) return;
    counts = new Map();
    killAt = message.arm.killAt;
    stopAt = message.arm.stopAt;
    process.send?.({ armed: true });
  },
);

function pass(what: string, phase: 'before' | 'after') {
  const number = (counts.get(`${what} ${phase}`) ?? 0) + 1;
  counts.set(`${what} ${phase}`, number);
  const point = `${what} #${number} ${phase}`;
  process.send?.({ point });
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
  if (point === stopAt) process.kill(process.pid, 'SIGSTOP');
}

/** The client that every dialect of knex is made from; all statements pass here, those of transactions too. */
const { prototype } = require('knex/lib/client') as {
  prototype: {
    query(
      connection: { __knexTxId?: string },
      query: Query | string,
    ): Promise<unknown>;
  };
};

const { query: ask } = prototype;
prototype.query = async function askAndWatch(connection, query) {
  const { sql, bindings } = typeof query === 'string' ? { sql: query } : query;
  const transaction = connection.__knexTxId;
  let what = describe({ sql, bindings });
  if (transaction) {
    if (what) written.set(transaction, what);
    what = sql === 'COMMIT;' ? written.get(transaction) : undefined;
    if (what) written.delete(transaction);
  }
  if (what) pass(what, 'before');
  const answer = await ask.call(this, connection, query);
  if (what) pass(what, 'after');
  return answer;
};

export {};
