import { metric, rollout } from '../testing/rollouts';
import { actionLabel, chartOf, countdown, metricWords } from './rollout';

const box = { width: 100, height: 50 };

describe('a chart of measurements', () => {
  it('puts numbers and bounds on one scale, the higher above the lower', () => {
    const chart = chartOf(metric([0.99, 0.9]), box)!;
    const [good, bad] = chart.points;
    const [bound] = chart.bounds;
    expect([good.x, bad.x]).toEqual([0, 100]);
    expect(good.y).toBeLessThan(bound.y);
    expect(bound.y).toBeLessThan(bad.y);
    for (const { y } of [good, bad, bound]) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(50);
    }
  });

  it('draws a single number in the middle, also when all are equal', () => {
    const [point] = chartOf(metric([0.95]), box)!.points;
    expect(point.x).toBe(50);
    expect(Number.isFinite(point.y)).toBe(true);
    const zero = chartOf(
      metric([0], { bounds: [{ operator: '>', value: 0, of: 'success' }] }),
      box,
    )!;
    expect(Number.isFinite(zero.points[0].y)).toBe(true);
  });

  it('draws nothing of a yes or no, and says it in words', () => {
    const job = metric([1, 0], { bounds: [], successCondition: undefined });
    expect(chartOf(job, box)).toBeUndefined();
    expect(metricWords(job)).toBe(
      '1 of 2 measurements passed, of 5 wanted · last 0',
    );
    expect(metricWords(metric([]))).toBe(
      'nothing measured yet · passes when result[0] >= 0.95',
    );
  });
});

describe('a pause', () => {
  const at = Date.parse('2026-11-23T14:00:00Z');
  it.each([
    ['2026-11-23T14:00:12Z', '12 s'],
    ['2026-11-23T14:04:05Z', '4 min 5 s'],
    ['2026-11-23T16:30:00Z', '2 h 30 min'],
    ['2026-11-23T13:00:00Z', 'now'],
  ])('until %s ends in %s', (until, words) => {
    expect(countdown(until, at)).toBe(words);
  });

  it('is ended by a button that says what it does', () => {
    const label = (pause: 'step' | 'by-hand' | 'blue-green') =>
      actionLabel('resume', {
        pause: { reason: pause },
        strategy: pause === 'blue-green' ? 'blue-green' : 'canary',
      });
    expect(['step', 'by-hand', 'blue-green'].map(label as never)).toEqual([
      'Continue',
      'Resume',
      'Switch over',
    ]);
    expect(actionLabel('abort', rollout())).toBe('Abort');
  });
});
