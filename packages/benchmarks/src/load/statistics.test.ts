import { median, percentile, timed } from './statistics';

describe('statistics', () => {
  it('takes percentiles by nearest rank, in any order', () => {
    const samples = [5, 1, 4, 2, 3];
    expect(median(samples)).toBe(3);
    expect(percentile(samples, 0.95)).toBe(5);
    expect(percentile(samples, 0.2)).toBe(1);
    expect(percentile([7], 0.01)).toBe(7);
    expect(() => percentile([], 0.5)).toThrow('no samples');
  });

  it('takes turns one after the other', async () => {
    const turns: number[] = [];
    const times = await timed(3, async n => {
      turns.push(n);
    });
    expect(turns).toEqual([0, 1, 2]);
    expect(times).toHaveLength(3);
  });
});
