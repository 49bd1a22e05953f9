import { CrashScene, written } from './__testUtils__/crashScene';
import { startPostgresServer } from './__testUtils__/postgresServer';
import { eventually } from './__testUtils__/promotionClient';

// `npm test` brings the binaries of a PostgreSQL, and fails when a test was skipped.
const onPostgres = process.env
  .BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING
  ? describe
  : describe.skip;

jest.setTimeout(120_000);

/** The backend is a process of its own, and everything else is away for a while in the midst of its promotion. */
describe('a promotion goes on, written once', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const setUp = async (
    options: Partial<Parameters<typeof CrashScene.create>[0]> = {},
  ) => {
    const scene = await CrashScene.create({ delivery: 'commit', ...options });
    stops.push(() => scene.close());
    const backend = await scene.backends.start();
    const digest = await scene.newRelease(backend);
    /** Acts at the first of this effect, before its answer reaches the backend. */
    const at = (point: string, act: () => Promise<unknown> | void) => {
      let acted = false;
      scene.onEffect(async effect => {
        if (acted || effect !== point) return;
        acted = true;
        await act();
      });
    };
    const promote = async () => (await scene.promote(backend, scene.key())).id;
    const told = (id: string, words: RegExp) =>
      backend.client.until(id, ({ message }) => words.test(message), 60_000);
    const end = async (id: string) =>
      scene.outcome(await backend.client.end(id, 90_000), digest);
    return { scene, backend, at, promote, told, end };
  };

  it.each(['before', 'after'] as const)(
    'when the git host is restarted %s it has taken the commit',
    async phase => {
      const { scene, at, promote, told, end } = await setUp();
      at(`git POST contents ${phase}`, () => scene.git.stop());
      const id = await promote();
      expect((await told(id, /can not be reached/)).state).toBe('delivering');
      await scene.git.start();
      expect(await end(id)).toEqual(written);
    },
  );

  it('when its token for the git host is revoked and renewed', async () => {
    const { scene, at, promote, told, end } = await setUp();
    at('git POST contents before', () =>
      scene.gitSays({ status: 401, body: { message: 'token was revoked' } }),
    );
    const id = await promote();
    const { state, message } = await told(id, /token was revoked/);
    expect([state, message]).toEqual([
      'delivering',
      expect.stringContaining('needs to read and write this repository'),
    ]);
    scene.gitSays();
    expect(await end(id)).toEqual(written);
  });

  it('when Argo CD is restarted before it has seen the commit', async () => {
    const { scene, at, promote, told, end } = await setUp();
    at('argocd refresh before', () => scene.argocd.stop());
    const id = await promote();
    expect((await told(id, /does not answer since/)).state).toBe('syncing');
    await scene.argocd.start();
    expect(await end(id)).toEqual(written);
  });

  it('when its token for Argo CD is revoked and renewed', async () => {
    const { scene, at, promote, told, end } = await setUp();
    const { sim } = scene.shop;
    at('argocd refresh before', () => sim.setOutage('main', 'expired-token'));
    const id = await promote();
    expect((await told(id, /does not answer since/)).state).toBe('syncing');
    sim.setOutage('main', 'over');
    expect(await end(id)).toEqual(written);
  });

  it('when somebody else locks the SQLite file for longer than it waits', async () => {
    const { scene, at, promote, end } = await setUp();
    let locked: Promise<void> | undefined;
    at('git POST contents after', async () => {
      await new Promise<void>(begun => {
        locked = scene.backends.database(async knex => {
          await knex.raw('begin exclusive');
          begun();
          await new Promise(resolve => setTimeout(resolve, 7_000));
          await knex.raw('commit');
        });
      });
    });
    const id = await promote();
    await eventually(
      async () => locked && true,
      () => 'not locked',
    );
    await locked;
    expect(await end(id)).toEqual(written);
  });

  onPostgres('on a PostgreSQL of its own', () => {
    it.each(['git POST contents after', 'argocd refresh after'])(
      'when the database is stopped at %s, and started again',
      async point => {
        const server = await startPostgresServer();
        stops.push(() => server.stop());
        const { scene, backend, at, promote, end } = await setUp({
          postgres: { url: server.url },
        });
        let stopped = false;
        at(point, async () => {
          await server.pause();
          stopped = true;
        });
        const id = await promote();
        await eventually(
          async () => stopped || undefined,
          () => 'not stopped',
        );
        // It says that it can't tell, and stays up.
        const answer = await backend.client.call(`/promotions/${id}`);
        expect(answer.status).toBeGreaterThanOrEqual(500);
        expect(backend.alive).toBe(true);
        await server.resume();
        expect(await end(id)).toEqual(written);
        expect(
          await scene.backends.database(knex => knex('promotions')),
        ).toHaveLength(1);
      },
    );
  });
});
