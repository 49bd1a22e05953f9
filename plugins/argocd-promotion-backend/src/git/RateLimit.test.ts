import { RateLimit } from './RateLimit';

describe('RateLimit', () => {
  const start = Date.parse('2026-03-01T10:00:00Z');
  let now: number;
  let limit: RateLimit;

  beforeEach(() => {
    now = start;
    limit = new RateLimit(() => now);
  });

  it.each([
    ['seconds', 429, { 'retry-after': '7' }, 7_000],
    ['a date', 429, { 'retry-after': 'Sun, 01 Mar 2026 10:00:30 GMT' }, 30_000],
    ['nothing', 429, {}, 60_000],
    ['nonsense', 429, { 'retry-after': 'soon' }, 60_000],
    ['far too long', 429, { 'retry-after': '999999' }, 3_600_000],
    [
      'a spent budget',
      403,
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(start / 1000 + 90),
      },
      90_000,
    ],
    ['a secondary limit', 403, { 'retry-after': '60' }, 60_000],
    ['maintenance', 503, { 'retry-after': '3' }, 3_000],
  ])('keeps to %s', (_, status, headers, expected) => {
    expect(limit.learn(status, headers)).toBe(true);
    expect(limit.remainingMs).toBe(expected);
    expect(() => limit.check('The git host')).toThrow(
      new Date(start + expected).toISOString(),
    );
    now += expected;
    expect(() => limit.check('The git host')).not.toThrow();
  });

  it.each([
    [403, {}],
    [403, { 'x-ratelimit-remaining': '12' }],
    [200, { 'x-ratelimit-remaining': '0' }],
    [503, {}],
  ])('lets %s pass', (status, headers) => {
    expect(limit.learn(status, headers)).toBe(false);
    expect(limit.remainingMs).toBe(0);
  });
});
