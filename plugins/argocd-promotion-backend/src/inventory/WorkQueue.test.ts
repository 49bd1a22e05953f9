import { until } from '../__testUtils__/until';
import { WorkQueue } from './WorkQueue';

describe('WorkQueue', () => {
  const setup = (limits = {}) => {
    const running: string[] = [];
    const done: string[] = [];
    const ends = new Map<string, () => void>();
    let most = 0;
    const queue = new WorkQueue({
      limits: {
        concurrency: 3,
        aheadConcurrency: 1,
        aheadIntervalMs: 0,
        ...limits,
      },
      work: async key => {
        running.push(key);
        most = Math.max(most, running.length);
        await new Promise<void>(resolve => ends.set(key, resolve));
        running.splice(running.indexOf(key), 1);
        done.push(key);
      },
    });
    const end = async (key: string) => {
      ends.get(key)?.();
      await until(() => (done.includes(key) ? true : undefined));
    };
    return { queue, running, done, end, ends, most: () => most };
  };

  it('does what somebody waits for first, and leaves work ahead few places', async () => {
    const { queue, running, end } = setup();
    ['a', 'b', 'c'].forEach(key => queue.add(key, 'ahead'));
    expect(running).toEqual(['a']);
    ['x', 'y', 'z'].forEach(key => queue.add(key, 'watched'));
    expect(running).toEqual(['a', 'x', 'y']);
    queue.add('c', 'watched');
    await end('a');
    expect(running).toEqual(['x', 'y', 'z']);
    await end('x');
    expect(running).toEqual(['y', 'z', 'c']);
    await end('y');
    expect(running).toEqual(['z', 'c', 'b']);
    expect(queue.waiting).toBe(0);
  });

  it('never does one thing twice at once, and once more when it was wanted meanwhile', async () => {
    const { queue, running, done, end } = setup();
    queue.add('a', 'watched');
    queue.add('a', 'watched');
    expect(running).toEqual(['a']);
    await end('a');
    await until(() => (running.length === 1 ? true : undefined));
    done.length = 0;
    await end('a');
    expect(running).toEqual([]);
  });

  it('keeps a pace when it works ahead', async () => {
    const begun: number[] = [];
    const queue = new WorkQueue({
      limits: { concurrency: 5, aheadConcurrency: 5, aheadIntervalMs: 30 },
      work: async () => void begun.push(performance.now()),
    });
    ['a', 'b', 'c', 'd'].forEach(key => queue.add(key, 'ahead'));
    await until(() => (begun.length === 4 ? true : undefined));
    expect(begun[3] - begun[0]).toBeGreaterThanOrEqual(85);
    await queue.stop();
  });

  it('begins nothing after it was stopped', async () => {
    const { queue, running, ends } = setup();
    ['a', 'b', 'c', 'd'].forEach(key => queue.add(key, 'watched'));
    const stopped = queue.stop();
    for (const end of ends.values()) end();
    await stopped;
    queue.add('e', 'watched');
    expect(running).toEqual([]);
    expect([...ends.keys()]).toEqual(['a', 'b', 'c']);
  });
});
