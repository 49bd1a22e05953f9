import { driftEpisodes } from '../testing/fixtures';
import { calendar, episodeState, unknownFields, WEEKS } from './driftHistory';

// A Wednesday.
const NOON = Date.parse('2026-11-25T12:00:00Z');

describe('the history of drift in words', () => {
  it('says how an episode stands', () => {
    expect(driftEpisodes.map(episode => episodeState(episode).words)).toEqual([
      'lasts, changed 2 times meanwhile',
      'set back by self-heal after 60 s',
      'set back by a sync after 3 hours',
    ]);
    expect(unknownFields(driftEpisodes[2])).toBe(
      'over before its fields could be read',
    );
  });

  it('lays days out in whole weeks up to today, and sums environments', () => {
    const weeks = calendar(
      [
        {
          date: '2026-11-25',
          environment: 'prod',
          episodes: 2,
          healed: 1,
        },
        {
          date: '2026-11-25',
          environment: 'dev',
          episodes: 1,
          healed: 0,
        },
        { date: '2026-08-31', environment: 'dev', episodes: 12, healed: 0 },
        // Before the first week.
        { date: '2026-08-30', environment: 'dev', episodes: 1, healed: 0 },
      ],
      NOON,
    );
    expect(weeks).toHaveLength(WEEKS);
    expect(weeks.map(days => days.length)).toEqual([
      ...Array(WEEKS - 1).fill(7),
      3,
    ]);
    expect(weeks[WEEKS - 1][2]).toEqual({
      date: '2026-11-25',
      episodes: 3,
      healed: 1,
      level: 2,
      words: 'Wed 25 Nov: 3 drifts, 1 set back by self-heal',
    });
    expect(weeks[0][0]).toMatchObject({ date: '2026-08-31', level: 3 });
    expect(weeks.flat().filter(({ episodes }) => episodes > 0)).toHaveLength(2);
  });
});
