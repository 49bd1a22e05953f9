import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { DriftEpisode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { readEvents } from '../../__testUtils__/recordings';
import { Application } from '../../argocd/types';
import { migrationsDirectory } from '../../promotion/store/migrate';
import { DatabaseEpisodes } from './DatabaseEpisodes';
import { DriftRecorder } from './DriftRecorder';
import { EpisodeHistory } from './EpisodeHistory';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

/** What people find in the history after the moments of a recording that were seen, and after a restart. */
async function historyOf(
  recording: string,
  seen: (all: Application[]) => Application[],
  now: string,
): Promise<string[]> {
  const knex = await databases.init('SQLITE_3');
  await knex.migrate.latest({ directory: migrationsDirectory });
  const moments = seen(
    readEvents(recording).flatMap(event =>
      event.type === 'ERROR' ? [] : [event.application],
    ),
  );
  let current: Application | undefined;
  const create = () =>
    new DriftRecorder({
      store: new DatabaseEpisodes({ knex }),
      inventory: {
        peek: () =>
          current && {
            instance: 'main',
            application: current,
            images: [],
          },
        instances: () => [],
      },
      environmentOf: () => 'prod',
      logger: mockServices.logger.mock(),
      onStored: async () => {},
      onDrift: () => {},
      onCalm: () => {},
      now: () => new Date(now),
    });
  const key = ({ metadata }: Application) =>
    `main/${metadata.namespace}/${metadata.name}`;
  const first = create();
  await first.load();
  for (const moment of moments) {
    current = moment;
    first.see([key(moment)]);
  }
  await first.settled();
  await first.stop();
  // Another process sees the last moment again.
  const second = create();
  await second.load();
  second.see([key(moments[moments.length - 1])]);
  await second.settled();
  await second.stop();
  const { namespace, name } = moments[0].metadata;
  const { items } = await new EpisodeHistory({ knex }).list({
    applications: [{ instance: 'main', namespace, name }],
    limit: 100,
  });
  return items.map(told).sort();
}

function told(episode: DriftEpisode): string {
  const { resource, difference, cause, ended = 'lasts' } = episode;
  return `${resource.kind} ${resource.name} ${difference} by ${cause}, ${ended}`;
}

describe('the history that recorded stories leave', () => {
  const SELF_HEAL = 'move-self-heal-stream.ndjson';
  const during = '2026-11-23T01:56:56.000Z';

  it.each([
    ['every moment was seen', (all: Application[]) => all],
    [
      'the drift itself was missed',
      (all: Application[]) => [all[0], all[all.length - 1]],
    ],
    ['it was looked only afterwards', (all: Application[]) => all.slice(-1)],
  ])('has one self-heal when %s', async (_, seen) => {
    expect(await historyOf(SELF_HEAL, seen, during)).toEqual([
      'Deployment checkout differs by cluster, self-heal',
    ]);
  });

  it('has each hand edit of move-drift, the deleted Service too, and no hook', async () => {
    expect(
      await historyOf(
        'move-drift-stream.ndjson',
        all => all,
        '2026-11-23T01:15:00.000Z',
      ),
    ).toEqual([
      'ConfigMap checkout-settings differs by cluster, lasts',
      'Deployment checkout differs by cluster, lasts',
      'Secret checkout-db differs by cluster, lasts',
      'Service checkout missing by cluster, lasts',
    ]);
  });

  it.each(['move-promotion-stream.ndjson', 'move-manual-sync-stream.ndjson'])(
    'is empty after %s: git moved, and was synced',
    async recording => {
      expect(
        await historyOf(recording, all => all, '2026-11-23T01:15:00.000Z'),
      ).toEqual([]);
    },
  );
});
