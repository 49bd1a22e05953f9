import { BackendProcess } from './__testUtils__/backendProcesses';
import { CrashScene, written } from './__testUtils__/crashScene';
import { crashSettings } from './__testUtils__/crashSettings';

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;
/** `yarn test:crash` goes through every point; the suite through a few, each of another kind. */
const ALL = process.env.PROMOTION_CRASH_POINTS === 'all';

jest.setTimeout(ALL ? 3_600_000 : 240_000);

/** A look at Argo CD repeats for as long as it takes; its first times stand for all. */
const tried = (point: string) => {
  const number = Number(/#(\d+)/.exec(point)![1]);
  return number <= (/^(create|save|claim|release)/.test(point) ? 2 : 1);
};

const possible = crashSettings.filter(
  ({ few, database }) =>
    (ALL || few.length > 0) && (database === 'SQLite' || POSTGRES),
);

describe.each(possible)(
  'a backend on $database that is killed while it delivers by $delivery ($git), and a $next goes on',
  ({ database, delivery, next, few, passes, ...how }) => {
    const postgres =
      database === 'PostgreSQL' ? { url: POSTGRES ?? '' } : undefined;

    it('writes exactly once, at whatever point', async () => {
      const scene = await CrashScene.create({ delivery, how, postgres });
      try {
        let victim = await scene.backends.start();
        const points = ALL ? await everyPoint(scene, victim) : few;
        const wrong: object[] = [];
        for (const point of points) {
          const spare =
            next === 'replica' ? await scene.backends.start() : undefined;
          const outcome = await crashAt(scene, point, victim, spare);
          if (ALL)
            process.stdout.write(
              `${database} ${delivery} ${
                how.git
              } ${next}: ${point}: ${JSON.stringify(outcome.result)}\n`,
            );
          wrong.push({ point, ...outcome.result });
          victim = outcome.next;
        }
        expect(wrong).toEqual(points.map(point => ({ point, ...written })));
        for (const pass of ALL ? passes : [])
          expect(points).toEqual(
            expect.arrayContaining([`${pass} #1 before`, `${pass} #1 after`]),
          );
      } finally {
        await scene.close();
      }
    });
  },
);

/** Goes through a promotion without trouble, and notes every point on the way. */
async function everyPoint(
  scene: CrashScene,
  backend: BackendProcess,
): Promise<string[]> {
  const effects: string[] = [];
  const counted = counter();
  const digest = await scene.newRelease(backend);
  scene.onEffect(effect => void effects.push(counted(effect)));
  await backend.arm();
  const { id } = await scene.promote(backend, scene.key());
  const done = await scene.finish(backend, id);
  expect(await scene.outcome(done, digest)).toEqual(written);
  return [...backend.points, ...effects].filter(tried);
}

async function crashAt(
  scene: CrashScene,
  point: string,
  victim: BackendProcess,
  spare: BackendProcess | undefined,
) {
  scene.onEffect(() => {});
  const digest = await scene.newRelease(victim);
  spare?.signal('SIGSTOP');
  await victim.arm({ killAt: point });
  const counted = counter();
  scene.onEffect(async effect => {
    if (counted(effect) === point) await victim.kill();
  });
  const key = scene.key();
  // Nobody may be left to answer.
  const asked = scene.promote(victim, key).catch(() => undefined);
  const deadline = Date.now() + 60_000;
  let review: Promise<unknown> | undefined;
  while (victim.alive && Date.now() < deadline) {
    // The points after a review are only reached when somebody merges.
    if (scene.delivery === 'pull-request')
      review ??= asked.then(
        answer =>
          answer && scene.merged(victim, answer.id).catch(() => undefined),
      );
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const reached = !victim.alive;
  await victim.kill();
  await review;
  await scene.backends.endLeases();
  spare?.signal('SIGCONT');
  const next = spare ?? (await scene.backends.start());
  const { id } = await scene.promote(next, key);
  const result = await scene.outcome(await scene.finish(next, id), digest);
  return { next, result: reached ? result : { ...result, reached } };
}

/** Numbers what is seen again: `git POST contents before` becomes `git POST contents #1 before`. */
function counter() {
  const counts = new Map<string, number>();
  return (effect: string) => {
    const number = (counts.get(effect) ?? 0) + 1;
    counts.set(effect, number);
    return effect.replace(/ (before|after)$/, ` #${number} $1`);
  };
}
