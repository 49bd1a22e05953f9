import { Cron } from 'croner';
import { durationMs } from '../cluster/rollouts/steps';
import { glob } from './targets';
import { Application, AppProject } from './types';

export type SyncWindow = NonNullable<AppProject['spec']['syncWindows']>[number];

/** The windows of a project that are about this Application. */
export function windowsOf(
  app: Application,
  project: AppProject | undefined,
): SyncWindow[] {
  const { namespace, server, name } = app.spec.destination;
  return (project?.spec.syncWindows ?? []).filter(window => {
    const fits = (
      patterns: string[] | undefined,
      values: Array<string | undefined>,
    ) =>
      patterns?.length
        ? patterns.some(pattern =>
            values.some(value => value && glob(pattern, value)),
          )
        : undefined;
    const answers = [
      fits(window.applications, [app.metadata.name]),
      fits(window.namespaces, [namespace]),
      fits(window.clusters, [server, name]),
    ].filter(answer => answer !== undefined);
    return window.andOperator
      ? answers.length > 0 && answers.every(Boolean)
      : answers.some(Boolean);
  });
}

/** Whether a window is open: its last start is no longer ago than it lasts. */
export function isOpen(window: SyncWindow, now: number): boolean {
  const cron = new Cron(window.schedule, {
    timezone: window.timeZone ?? 'UTC',
    mode: '5-part',
    paused: true,
  });
  const start = cron.nextRun(new Date(now - durationMs(window.duration)));
  return start !== null && start.getTime() <= now;
}

/** Whether a sync may run now: an open window that denies forbids, and where windows allow, one must be open. */
export function maySync(
  windows: SyncWindow[],
  now: number,
  manual: boolean,
): boolean {
  const open = windows.filter(window => isOpen(window, now));
  const people = (some: SyncWindow[]) =>
    manual && some.every(({ manualSync }) => manualSync === true);
  const denying = open.filter(({ kind }) => kind === 'deny');
  if (denying.length > 0) return people(denying);
  const allowing = windows.filter(({ kind }) => kind === 'allow');
  return (
    allowing.length === 0 ||
    open.some(({ kind }) => kind === 'allow') ||
    people(allowing)
  );
}

/** As the API tells of them. */
export function toldWindows(windows: SyncWindow[], now: number): object {
  const told = (some: SyncWindow[]) =>
    some.map(({ kind, schedule, duration, manualSync }) => ({
      kind,
      schedule,
      duration,
      ...(manualSync ? { manualSync } : {}),
    }));
  const open = windows.filter(window => isOpen(window, now));
  return {
    ...(open.length > 0 ? { activeWindows: told(open) } : {}),
    ...(windows.length > 0 ? { assignedWindows: told(windows) } : {}),
    ...(maySync(windows, now, true) ? { canSync: true } : {}),
  };
}
