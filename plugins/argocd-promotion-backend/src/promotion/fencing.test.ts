import { CrashScene, written } from './__testUtils__/crashScene';
import { eventually } from './__testUtils__/promotionClient';

// Two replicas need PostgreSQL. `npm test` brings one, and fails when a test was skipped.
const url = process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;
const onPostgres = url ? describe : describe.skip;

jest.setTimeout(240_000);

onPostgres('a replica that is paused for longer than its lease', () => {
  it('writes nothing when it wakes, for another has taken over', async () => {
    const scene = await CrashScene.create({
      delivery: 'commit',
      postgres: { url: url! },
    });
    try {
      const paused = await scene.backends.start();
      const digest = await scene.newRelease(paused);
      const other = await scene.backends.start();
      // Both may take it up: the other is away until the first has claimed it and is about to write.
      other.signal('SIGSTOP');
      const point = 'save delivering #1 after';
      await paused.arm({ stopAt: point });
      const effects: string[] = [];
      scene.onEffect(effect => void effects.push(effect));
      const asked = paused.client.promote(scene.key()).catch(() => undefined);
      await eventually(
        async () => paused.points.includes(point) || undefined,
        () => paused.points,
        60_000,
      );
      expect(effects).toEqual([]);

      // The lease runs out by itself.
      other.signal('SIGCONT');
      const id = await scene.backends.database(
        async knex => (await knex('promotions').first('id')).id as string,
      );
      const done = await other.client.end(id, 90_000);
      const before = effects.length;
      expect(effects).toContain('git POST contents after');

      paused.signal('SIGCONT');
      expect((await asked)?.body.id).toBe(id);
      // It has gone on: it answers, and has asked the database whether the promotion is its own.
      expect((await paused.client.end(id)).state).toBe('succeeded');
      expect(effects.slice(before)).toEqual([]);
      expect(await scene.outcome(done, digest)).toEqual(written);
    } finally {
      await scene.close();
    }
  });
});
