import { streamRecording } from '../contract/__testUtils__/recordings';
import { duration, kitchenTime, retryDelay, selfHealDelay } from './backoff';

describe('retryDelay', () => {
  it('waits as long as a real Argo CD did between the attempts of a failing hook', () => {
    const retries = new Map<
      number,
      { finishedAt: string; startedAgainMs: number }
    >();
    const messages = streamRecording('move-hook-fails-stream').messages;
    const failed = new Map<number, number>();
    for (const { atMs, line } of messages) {
      const { retryCount = 0, message = '' } =
        line.result.application.status.operationState ?? {};
      if (message.includes('Retrying attempt') && !failed.has(retryCount))
        failed.set(retryCount, atMs);
      if (message.startsWith('Retrying operation') && !retries.has(retryCount))
        retries.set(retryCount, { finishedAt: '', startedAgainMs: atMs });
    }
    expect([...failed.keys()]).toEqual([1, 2, 3, 4, 5]);
    for (const [count, failedAt] of failed) {
      const waited = (retries.get(count)?.startedAgainMs ?? 0) - failedAt;
      const expected = retryDelay({ limit: 5 }, count);
      expect(Math.abs(waited - expected)).toBeLessThan(expected * 0.25 + 2_000);
    }
  });

  it('grows by the factor and ends at the longest pause', () => {
    const retry = {
      backoff: { duration: '1s', factor: 3, maxDuration: '20s' },
    };
    expect([1, 2, 3, 4].map(count => retryDelay(retry, count))).toEqual([
      3_000, 9_000, 20_000, 20_000,
    ]);
  });
});

it.each([
  ['5s', 5_000],
  ['1m30s', 90_000],
  ['250ms', 250],
  ['2h', 7_200_000],
  ['7', 7_000],
  [undefined, 1],
  ['soon', 1],
])('reads the duration %s as %d ms', (text, ms) => {
  expect(duration(text, 1)).toBe(ms);
});

it.each([
  ['2026-01-01T00:05:00Z', '12:05AM'],
  ['2026-01-01T11:59:59Z', '11:59AM'],
  ['2026-01-01T12:00:00Z', '12:00PM'],
  ['2026-01-01T23:07:00Z', '11:07PM'],
])('writes %s as %s', (time, text) => {
  expect(kitchenTime(Date.parse(time))).toBe(text);
});

it('heals at once, and then ever more slowly', () => {
  expect(
    [0, 1, 2, 3, 20].map(attempts => selfHealDelay(attempts, 2_000)),
  ).toEqual([0, 2_000, 6_000, 18_000, 300_000]);
});
