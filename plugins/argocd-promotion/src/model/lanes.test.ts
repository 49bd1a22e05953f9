import { ago, application, NOW } from '../testing/fixtures';
import { applicationState, laneAnswers } from './answers';
import { lagSentence } from './arrows';
import { newestChange } from './lastChange';
import { laneNotes, staleInstances } from './notes';

describe('the last change', () => {
  it('is the newest that is known to be the deployment’s own, else the newest sync', () => {
    const change = (revision: string, own: boolean, minutes: number) => ({
      ...application('dev', 'c3a90b17', '2.0.0'),
      lastChange: { revision, own, deployedAt: ago(minutes) },
    });
    const newest = (...applications: ReturnType<typeof change>[]) =>
      newestChange({ applications })?.revision;
    expect(newest(change('a', true, 9), change('b', true, 5))).toBe('b');
    expect(newest(change('a', true, 9), change('b', false, 5))).toBe('a');
    expect(newest(change('a', false, 9), change('b', false, 5))).toBe('b');
    expect(newestChange({ applications: [] })).toBeUndefined();
  });
});

describe('the drift of a lane', () => {
  it('is that of all its Applications', () => {
    const drifted = application('prod', 'c3a90b17', '2.0.0', {
      sync: { status: 'OutOfSync', revisions: [] },
      drift: { differs: 2, missing: 1, extra: 0 },
    });
    const fine = application('prod', 'c3a90b17', '2.0.0');
    const [sync, , , drift] = laneAnswers([drifted, drifted, fine], NOW);
    expect(drift.word).toBe('6 resources drifted');
    expect(drift.reason).toMatch(/^2 of 3 Applications · 4 differ, 2 missing/);
    expect(sync.reason).toMatch(/6 resources differ from git/);
  });
});

describe('the lag', () => {
  it('says how many releases, and for how long', () => {
    const lag = { from: 'dev', releases: 2, since: ago(3 * 60) };
    expect(lagSentence(lag, NOW)).toBe('2 releases behind for 3 hours');
    expect(lagSentence(lag)).toBe('2 releases behind');
    expect(lagSentence({ from: 'dev' }, NOW)).toBe('behind');
    expect(lagSentence({ from: 'dev', releases: 0 }, NOW)).toBe('up to date');
  });
});

describe('the state of an Application in a list', () => {
  it('is what it was when its Instance cannot be read', () => {
    const view = application('dev', 'c3a90b17', '2.0.0');
    expect(applicationState(view, NOW)).toEqual({
      tone: 'ok',
      word: 'Healthy',
    });
    expect(applicationState({ ...view, staleSince: ago(3) }, NOW)).toEqual({
      tone: 'unknown',
      word: 'was healthy',
    });
  });
});

describe('notes of a lane', () => {
  it('say the worst first, and leave out what went well when there are several', () => {
    const failing = application('dev', 'c3a90b17', '2.0.0', {
      name: 'checkout-worker',
      conditions: [{ type: 'ComparisonError', message: 'no such path' }],
      staleSince: ago(12),
      staleReason: 'does not answer',
    });
    const fine = application('dev', 'c3a90b17', '2.0.0');
    expect(laneNotes([fine, failing], NOW)).toMatchObject([
      { who: 'checkout-worker', tone: 'bad', message: 'no such path' },
    ]);
    expect(laneNotes([fine], NOW)).toMatchObject([{ tone: 'ok' }]);
    expect(staleInstances([fine, failing])).toEqual([
      {
        instance: 'main',
        since: ago(12),
        reason: 'does not answer',
        applications: 1,
      },
    ]);
  });
});
