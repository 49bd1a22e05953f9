import { pipeline } from '../testing/fixtures';
import { reuse } from './reuse';

describe('reuse', () => {
  it('keeps what did not change, and only that', () => {
    const before = pipeline();
    const after = JSON.parse(JSON.stringify(before)) as typeof before;
    expect(reuse(before, after)).toBe(before);
    after.environments[1].applications[0].health.status = 'Degraded';
    const merged = reuse(before, after);
    expect(merged).toEqual(after);
    expect(merged.environments[0]).toBe(before.environments[0]);
    expect(merged.environments[1]).not.toBe(before.environments[1]);
    expect(reuse([1, 2], [1])).toEqual([1]);
    expect(reuse({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
    expect(reuse({ a: undefined }, { a: 1 })).toEqual({ a: 1 });
  });
});
