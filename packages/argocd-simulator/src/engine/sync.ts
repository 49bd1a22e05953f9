import { apply } from '../cluster/apply';
import { Clock } from '../clock/Clock';
import {
  imagesIn,
  keyOf,
  refOf,
  timestamp,
  versionOf,
} from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { ManagedResource } from './compare';
import { healthOf } from './health';
import {
  Application,
  OperationPhase,
  OperationState,
  ResourceResult,
  SyncOperation,
} from './types';
import { deletePolicies, planTasks, SyncTask } from './waves';

/** What a sync run needs of its surroundings. */
export interface SyncContext {
  store: ObjectStore;
  clock: Clock;
  startDelay: number;
  waveDelay: number;
  /** Waits for a change of the Application's objects; false when the operation is to end. */
  wait(): Promise<boolean>;
  persist(change: Partial<OperationState>): void;
  terminating(): boolean;
}

export interface SyncOutcome {
  phase: OperationPhase;
  message: string;
}

function describe(task: SyncTask): string {
  return `${task.ref.group}/${task.ref.kind}/${task.ref.name}`;
}

function resultOf(task: SyncTask): ResourceResult {
  const object = task.target;
  const images = object ? imagesIn(object) : [];
  return {
    group: task.ref.group,
    version: object ? versionOf(object.apiVersion) : 'v1',
    kind: task.ref.kind,
    namespace: task.ref.namespace,
    name: task.ref.name,
    ...(task.hookType ? { hookType: task.hookType } : {}),
    hookPhase: 'Running',
    syncPhase: task.phase,
    ...(images.length ? { images } : {}),
  };
}

/** One attempt of a sync: wave after wave, hooks and all. */
export async function runSync(
  context: SyncContext,
  app: Application,
  operation: SyncOperation,
  managed: ManagedResource[],
  base: { revision: string; source: { repoURL: string } },
): Promise<SyncOutcome> {
  const { store, clock } = context;
  const all = tasksOf(store, app, operation, managed);
  const tasks = all.filter(({ phase }) => phase !== 'SyncFail');
  const onFailure = all.filter(({ phase }) => phase === 'SyncFail');
  const results = new Map<SyncTask, ResourceResult>();
  const result = () => ({
    ...(results.size ? { resources: [...results.values()] } : {}),
    ...base,
  });
  const persist = (message?: string) =>
    context.persist({ ...(message ? { message } : {}), syncResult: result() });
  const groups = groupTasks(tasks);
  persist();
  await clock.sleep(context.startDelay);
  for (const [index, group] of groups.entries()) {
    const final = index === groups.length - 1;
    if (await deleteOldHooks(context, group, persist)) {
      if (context.terminating())
        return terminate(context, group, results, persist);
    }
    const failure = runGroup(context, group, results, operation);
    if (failure) {
      persist();
      await runFailHooks(context, onFailure, results, persist);
      return {
        phase: 'Failed',
        message: `one or more objects failed to apply, reason: ${failure}`,
      };
    }
    if (operation.dryRun) continue;
    if (final && group.every(task => !task.hookType)) {
      persist();
      return {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
      };
    }
    if (!final) await clock.sleep(context.waveDelay);
    let first = true;
    for (;;) {
      const running = assess(store, group, results);
      if (running.length === 0 && !first) break;
      const shown = running.length > 0 ? running : group;
      persist(waitingMessage(shown));
      if (running.length === 0) break;
      first = false;
      if (!(await context.wait()))
        return terminate(context, group, results, persist);
    }
    if (group.some(task => results.get(task)?.hookPhase === 'Failed')) {
      persist();
      removeHooks(store, group, 'HookFailed');
      await runFailHooks(context, onFailure, results, persist);
      return {
        phase: 'Failed',
        message: 'one or more synchronization tasks completed unsuccessfully',
      };
    }
  }
  persist();
  removeHooks(store, tasks, 'HookSucceeded');
  return { phase: 'Succeeded', message: 'successfully synced (no more tasks)' };
}

/** What is to be done when a sync has failed: all at once, and whatever comes of it, the sync has failed. */
async function runFailHooks(
  context: SyncContext,
  hooks: SyncTask[],
  results: Map<SyncTask, ResourceResult>,
  persist: (message?: string) => void,
): Promise<void> {
  if (hooks.length === 0) return;
  await deleteOldHooks(context, hooks, persist);
  runGroup(context, hooks, results, {});
  for (;;) {
    const running = assess(context.store, hooks, results);
    persist(running.length > 0 ? waitingMessage(running) : undefined);
    if (running.length === 0) break;
    if (!(await context.wait())) break;
  }
  removeHooks(context.store, hooks, 'HookSucceeded');
}

function tasksOf(
  store: ObjectStore,
  app: Application,
  operation: SyncOperation,
  managed: ManagedResource[],
): SyncTask[] {
  const chosen = (ref: { group: string; kind: string; name: string }) =>
    !operation.resources?.length ||
    operation.resources.some(
      item =>
        (item.group ?? '') === ref.group &&
        item.kind === ref.kind &&
        item.name === ref.name,
    );
  const targets = managed.flatMap(item =>
    item.target && chosen(refOf(item.target)) ? [item.target] : [],
  );
  const prune = managed.flatMap(item =>
    !item.target && item.live && !item.hook && chosen(refOf(item.live))
      ? [item.live]
      : [],
  );
  const tasks = planTasks({
    targets,
    prune,
    hooks: !operation.resources?.length,
  });
  const namespace = app.spec.destination.namespace ?? '';
  const ref = { group: '', kind: 'Namespace', namespace: '', name: namespace };
  const wanted =
    operation.syncOptions?.includes('CreateNamespace=true') &&
    namespace &&
    !store.get(ref);
  if (wanted && !tasks.some(task => keyOf(task.ref) === keyOf(ref))) {
    const wave =
      Math.min(
        0,
        ...tasks
          .filter(task => task.phase === 'PreSync')
          .map(task => task.wave),
      ) - 1;
    tasks.unshift({
      phase: 'PreSync',
      wave,
      ref,
      target: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      },
    });
  }
  return tasks;
}

function groupTasks(tasks: SyncTask[]): SyncTask[][] {
  const groups: SyncTask[][] = [];
  for (const task of tasks) {
    const group = groups[groups.length - 1];
    if (group && group[0].phase === task.phase && group[0].wave === task.wave)
      group.push(task);
    else groups.push([task]);
  }
  return groups;
}

async function deleteOldHooks(
  context: SyncContext,
  group: SyncTask[],
  persist: (message: string) => void,
): Promise<boolean> {
  const old = group.filter(
    task =>
      task.hookType &&
      task.target &&
      deletePolicies(task.target).includes('BeforeHookCreation') &&
      context.store.get(task.ref),
  );
  if (old.length === 0) return false;
  for (const task of old) context.store.delete(task.ref);
  persist(
    `waiting for deletion of hook ${describe(old[0])}${more(
      old.length,
      'hooks',
    )}`,
  );
  await context.clock.sleep(context.waveDelay);
  return true;
}

function runGroup(
  context: SyncContext,
  group: SyncTask[],
  results: Map<SyncTask, ResourceResult>,
  operation: SyncOperation,
): string | undefined {
  let failure: string | undefined;
  for (const task of group) {
    const result = resultOf(task);
    results.set(task, result);
    if (operation.dryRun) {
      result.status = 'Synced';
      result.message = `${task.ref.kind.toLowerCase()}/${
        task.ref.name
      } configured (dry run)`;
    } else if (!task.target) {
      if (operation.prune) {
        context.store.delete(task.ref);
        Object.assign(result, {
          status: 'Pruned',
          message: 'pruned',
          hookPhase: 'Running',
        });
      } else {
        Object.assign(result, {
          status: 'PruneSkipped',
          message: 'ignored (requires pruning)',
          hookPhase: 'Succeeded',
        });
      }
    } else {
      try {
        const outcome = apply(context.store, task.target, {
          manager: 'argocd-controller',
          now: context.clock.now(),
        });
        const { group: apiGroup, kind, name } = task.ref;
        result.status = 'Synced';
        result.message = `${kind.toLowerCase()}${
          apiGroup ? `.${apiGroup}` : ''
        }/${name} ${outcome}`;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        Object.assign(result, {
          status: 'SyncFailed',
          hookPhase: 'Failed',
          message: failure,
        });
      }
    }
  }
  return failure;
}

/** Brings the results up to what the cluster shows; returns what still runs. */
function assess(
  store: ObjectStore,
  group: SyncTask[],
  results: Map<SyncTask, ResourceResult>,
): SyncTask[] {
  return group.filter(task => {
    const result = results.get(task);
    if (!result || result.hookPhase !== 'Running') return false;
    const live = store.get(task.ref);
    if (!task.target) {
      if (live) return true;
      result.hookPhase = 'Succeeded';
      return false;
    }
    const health = live && healthOf(live);
    const status =
      health?.status ?? (task.hookType && !live ? 'Degraded' : 'Healthy');
    if (status === 'Degraded') result.hookPhase = 'Failed';
    else if (status === 'Healthy' || status === 'Suspended')
      result.hookPhase = 'Succeeded';
    else return true;
    if (health?.message && (task.hookType || status === 'Degraded'))
      result.message = health.message;
    return false;
  });
}

function waitingMessage(tasks: SyncTask[]): string {
  const hooks = tasks.filter(task => task.hookType);
  const shown = hooks.length ? hooks : tasks;
  return hooks.length
    ? `waiting for completion of hook ${describe(shown[0])}${more(
        shown.length,
        'hooks',
      )}`
    : `waiting for healthy state of ${describe(shown[0])}${more(
        shown.length,
        'resources',
      )}`;
}

function more(count: number, what: string): string {
  return count > 1 ? ` and ${count - 1} more ${what}` : '';
}

function removeHooks(
  store: ObjectStore,
  tasks: SyncTask[],
  policy: string,
): void {
  for (const task of tasks) {
    if (
      task.hookType &&
      task.target &&
      deletePolicies(task.target).includes(policy)
    )
      store.delete(task.ref);
  }
}

function terminate(
  context: SyncContext,
  group: SyncTask[],
  results: Map<SyncTask, ResourceResult>,
  persist: () => void,
): SyncOutcome {
  for (const task of group) {
    const result = results.get(task);
    if (task.hookType && result?.hookPhase === 'Running') {
      context.store.delete(task.ref);
      Object.assign(result, { hookPhase: 'Failed', message: 'Terminated' });
    }
  }
  persist();
  return { phase: 'Failed', message: 'Operation terminated' };
}

export function startedState(
  app: Application,
  now: number,
): OperationState | undefined {
  return (
    app.operation && {
      operation: app.operation,
      phase: 'Running',
      startedAt: timestamp(now),
    }
  );
}
