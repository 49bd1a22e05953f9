import { isOpen, maySync, SyncWindow, windowsOf } from './syncWindows';
import { Application, AppProject } from './types';

const weekend: SyncWindow = {
  kind: 'deny',
  schedule: '0 22 * * 5',
  duration: '48h',
  timeZone: 'Europe/Berlin',
  applications: ['*-prod'],
};
const nightly: SyncWindow = {
  kind: 'allow',
  schedule: '0 1 * * *',
  duration: '1h30m',
  namespaces: ['pay-*'],
};
const at = (time: string) => Date.parse(time);
const app = (name: string, namespace: string) =>
  ({
    metadata: { name },
    spec: { destination: { namespace, name: 'in-cluster' } },
  } as Application);
const project = (...syncWindows: SyncWindow[]) =>
  ({ spec: { syncWindows } } as unknown as AppProject);

describe('sync windows', () => {
  it('are open from their start, in their time zone, for as long as they last', () => {
    const times = [
      '2026-11-20T20:59:59Z',
      '2026-11-20T21:00:00Z',
      '2026-11-22T20:59:59Z',
      '2026-11-22T21:00:01Z',
    ];
    expect(times.map(time => isOpen(weekend, at(time)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('are about Applications, namespaces or clusters, or with andOperator all of these', () => {
    const all = project(weekend, nightly);
    expect(windowsOf(app('a-prod', 'shop'), all)).toEqual([weekend]);
    expect(windowsOf(app('a-prod', 'pay-1'), all)).toEqual([weekend, nightly]);
    expect(windowsOf(app('a', 'shop'), all)).toEqual([]);
    const both = { ...weekend, namespaces: ['pay-*'], andOperator: true };
    expect(windowsOf(app('a-prod', 'shop'), project(both))).toEqual([]);
    expect(windowsOf(app('a-prod', 'pay-1'), project(both))).toEqual([both]);
  });

  it('forbid by denying, and by allowing at another time; people only where they are told so', () => {
    const saturday = at('2026-11-21T12:00:00Z');
    const monday = at('2026-11-23T12:00:00Z');
    const night = at('2026-11-23T02:29:00Z');
    const manual = (window: SyncWindow) => ({ ...window, manualSync: true });
    expect(maySync([weekend], saturday, false)).toBe(false);
    expect(maySync([weekend], saturday, true)).toBe(false);
    expect(maySync([manual(weekend)], saturday, true)).toBe(true);
    expect(maySync([manual(weekend)], saturday, false)).toBe(false);
    expect(maySync([manual(weekend), weekend], saturday, true)).toBe(false);
    expect(maySync([weekend], monday, false)).toBe(true);
    expect(maySync([nightly], monday, false)).toBe(false);
    expect(maySync([manual(nightly)], monday, true)).toBe(true);
    expect(maySync([nightly], night, false)).toBe(true);
    expect(
      maySync([nightly, { ...weekend, schedule: '0 2 * * *' }], night, false),
    ).toBe(false);
    expect(maySync([], monday, false)).toBe(true);
  });
});
