import { ApplicationStatus } from './types';

/** The conditions of an Application: what was found now, with the times of what was there before, and what stays. */
export function conditions(
  status: ApplicationStatus,
  found: Array<{ type: string; message: string }>,
  now: string,
  mode?: 'keep' | 'SyncError',
): ApplicationStatus['conditions'] {
  const kept = (status.conditions ?? []).filter(
    item =>
      (mode === 'keep' && item.type === 'SyncError') ||
      (mode === 'SyncError' && item.type === 'SharedResourceWarning'),
  );
  const next = found.map(item => {
    const before = status.conditions?.find(
      old => old.type === item.type && old.message === item.message,
    );
    return before ?? { ...item, lastTransitionTime: now };
  });
  const all = [...kept, ...next];
  return all.length > 0 ? all : undefined;
}
