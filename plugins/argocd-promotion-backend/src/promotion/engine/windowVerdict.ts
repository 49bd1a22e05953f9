import { stringifyError } from '@backstage/errors';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { SyncWindow } from '../../argocd/types';
import { DeployedApplicationState } from '../../deployments/types';
import { maySync } from '../gates/syncWindows';
import { applicationKey, FollowedApplication } from '../types';
import { Verdict } from './assess';
import { EngineContext } from './EngineContext';

/** A closed window is looked at again and again; losing this costs only requests. */
const read = new WeakMap<
  ArgocdClient,
  Map<string, { at: number; windows: Promise<SyncWindow[]> }>
>();
const READ_AGAIN_MS = 30_000;

async function windowsOf(
  instance: string,
  project: string,
  context: EngineContext,
): Promise<SyncWindow[]> {
  const client = context.argocd(instance);
  if (!client) return [];
  const known = read.get(client) ?? new Map();
  read.set(client, known);
  const now = context.now().getTime();
  const before = known.get(project);
  if (before && now - before.at < READ_AGAIN_MS) return before.windows;
  const windows = client.getSyncWindows(project);
  known.set(project, { at: now, windows });
  windows.catch(() => known.delete(project));
  return windows;
}

/**
 * Automated sync that is due may be forbidden by a window of the AppProject: then the time that Argo CD gets does not run,
 * and it is said when the window opens. Undefined when nothing forbids it, or it can't be known.
 */
export async function windowVerdict(
  followed: FollowedApplication,
  state: DeployedApplicationState,
  context: EngineContext,
): Promise<Verdict | undefined> {
  const { name, instance } = followed;
  const { project, destination } = state.application.spec;
  try {
    const windows = await windowsOf(instance, project, context);
    const clusters = [destination?.name, destination?.server];
    const answer = maySync(
      windows,
      {
        name,
        ...(destination?.namespace ? { namespace: destination.namespace } : {}),
        clusters: clusters.filter(cluster => cluster !== undefined),
      },
      context.now(),
    );
    if (answer.allowed) return undefined;
    const { kind, schedule } = answer.window!;
    const opens = answer.opensAt
      ? `, and lets it run at ${answer.opensAt.toISOString()}`
      : '';
    return {
      phase: 'needs-people',
      message: `${name} is OutOfSync: a sync window of the AppProject ${project} (${kind} ${schedule}) forbids automated sync${opens}. It syncs by itself then, or when somebody presses Sync where the window allows that`,
    };
  } catch (error) {
    // Only the words are missing then, and the deadline of a sync counts.
    context.logger.debug(
      `The sync windows of ${applicationKey(
        followed,
      )} were not read: ${stringifyError(error)}`,
    );
    return undefined;
  }
}
