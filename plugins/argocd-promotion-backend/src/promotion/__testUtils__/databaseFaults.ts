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
  'superseded',
  'cancelled',
  'rejected',
]);

/**
 * What a statement writes, in the words of the store where it has some; undefined for what only reads, for a lease that is
 * prolonged, and for migrations.
 */
function describe({ sql = '', bindings = [] }: Query) {
  const [, verb, table] =
    /^(insert into|update|delete from) .(\w+)./.exec(sql) ?? [];
  if (!table || /^(knex_|backstage_)/.test(table)) return undefined;
  const other = `${verb.split(' ')[0]} ${table}`;
  if (table !== 'promotions') return other;
  if (verb === 'insert into') return 'create';
  if (/ set .claim_until. = \S+ where/.test(sql)) return undefined;
  const state = bindings.find(value => STATES.has(String(value)));
  if (/ set .id. = /.test(sql)) return `save ${state}`;
  if (/ set .state. = /.test(sql)) return `end ${state}`;
  if (sql.includes('.fence. + 1') || sql.includes('fence + 1')) return 'claim';
  return sql.includes('claim_owner') ? 'release' : other;
}

/** What a transaction is named after: what makes or saves a promotion, else the first of its tables that is not its log. */
const weight = (what: string) =>
  /^(create|save)/.test(what)
    ? 2
    : Number(/^insert promotion_approvals/.test(what));

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
    const before = written.get(transaction);
    if (what && (!before || weight(what) > weight(before)))
      written.set(transaction, what);
    what = sql === 'COMMIT;' ? written.get(transaction) : undefined;
    if (what) written.delete(transaction);
  }
  if (what) pass(what, 'before');
  const answer = await ask.call(this, connection, query);
  if (what) pass(what, 'after');
  return answer;
};

export {};
