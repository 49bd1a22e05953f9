import { SyncWindow } from '../../argocd/types';
import { readRecording } from '../../__testUtils__/recordings';
import { maySync, openUntil } from './syncWindows';

const target = {
  name: 'checkout-prod',
  namespace: 'shop',
  clusters: ['in-cluster', 'https://kubernetes.default.svc'],
};
const told = (windows: SyncWindow[], now: string) => {
  const { allowed, opensAt } = maySync(windows, target, new Date(now));
  return [allowed, opensAt?.toISOString()];
};
const window = (rest: Partial<SyncWindow>): SyncWindow => ({
  schedule: '0 9 * * 1-5',
  duration: '8h',
  applications: ['*'],
  ...rest,
});

describe('sync windows', () => {
  it('are read as a real AppProject has them', () => {
    const { spec } = readRecording('project-get.json').response.body as {
      spec: { syncWindows: SyncWindow[] };
    };
    // Friday 22:00 in Berlin, for two days.
    expect(told(spec.syncWindows, '2026-11-27T20:59:00Z')).toEqual([
      true,
      undefined,
    ]);
    expect(told(spec.syncWindows, '2026-11-27T21:00:00Z')).toEqual([
      false,
      '2026-11-29T21:00:00.000Z',
    ]);
    const other = { ...target, name: 'checkout-dev' };
    expect(
      maySync(spec.syncWindows, other, new Date('2026-11-28T00:00:00Z'))
        .allowed,
    ).toBe(true);
  });

  it('wait for an allow window where there is one', () => {
    const allow = window({ kind: 'allow' });
    expect(told([allow], '2026-11-25T10:00:00Z')).toEqual([true, undefined]);
    // Friday evening: the next is on Monday.
    expect(told([allow], '2026-11-27T18:00:00Z')).toEqual([
      false,
      '2026-11-30T09:00:00.000Z',
    ]);
  });

  it('deny though an allow window is open, until it closes', () => {
    const windows = [
      window({ kind: 'allow' }),
      window({ kind: 'deny', schedule: '0 12 * * *', duration: '2h30m' }),
    ];
    expect(told(windows, '2026-11-25T12:30:00Z')).toEqual([
      false,
      '2026-11-25T14:30:00.000Z',
    ]);
  });

  it('that never open are told without a time', () => {
    const allow = window({ kind: 'allow', schedule: '0 0 30 2 *' });
    expect(told([allow], '2026-11-25T12:30:00Z')).toEqual([false, undefined]);
  });

  it.each<[Partial<SyncWindow>, boolean]>([
    [{ applications: ['checkout-*'] }, false],
    [{ applications: ['ledger-*'] }, true],
    [{ applications: [], namespaces: ['shop'] }, false],
    [{ applications: null, clusters: ['https://kubernetes.*'] }, false],
    [{ applications: ['ledger-*'], namespaces: ['shop'] }, false],
    [
      { applications: ['ledger-*'], namespaces: ['shop'], andOperator: true },
      true,
    ],
    [{ applications: ['*'], namespaces: ['shop'], andOperator: true }, false],
    [{ applications: [], namespaces: [], clusters: [] }, true],
  ])('are about %j', (rest, allowed) => {
    const deny = window({ kind: 'deny', schedule: '* * * * *', ...rest });
    expect(told([deny], '2026-11-25T12:30:00Z')[0]).toBe(allowed);
  });

  it('let a sync through that somebody asks for, when each of them says so', () => {
    const deny = window({ kind: 'deny', schedule: '* * * * *' });
    const allow = window({ kind: 'allow', schedule: '0 0 30 2 *' });
    const may = (windows: SyncWindow[], manual: boolean) =>
      maySync(windows, target, new Date('2026-11-25T12:30:00Z'), { manual })
        .allowed;
    const manualSync = true;
    expect(may([{ ...deny, manualSync }], true)).toBe(true);
    expect(may([{ ...deny, manualSync }], false)).toBe(false);
    expect(may([{ ...deny, manualSync }, deny], true)).toBe(false);
    expect(may([{ ...allow, manualSync }], true)).toBe(true);
    expect(may([{ ...allow, manualSync }, allow], true)).toBe(false);
    expect(may([{ ...allow, manualSync }], false)).toBe(false);
  });

  it('keep local time when the clocks change', () => {
    const night = window({
      kind: 'deny',
      schedule: '0 22 * * *',
      duration: '8h',
      timeZone: 'Europe/Berlin',
    });
    // A duration is by the clock on nobody's wall: eight hours from 22:00 end at 05:00 when an hour comes twice.
    expect(openUntil(night, new Date('2026-10-24T21:00:00Z'))).toEqual(
      new Date('2026-10-25T04:00:00Z'),
    );
    expect(openUntil(night, new Date('2026-10-25T21:30:00Z'))).toEqual(
      new Date('2026-10-26T05:00:00Z'),
    );
    expect(openUntil(night, new Date('2026-10-25T20:30:00Z'))).toBeUndefined();
  });

  it('reach over midnight, and are nothing when Argo CD would refuse them', () => {
    const night = window({ schedule: '0 22 * * *', duration: '8h' });
    expect(openUntil(night, new Date('2026-11-25T03:00:00Z'))).toEqual(
      new Date('2026-11-25T06:00:00Z'),
    );
    const broken = { ...night, schedule: 'whenever' };
    expect(openUntil(broken, new Date())).toBeUndefined();
    expect(openUntil({ ...night, duration: '' }, new Date())).toBeUndefined();
  });
});
