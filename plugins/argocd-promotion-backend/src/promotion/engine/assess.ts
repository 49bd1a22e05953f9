import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { chartKey, chartsOf } from '../../deployments/charts';
import { DeployedApplicationState } from '../../deployments/types';
import { FollowedApplication } from '../types';

/** How far an Application is on its way to run a promotion. */
export interface Verdict {
  phase:
    | 'comparing'
    | 'needs-sync'
    | 'needs-people'
    | 'awaits-sync'
    | 'syncing'
    | 'failing'
    | 'failed'
    | 'verifying'
    | 'rolling-out'
    | 'done';
  message: string;
}

/** What was found out about revisions, by asking git. */
export interface RevisionFacts {
  /** The compared revision contains the commit, or its files hold the content still. True when it renders no edit. */
  compared: boolean;
  /** The same of the last operation's revision; when it renders no edit: that it began after the delivery. */
  operated: boolean;
  /** The compared revision comes after the commit, and its files hold nothing of the promotion any more. */
  undoneAt?: string;
}

/** Pure: judges one Application. */
export function assess(
  followed: FollowedApplication,
  state: DeployedApplicationState,
  facts: RevisionFacts,
  release: Release,
): Verdict {
  const { name } = followed;
  const { status, spec } = state.application;
  const operation = status?.operationState;
  const automated =
    Boolean(spec.syncPolicy?.automated) &&
    spec.syncPolicy?.automated?.enabled !== false;
  const stale = state.staleSince
    ? ` (its Argo CD does not answer since ${state.staleSince})`
    : '';

  if (facts.undoneAt)
    return {
      phase: 'failed',
      message: `The commit was reverted or overwritten in git: ${facts.undoneAt.slice(
        0,
        12,
      )}, which ${name} follows, does not pin the promoted digests`,
    };
  const trouble =
    operation && operationTrouble(name, operation, facts.operated, automated);
  if (trouble) return trouble;
  const condition = (status?.conditions ?? []).find(({ type }) =>
    /Error$/.test(type),
  );
  if (!facts.compared) {
    const why = condition ? `: ${condition.type}: ${condition.message}` : '';
    return {
      phase: 'comparing',
      message: `${name} has not compared the commit yet${why}${stale}`,
    };
  }
  if (
    operation &&
    (operation.phase === 'Running' || operation.phase === 'Terminating')
  ) {
    return {
      phase: 'syncing',
      message: `${name} syncs${
        operation.message ? `: ${operation.message}` : ''
      }`,
    };
  }
  if (status?.sync?.status !== 'Synced') {
    const why = condition ? `: ${condition.type}: ${condition.message}` : '';
    if (automated || status?.sync?.status !== 'OutOfSync') {
      const due = status?.sync?.status === 'OutOfSync';
      return {
        phase: due && !stale ? 'awaits-sync' : 'syncing',
        message: `${name} is ${
          status?.sync?.status ?? 'not compared'
        }${why}${stale}`,
      };
    }
    return {
      phase: 'needs-sync',
      message: `${name} is OutOfSync and does not sync by itself${why}${otherSync(
        operation,
        facts.operated,
      )}`,
    };
  }
  const chart = chartTrouble(followed, state);
  if (chart) return { phase: 'syncing', message: `${name}: ${chart}${stale}` };
  if (followed.images.length === 0 && !followed.charts)
    return { phase: 'done', message: `${name} is Synced` };
  const pods = podsTrouble(followed, state, release);
  const health = status.health;
  if (health?.status !== 'Healthy') {
    const parts = [
      `${name} is ${health?.status ?? 'of unknown health'}`,
      health?.message,
      pods,
    ].filter(Boolean);
    return { phase: 'verifying', message: `${parts.join(': ')}${stale}` };
  }
  if (pods) return { phase: 'verifying', message: `${name}: ${pods}${stale}` };
  if (stale)
    return { phase: 'verifying', message: `${name} looks right${stale}` };
  return {
    phase: 'done',
    message: `${name} is Synced and Healthy and ${
      followed.images.length > 0
        ? 'its Pods run the promoted digests'
        : 'renders the promoted charts'
    }`,
  };
}

/** Somebody may sync it to something else; the promotion still waits for its own. */
function otherSync(operation: Operation | undefined, ours: boolean): string {
  const { revision, revisions } = operation?.syncResult ?? {};
  const at = revisions?.[0] ?? revision;
  if (ours || operation?.phase !== 'Succeeded' || !at) return '';
  const who = operation.operation?.initiatedBy?.username;
  return `; it was last synced to ${at.slice(0, 12)}${who ? ` by ${who}` : ''}`;
}

type Operation = NonNullable<
  NonNullable<
    DeployedApplicationState['application']['status']
  >['operationState']
>;

function operationTrouble(
  name: string,
  operation: Operation,
  ours: boolean,
  automated: boolean,
): Verdict | undefined {
  const hook = (operation.syncResult?.resources ?? []).find(
    ({ hookPhase }) => hookPhase === 'Failed' || hookPhase === 'Error',
  );
  // Argo CD notes a phase for every resource that it waited for, hook or not.
  const what = hook?.hookType ? `${hook.hookType} hook` : hook?.kind;
  const cause = hook
    ? `${what} ${hook.name} failed${hook.message ? `: ${hook.message}` : ''}`
    : operation.message ?? 'no reason given';
  if (operation.phase === 'Failed' || operation.phase === 'Error') {
    return ours
      ? { phase: 'failed', message: `Sync of ${name} failed: ${cause}` }
      : undefined;
  }
  const count = operation.retryCount ?? 0;
  if (operation.phase !== 'Running' || (count === 0 && !hook)) return undefined;
  const limit = operation.operation?.retry?.limit ?? (automated ? 5 : 0);
  const retry =
    limit < 0 ? `retry ${count}, without limit` : `retry ${count} of ${limit}`;
  if (!ours) {
    return {
      phase: 'failing',
      message: `The commit waits behind an earlier sync of ${name} that fails (${retry}): ${cause}`,
    };
  }
  return {
    phase: 'failing',
    message: `Sync of ${name} is failing (${retry}): ${cause}`,
  };
}

/** An Application names its chart's version itself: until its root has changed that, it is Synced to the old one. */
function chartTrouble(
  { charts = [] }: FollowedApplication,
  { application }: DeployedApplicationState,
) {
  const runs = chartsOf(application);
  for (const wanted of charts) {
    const found = runs.find(chart => chartKey(chart) === chartKey(wanted));
    if (found?.version !== wanted.version)
      return `the chart ${wanted.chart} is at ${
        found?.version ?? 'an unknown version'
      } still`;
  }
  return undefined;
}

function podsTrouble(
  followed: FollowedApplication,
  state: DeployedApplicationState,
  release: Release,
) {
  for (const { repository, digest } of release.images) {
    if (!followed.images.includes(repository)) continue;
    const running = state.images.filter(
      image => image.repository === repository,
    );
    if (running.length === 0) return `no container runs ${repository} yet`;
    for (const image of running) {
      if (image.digest !== digest)
        return `${repository} is at ${
          image.digest ?? image.tag ?? 'an unknown digest'
        } still`;
      if (image.source !== 'pod' || !image.pods)
        return `waits for evidence of the Pods that run ${repository}`;
      const { total, matching, unverified } = image.pods;
      if (total === 0) return `no Pod runs ${repository} yet`;
      if (matching < total)
        return `${matching} of ${total} Pods run the promoted digest of ${repository}${
          unverified ? ` (${unverified})` : ''
        }`;
    }
  }
  return undefined;
}
