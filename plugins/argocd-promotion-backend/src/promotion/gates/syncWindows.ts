import { Cron } from 'croner';
import picomatch from 'picomatch';
import { SyncWindow } from '../../argocd/types';
import { goDuration } from '../../deployments/operation';

/** What a window may be about. */
export interface WindowTarget {
  name: string;
  namespace?: string;
  /** Name and server of the destination cluster. */
  clusters: string[];
}

const MINUTE = 60_000;
/** How far ahead it is looked for an opening. */
const HORIZON_MS = 60 * 24 * 60 * MINUTE;
const MAX_STEPS = 100;

/**
 * Whether sync may run at a moment, and when it may next, as Argo CD decides it
 * (https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/): a deny window that is open forbids; where there
 * are allow windows, one of them must be open.
 *
 * @param options - `manual`: whether somebody asks for the sync, which `manualSync` of all windows in the way lets through
 */
export function maySync(
  windows: SyncWindow[],
  target: WindowTarget,
  now: Date,
  { manual = false }: { manual?: boolean } = {},
): { allowed: boolean; opensAt?: Date; window?: SyncWindow } {
  const own = windows.filter(window => isAbout(window, target));
  const found = decide(own, now, manual);
  if (found.allowed) return found;
  let at = now;
  for (let i = 0; i < MAX_STEPS; i++) {
    const next = nextBoundary(own, at);
    if (!next || next.getTime() - now.getTime() > HORIZON_MS) return found;
    if (decide(own, next, manual).allowed) return { ...found, opensAt: next };
    at = next;
  }
  return found;
}

function decide(
  windows: SyncWindow[],
  at: Date,
  manual: boolean,
): { allowed: boolean; window?: SyncWindow } {
  const passes = (inTheWay: SyncWindow[]) =>
    manual && inTheWay.every(({ manualSync }) => manualSync === true);
  const denies = windows.filter(
    window => window.kind === 'deny' && openUntil(window, at),
  );
  if (denies.length > 0)
    return passes(denies)
      ? { allowed: true }
      : { allowed: false, window: denies[0] };
  const allows = windows.filter(({ kind }) => kind === 'allow');
  const isOpen =
    allows.length === 0 ||
    allows.some(window => openUntil(window, at)) ||
    passes(allows);
  return isOpen ? { allowed: true } : { allowed: false, window: allows[0] };
}

/** When an open window closes; undefined when it is closed. */
export function openUntil(window: SyncWindow, at: Date): Date | undefined {
  const { schedule = '', timeZone, duration } = window;
  const ms = goDuration(duration, 0);
  if (ms <= 0) return undefined;
  // A second later, so that a start at this very moment is among those before it.
  const [start] =
    cronOf(schedule, timeZone)?.previousRuns(
      1,
      new Date(at.getTime() + 1_000),
    ) ?? [];
  const end = start && new Date(start.getTime() + ms);
  return end && start <= at && at < end ? end : undefined;
}

/** When an open window closes for good: one that starts again before it ends stays open. */
function closes(window: SyncWindow, at: Date): Date | undefined {
  let end = openUntil(window, at);
  for (let i = 0; end && i < MAX_STEPS; i++) {
    const later = openUntil(window, end);
    if (!later) return end;
    end = later;
  }
  return end;
}

function nextBoundary(windows: SyncWindow[], at: Date): Date | undefined {
  const times = windows.flatMap(
    window =>
      closes(window, at) ??
      cronOf(window.schedule ?? '', window.timeZone)?.nextRun(at) ??
      [],
  );
  return times
    .filter(time => time > at)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}

function cronOf(schedule: string, timeZone = 'UTC'): Cron | undefined {
  try {
    return new Cron(schedule, { timezone: timeZone, mode: '5-part' });
  } catch {
    // Argo CD refuses such a window when the project is written.
    return undefined;
  }
}

function isAbout(window: SyncWindow, target: WindowTarget): boolean {
  const { applications, namespaces, clusters, andOperator } = window;
  const lists: Array<[string[] | null | undefined, string[]]> = [
    [applications, [target.name]],
    [namespaces, target.namespace ? [target.namespace] : []],
    [clusters, target.clusters],
  ];
  const given = lists.filter(([list]) => list && list.length > 0);
  const matches = given.map(([list, values]) =>
    values.some(value => picomatch.isMatch(value, list ?? [], { bash: true })),
  );
  return andOperator
    ? matches.length > 0 && matches.every(Boolean)
    : matches.some(Boolean);
}
