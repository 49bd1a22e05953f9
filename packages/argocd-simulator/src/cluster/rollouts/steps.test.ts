import { canaryPods, durationMs, weightAt } from './steps';

describe('the steps of a canary', () => {
  const steps = [
    { setWeight: 25 },
    { pause: {} },
    { setWeight: 0 },
    { analysis: {} },
  ];

  it('keep the weight until the next one, and end with all', () => {
    expect([0, 1, 2, 3, 4].map(index => weightAt(steps, index))).toEqual([
      25, 25, 0, 0, 100,
    ]);
    expect(weightAt([{ pause: {} }], 0)).toBe(0);
  });

  it('share Pods, and leave one to each side', () => {
    expect(
      [0, 1, 25, 50, 99, 100].map(weight => canaryPods(weight, 4)),
    ).toEqual([0, 1, 1, 2, 3, 4]);
    expect(canaryPods(50, 1)).toBe(1);
  });

  it('pause for seconds or for a duration', () => {
    expect([30, '30', '5s', '1m30s', '1h'].map(durationMs)).toEqual([
      30_000, 30_000, 5_000, 90_000, 3_600_000,
    ]);
  });
});
