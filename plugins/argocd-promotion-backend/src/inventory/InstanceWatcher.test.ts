import { mockServices } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  scriptedApplication as app,
  ScriptedArgocd,
} from '../__testUtils__/ScriptedArgocd';
import { until } from '../__testUtils__/until';
import { InstanceWatcher, WatcherTiming } from './InstanceWatcher';

const started: InstanceWatcher[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(watcher => watcher.stop()));
});

function watch(
  client: ScriptedArgocd,
  options: {
    timing?: Partial<WatcherTiming>;
    random?: () => number;
    pause?: (ms: number, signal: AbortSignal) => Promise<void>;
    now?: () => Date;
  } = {},
) {
  const changes: string[] = [];
  const statuses: Array<string | undefined> = [];
  const watcher: InstanceWatcher = new InstanceWatcher({
    client,
    logger: mockServices.logger.mock(),
    onChange: keys => changes.push(...keys),
    onStatus: () => statuses.push(watcher.status.staleReason),
    pause: async () => {},
    ...options,
    timing: { relistMs: 60_000, ...options.timing },
  });
  started.push(watcher);
  watcher.start();
  const loaded = () =>
    until(() => (watcher.status.staleSince ? undefined : true));
  const version = (name: string) =>
    watcher.applications.get('argocd', name)?.metadata.resourceVersion;
  return { watcher, changes, statuses, loaded, version };
}

describe('InstanceWatcher', () => {
  it('opens the stream before it lists, and merges what came meanwhile', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '5'), app('b', '5'), app('c', '5')];
    client.whileListing = () => {
      client.streams[0].emit('MODIFIED', app('a', '6'));
      client.streams[0].emit('MODIFIED', app('b', '4'));
      client.streams[0].emit('DELETED', app('c', '7'));
      client.streams[0].emit('ADDED', app('d', '8'));
    };
    const { loaded, version, watcher } = watch(client);
    await loaded();
    await until(() => (version('d') ? true : undefined));
    expect(client.calls).toEqual(['stream', 'list']);
    expect(['a', 'b', 'c', 'd'].map(version)).toEqual([
      '6',
      '5',
      undefined,
      '8',
    ]);
    expect(watcher.status).toMatchObject({
      reachable: true,
      authenticated: true,
      loaded: true,
      version: 'v3.6.0',
    });
  });

  it('finds by listing again what the stream did not tell', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1'), app('b', '1')];
    const { loaded, version, changes } = watch(client, {
      timing: { relistMs: 20 },
    });
    await loaded();
    changes.length = 0;
    client.applications = [app('b', '2'), app('c', '3')];
    await until(() => (version('c') ? true : undefined));
    await until(() => (changes.includes('argocd/a') ? true : undefined));
    expect(['a', 'b', 'c'].map(version)).toEqual([undefined, '2', '3']);
    expect([...changes].sort()).toEqual(['argocd/a', 'argocd/b', 'argocd/c']);
    expect(client.streams).toHaveLength(1);
  });

  it('calls what it knows stale when the stream is cut, and lists again after it is open', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1')];
    let go = () => {};
    const paused = () => new Promise<void>(resolve => (go = resolve));
    const cutAt = new Date('2026-05-01T10:00:00Z');
    const { loaded, version, watcher, statuses } = watch(client, {
      pause: paused,
      now: () => cutAt,
    });
    await loaded();
    client.applications = [app('a', '1'), app('b', '2')];
    client.streams[0].end();
    await until(() => watcher.status.staleSince);
    expect(watcher.status).toMatchObject({
      reachable: false,
      loaded: true,
      staleSince: cutAt,
      staleReason: 'the stream was cut',
    });
    expect(version('a')).toBe('1');
    go();
    await loaded();
    expect(version('b')).toBe('2');
    expect(client.calls).toEqual(['stream', 'list', 'stream', 'list']);
    expect(statuses).toEqual([undefined, 'the stream was cut', undefined]);
    go();
  });

  it('does not trust a list during which the stream broke', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1')];
    let broken = false;
    client.whileListing = async () => {
      if (broken) return;
      broken = true;
      client.streams[0].end();
      await new Promise(resolve => setImmediate(resolve));
    };
    const { loaded, statuses } = watch(client);
    await loaded();
    expect(client.calls).toEqual(['stream', 'list', 'stream', 'list']);
    expect(statuses[0]).toBe('the stream was cut');
  });

  it('opens another stream when nothing comes over one, and does not call stale what lists confirm', async () => {
    const client = new ScriptedArgocd();
    const { loaded, statuses } = watch(client, { timing: { idleMs: 60 } });
    await loaded();
    await until(() => (client.streams.length > 1 ? true : undefined));
    expect(statuses).toEqual([undefined]);
  });

  it('opens another stream when only lists tell of changes: the connection is half open', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1')];
    const { loaded, statuses, version, watcher } = watch(client, {
      timing: { relistMs: 20, graceMs: 20 },
    });
    await loaded();
    client.applications = [app('a', '2')];
    await until(() => (client.streams.length > 1 ? true : undefined));
    expect(version('a')).toBe('2');
    expect(statuses).toEqual([undefined]);
    expect(watcher.status.missedEvents).toBe(1);
  });

  it('keeps a stream that is only a little behind a list', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1')];
    const { loaded, watcher } = watch(client, {
      timing: { relistMs: 20, graceMs: 400 },
    });
    await loaded();
    client.applications = [app('a', '2')];
    await until(() => watcher.status.missedEvents || undefined);
    client.streams[0].emit('MODIFIED', app('a', '2'));
    const lists = client.calls.length + 3;
    await until(() => (client.calls.length > lists ? true : undefined));
    expect(client.streams).toHaveLength(1);
  });

  it('does not believe a list that breaks off, but what it told of the known is kept and told', async () => {
    const client = new ScriptedArgocd();
    client.applications = [app('a', '1')];
    const { loaded, version, changes, watcher } = watch(client, {
      timing: { relistMs: 20 },
      pause: async (_, signal) =>
        new Promise(resolve => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        }),
    });
    await loaded();
    changes.length = 0;
    client.applications = [app('a', '2'), app('ghost', '3')];
    client.breakList = new ServiceUnavailableError('cut');
    await until(() => watcher.status.staleSince);
    expect(version('a')).toBe('2');
    expect(version('ghost')).toBeUndefined();
    expect(changes).toContain('argocd/a');
  });

  it('says when the token is of one project', async () => {
    const client = new ScriptedArgocd();
    client.username = 'proj:shop:backstage';
    const { loaded, watcher } = watch(client);
    await loaded();
    expect(watcher.status.project).toBe('shop');
  });

  it('keeps a stream on which something comes, be it slow', async () => {
    const client = new ScriptedArgocd();
    const { loaded, version } = watch(client, { timing: { idleMs: 400 } });
    await loaded();
    const begin = Date.now();
    for (let i = 1; Date.now() - begin < 900; i += 1) {
      client.streams[0].emit('MODIFIED', app('a', String(i)));
      await until(() => (version('a') === String(i) ? true : undefined));
    }
    expect(client.streams).toHaveLength(1);
  });

  it('waits longer after each failure, up to a limit and with jitter, and begins anew after success', async () => {
    const client = new ScriptedArgocd();
    client.down = new ServiceUnavailableError('down');
    const pauses: number[] = [];
    let left = 8;
    const { loaded } = watch(client, {
      random: () => (pauses.length % 2 === 0 ? 1 : 0),
      pause: async ms => {
        pauses.push(ms);
        left -= 1;
        if (left === 0) client.down = undefined;
      },
    });
    await loaded();
    expect(pauses).toEqual([
      1_000, 1_000, 4_000, 4_000, 16_000, 16_000, 60_000, 30_000,
    ]);
    client.down = new ServiceUnavailableError('down again');
    left = 2;
    client.streams[0].end();
    await until(() => (pauses.length === 10 ? true : undefined));
    await loaded();
    expect(pauses.slice(8)).toEqual([1_000, 500]);
  });

  it('tells credentials that are not accepted from a server that does not answer', async () => {
    const client = new ScriptedArgocd();
    client.loggedIn = false;
    const { watcher } = watch(client, {
      pause: async (_, signal) =>
        new Promise(resolve => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        }),
    });
    await until(() => (watcher.status.reachable ? true : undefined));
    expect(watcher.status).toMatchObject({
      reachable: true,
      authenticated: false,
      loaded: false,
      staleReason: 'its credentials are not accepted',
    });
  });

  it('says when the account sees nothing', async () => {
    const { loaded, watcher } = watch(new ScriptedArgocd());
    await loaded();
    expect(watcher.status.seesNothing).toBe(true);
  });
});
