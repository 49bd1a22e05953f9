import { TestDatabases } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import knexFactory, { Knex } from 'knex';
import { trailerValues } from '../git';
import { Fleet } from './__testUtils__/fleet';
import { createPromotionApp } from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';

/** `yarn test:race` sets these; the suite runs a small race. */
const PROMOTIONS = Number(process.env.PROMOTION_RACE ?? 60);
const ENTITIES = Number(process.env.PROMOTION_RACE_ENTITIES ?? 6);
const LARGE = process.env.PROMOTION_RACE !== undefined;

jest.setTimeout(LARGE ? 3_600_000 : 120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

const isEnd = (state: string) =>
  ['succeeded', 'failed', 'superseded', 'unchanged', 'cancelled'].includes(
    state,
  );

describe.each(databases.eachSupportedId())('two replicas on %s', id => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  it('race over many promotions, and each is written once or not at all', async () => {
    const fleet = new Fleet(ENTITIES);
    const first = await databases.init(id);
    const second = knexFactory({
      client: 'pg',
      connection: first.client.config.connection,
    });
    const load = { queries: 0 };
    const countQuery = () => {
      load.queries += 1;
    };
    const replicas: Array<Awaited<ReturnType<typeof createPromotionApp>>> = [];
    for (const knex of [first, second] as Knex[]) {
      knex.on('query', countQuery);
      replicas.push(
        await createPromotionApp({
          knex,
          stops,
          world: fleet,
          entities: fleet.entities,
          syncMs: 600_000,
          verifyMs: 600_000,
        }),
      );
    }
    // After all that uses it.
    stops.push(() => second.destroy());
    const { store } = replicas[0];

    // Neighbours move the branch, and Argo CD follows it.
    let neighbours = 0;
    const neighbour = setInterval(() => {
      neighbours += 1;
      fleet.git.push('main', { README: `${neighbours}\n` }, 'neighbour');
    }, 7);
    const argocd = setInterval(() => fleet.settleAll(), 40);
    let twice = 0;
    let looking = Promise.resolve();
    const watch = setInterval(() => {
      looking = (async () => {
        const rows = await second('promotions')
          .whereNull('ended_at')
          .groupBy('entity_ref', 'environment')
          .havingRaw('count(*) > 1')
          .select('entity_ref');
        twice += rows.length;
      })();
    }, 100);
    const quiet = async () => {
      for (const timer of [neighbour, argocd, watch]) clearInterval(timer);
      await looking;
    };
    stops.unshift(quiet);

    const begun = Date.now();
    const created = new Set<string>();
    const unequal: string[] = [];
    const answers: Record<number, number> = {};
    const ask = async (replica: number, name: string, key: string) => {
      const { status, body } = await replicas[replica].promote(
        { entityRef: `component:default/${name}` },
        key,
      );
      answers[status] = (answers[status] ?? 0) + 1;
      if (status === 201 || (status === 200 && body.state !== 'unchanged'))
        created.add(body.id);
      return { status, id: body.id as string | undefined };
    };
    const service = async (name: string, rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        const digest = createHash('sha256')
          .update(`${name} ${round}`)
          .digest('hex');
        fleet.release(name, `sha256:${digest}`);
        // The same request at both replicas, and a rival with another key.
        const key = `${name} ${round}`;
        const [one, again] = await Promise.all([
          ask(0, name, key),
          ask(1, name, key),
          ask(round % 2, name, `${key} rival`),
        ]);
        const answered = [one, again].filter(({ status }) => status < 300);
        if (new Set(answered.map(answer => answer.id)).size > 1)
          unequal.push(key);
        await eventually(
          async () => {
            const { release, state } =
              (
                await store.latestByEnvironment(`component:default/${name}`)
              ).get('staging') ?? {};
            return release && state && isEnd(state) ? true : undefined;
          },
          () => `${name} is stuck in round ${round}`,
          120_000,
        );
      }
    };
    const rounds = Math.ceil(PROMOTIONS / ENTITIES);
    await Promise.all(
      fleet.entities.map(({ metadata }) => service(metadata.name, rounds)),
    );
    const seconds = (Date.now() - begun) / 1_000;
    await quiet();

    const lives = await Promise.all(
      [...created].map(async promotion => (await store.get(promotion))!),
    );
    const commits = await fleet.git.listCommits({ ref: 'main', limit: 1e6 });
    const written = new Map<string, number>();
    for (const { message } of commits)
      for (const promotion of trailerValues(message, 'Promotion-Id'))
        written.set(promotion, (written.get(promotion) ?? 0) + 1);
    const states: Record<string, number> = {};
    for (const { promotion } of lives) {
      states[promotion.state] = (states[promotion.state] ?? 0) + 1;
      const wanted = promotion.deliveries.some(({ commit }) => commit) ? 1 : 0;
      expect([promotion.id, written.get(promotion.id) ?? 0]).toEqual([
        promotion.id,
        wanted,
      ]);
    }
    process.stdout.write(
      `${JSON.stringify({
        promotions: lives.length,
        states,
        answers,
        seconds,
        queries: load.queries,
        queriesEach: Math.round(load.queries / lives.length),
        neighbours,
      })}\n`,
    );
    expect(await store.listActive()).toEqual([]);
    expect([twice, unequal]).toEqual([0, []]);
    expect([...written.keys()].every(known => created.has(known))).toBe(true);
    expect(states.succeeded).toBeGreaterThanOrEqual(PROMOTIONS / 2);
    // Nobody's change was lost.
    for (const { metadata } of fleet.entities) {
      const own = lives
        .map(({ promotion }) => promotion)
        .filter(
          ({ entityRef }) => entityRef === `component:default/${metadata.name}`,
        )
        .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
      const last = own.filter(({ state }) => state === 'succeeded').at(-1)!;
      expect(fleet.pinned(metadata.name)).toContain(
        last.release.images[0].digest,
      );
    }
    expect(
      commits.filter(({ message }) => message === 'neighbour'),
    ).toHaveLength(neighbours);
  });
});
