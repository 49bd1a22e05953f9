import { KubernetesObject } from '../ports';
import { Clock } from '../clock/Clock';
import { ObjectStore, StoreEvent } from '../cluster/ObjectStore';
import { Timings } from '../cluster/timings';
import {
  listAt,
  ObjectRef,
  ownersOf,
  refOf,
  textAt,
  timestamp,
  uidOf,
} from '../cluster/objects';
import { retryDelay, kitchenTime } from './backoff';
import { decideAutoSync } from './autoSync';
import { compare, ManagedResource, trackedBy } from './compare';
import { EventLog } from './events';
import { assess } from './status';
import { runSync, startedState, SyncOutcome } from './sync';
import {
  destinationError,
  projectErrors,
  revisionFields,
  sourceFields,
  Target,
  TargetError,
  Targets,
} from './targets';
import { buildTree, Tree, treeObjects } from './tree';
import {
  Application,
  ApplicationStatus,
  AppProject,
  HistoryEntry,
  newStatus,
  OperationState,
  sourcesOf,
} from './types';

export const ARGOCD_NAMESPACE = 'argocd';
export const REFRESH = 'argocd.argoproj.io/refresh';
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

type Level = 'tree' | 'recent' | 'latest';
const LEVELS: Level[] = ['tree', 'recent', 'latest'];

/** What the controller remembers of an Application beside the object itself. */
interface Memory {
  target?: Target;
  managed: ManagedResource[];
  tree: Tree;
  wanted?: Level;
  refreshing: boolean;
  operating: boolean;
  waiters: Set<() => void>;
  failure?: string;
}

export function appRef(name: string): ObjectRef {
  return {
    group: 'argoproj.io',
    kind: 'Application',
    namespace: ARGOCD_NAMESPACE,
    name,
  };
}

/** Argo CD's application controller: refresh, compare, automated sync, operations, health. */
export class Controller {
  readonly events: EventLog;
  private readonly memories = new Map<string, Memory>();
  private readonly treeListeners = new Set<(name: string) => void>();

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly targets: Targets,
    private readonly timings: Timings,
    private readonly pollInterval: number,
  ) {
    this.events = new EventLog(store, clock);
    store.watch(event => this.onEvent(event));
    this.poll();
  }

  app(name: string): Application | undefined {
    return this.store.get(appRef(name)) as Application | undefined;
  }

  apps(): Application[] {
    return this.store.list('Application', 'argoproj.io') as Application[];
  }

  project(name: string): AppProject | undefined {
    return this.store.get({ ...appRef(name), kind: 'AppProject' }) as
      | AppProject
      | undefined;
  }

  tree(name: string): Tree {
    return this.memories.get(name)?.tree ?? {};
  }

  managed(name: string): ManagedResource[] {
    return this.memories.get(name)?.managed ?? [];
  }

  treeObjects(name: string): KubernetesObject[] {
    return treeObjects(this.store, this.managed(name));
  }

  onTree(listener: (name: string) => void): () => void {
    this.treeListeners.add(listener);
    return () => this.treeListeners.delete(listener);
  }

  /** Asks for a refresh as the API and the webhook do: by annotation. */
  refresh(name: string): void {
    this.store.change(appRef(name), draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [REFRESH]: 'normal',
      };
    });
  }

  /** A push reached a repository: everything that is rendered from it is refreshed. */
  pushed(repoURL: string, branch: string): void {
    const bare = (url: string) => url.replace(/\.git$/, '').replace(/\/$/, '');
    for (const app of this.apps()) {
      const touched = sourcesOf(app.spec).some(
        source =>
          bare(source.repoURL) === bare(repoURL) &&
          (!source.targetRevision ||
            source.targetRevision === 'HEAD' ||
            source.targetRevision.replace('refs/heads/', '') === branch),
      );
      if (touched) this.refresh(app.metadata.name);
    }
  }

  get busy(): boolean {
    return [...this.memories.values()].some(
      memory => memory.refreshing || memory.wanted !== undefined,
    );
  }

  private memory(name: string): Memory {
    let memory = this.memories.get(name);
    if (!memory) {
      memory = {
        managed: [],
        tree: {},
        refreshing: false,
        operating: false,
        waiters: new Set(),
      };
      this.memories.set(name, memory);
    }
    return memory;
  }

  private poll(): void {
    this.clock.after(
      this.pollInterval,
      () => {
        for (const app of this.apps())
          this.request(app.metadata.name, 'latest');
        this.poll();
      },
      { background: true },
    );
  }

  private onEvent({ type, object, previous }: StoreEvent): void {
    if (
      object.kind === 'Application' &&
      object.metadata.namespace === ARGOCD_NAMESPACE
    ) {
      this.onApplication(
        type,
        object as Application,
        previous as Application | undefined,
      );
    }
    const [owner, direct] = this.ownerOf(object);
    if (!owner) return;
    const specMoved =
      type !== 'MODIFIED' ||
      !previous ||
      JSON.stringify(previous.spec) !== JSON.stringify(object.spec);
    // Child Applications change their status all the time; that concerns their parent only when it is about the spec
    if (
      object.kind === 'Application' &&
      type === 'MODIFIED' &&
      !specMoved &&
      !object.metadata.deletionTimestamp
    )
      return;
    this.request(owner, direct ? 'recent' : 'tree');
    for (const wake of [...this.memory(owner).waiters]) wake();
  }

  private onApplication(
    type: StoreEvent['type'],
    app: Application,
    previous?: Application,
  ): void {
    const name = app.metadata.name;
    if (type === 'DELETED') {
      this.memories.delete(name);
      return;
    }
    if (
      type === 'ADDED' ||
      JSON.stringify(previous?.spec) !== JSON.stringify(app.spec) ||
      app.metadata.annotations?.[REFRESH]
    ) {
      this.request(name, 'latest');
    }
    if (app.metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp)
      this.finalize(app);
    if (app.operation && !this.memory(name).operating)
      this.startOperation(name);
    if (app.status?.operationState?.phase === 'Terminating')
      for (const wake of [...this.memory(name).waiters]) wake();
  }

  /** Which Application an object is part of, and whether git names the object itself. */
  private ownerOf(object: KubernetesObject): [string | undefined, boolean] {
    const direct = trackedBy(object);
    if (direct) return [this.app(direct) ? direct : undefined, true];
    let current: KubernetesObject | undefined = object;
    while (current) {
      const owner: ReturnType<typeof ownersOf>[number] | undefined =
        ownersOf(current)[0];
      if (!owner) break;
      current = this.store.get({
        group: owner.apiVersion.includes('/')
          ? owner.apiVersion.split('/')[0]
          : '',
        kind: owner.kind,
        namespace: object.metadata.namespace ?? '',
        name: owner.name,
      });
      const tracked =
        current && uidOf(current) === owner.uid
          ? trackedBy(current)
          : undefined;
      if (tracked) return [this.app(tracked) ? tracked : undefined, false];
    }
    return [undefined, false];
  }

  private request(name: string, level: Level): void {
    const memory = this.memory(name);
    if (!memory.wanted || LEVELS.indexOf(level) > LEVELS.indexOf(memory.wanted))
      memory.wanted = level;
    if (memory.refreshing) return;
    memory.refreshing = true;
    void this.clock.track(this.refreshLoop(name, memory));
  }

  private async refreshLoop(name: string, memory: Memory): Promise<void> {
    try {
      while (memory.wanted) {
        await new Promise(resolve => setImmediate(resolve));
        const level = memory.wanted;
        memory.wanted = undefined;
        await this.reconcile(name, memory, level);
      }
    } finally {
      memory.refreshing = false;
    }
  }

  private async reconcile(
    name: string,
    memory: Memory,
    level: Level,
  ): Promise<void> {
    const app = this.app(name);
    if (!app) return;
    const status: ApplicationStatus = structuredClone(
      app.status ?? newStatus(),
    );
    const now = timestamp(this.clock.now());
    const invalid = this.specErrors(app);
    let failure: string | undefined;
    if (invalid.length > 0) {
      memory.managed = [];
      memory.target = undefined;
      this.persist(app, {
        ...status,
        sync: {
          status: 'Unknown',
          comparedTo: { source: { repoURL: '' }, destination: {} },
        },
        health:
          status.health.status === 'Unknown'
            ? status.health
            : { status: 'Unknown', lastTransitionTime: now },
        conditions: conditions(
          status,
          invalid.map(message => ({ type: 'InvalidSpecError', message })),
          now,
        ),
      });
      return;
    }
    if (level === 'latest' || (level === 'recent' && !memory.target)) {
      try {
        memory.target = await this.targets.load(app);
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        failure = error.detail;
        memory.target = undefined;
      }
    } else {
      failure = memory.failure;
    }
    memory.failure = failure;
    const current = this.app(name);
    if (!current) return;
    if (memory.target && level !== 'tree')
      memory.managed = compare(
        this.store,
        name,
        current.spec,
        memory.target.objects,
      );
    else if (failure)
      memory.managed = compare(this.store, name, current.spec, []).map(
        item => ({ ...item, synced: true }),
      );
    for (const item of memory.managed) {
      const object = item.target ?? item.live;
      if (object && level === 'tree') item.live = this.store.get(refOf(object));
    }
    const objects = treeObjects(this.store, memory.managed);
    memory.tree = buildTree(objects);
    const next = assess(
      current,
      structuredClone(current.status ?? newStatus()),
      memory,
      objects,
      { failure, now, level },
    );
    const decision =
      failure || level === 'tree'
        ? undefined
        : decideAutoSync(
            current,
            next,
            memory.target,
            this.timings,
            this.clock,
          );
    if (decision?.condition)
      next.conditions = conditions(
        next,
        [decision.condition],
        now,
        'SyncError',
      );
    else if (level !== 'tree')
      next.conditions = conditions(
        next,
        failure ? [{ type: 'ComparisonError', message: failure }] : [],
        now,
        decision ? undefined : 'keep',
      );
    if (decision?.retryIn)
      this.clock.after(decision.retryIn, () => this.request(name, 'recent'));
    if (decision?.operation && !current.operation) {
      const { operation } = decision;
      this.store.change(appRef(name), draft => {
        (draft as Application).operation = operation;
        delete (draft as Application).status?.operationState;
      });
      this.events.record(
        current,
        'OperationStarted',
        `Initiated automated sync to '${
          operation.sync.revision ?? operation.sync.revisions?.join(', ')
        }'`,
      );
    }
    this.persist(this.app(name) ?? current, next, level === 'latest');
    for (const listener of this.treeListeners) listener(name);
  }

  /** Writes what a refresh found; the operation's fields belong to the operation. */
  private persist(
    app: Application,
    next: ApplicationStatus,
    clearRefresh = true,
  ): void {
    const before = app.status;
    if (before?.sync.status !== next.sync.status) {
      this.events.record(
        app,
        'ResourceUpdated',
        `Updated sync status: ${before?.sync.status ?? ''} -> ${
          next.sync.status
        }`,
      );
    }
    if (before?.health.status !== next.health.status) {
      const cause = next.health.message ? ` (${next.health.message})` : '';
      this.events.record(
        app,
        'ResourceUpdated',
        `Updated health status: ${before?.health.status ?? ''} -> ${
          next.health.status
        }${cause}`,
      );
    }
    this.store.change(refOf(app), draft => {
      const target = draft as Application;
      const { operationState, history } = target.status ?? newStatus();
      target.status = {
        ...next,
        ...(operationState ? { operationState } : {}),
        ...(history ? { history } : {}),
      };
      if (!operationState) delete target.status.operationState;
      if (clearRefresh && target.metadata.annotations)
        delete target.metadata.annotations[REFRESH];
    });
  }

  private specErrors(app: Application): string[] {
    const destination = destinationError(app.spec);
    if (destination) return [destination];
    const project = this.project(app.spec.project);
    if (!project)
      return [
        `Application referencing project ${app.spec.project} which does not exist`,
      ];
    return projectErrors(app.spec, project);
  }

  private setOperation(
    name: string,
    edit: (state: OperationState, app: Application) => void,
  ): void {
    this.store.change(appRef(name), draft => {
      const app = draft as Application;
      if (app.status?.operationState) edit(app.status.operationState, app);
    });
  }

  private startOperation(name: string): void {
    const memory = this.memory(name);
    memory.operating = true;
    this.store.change(appRef(name), draft => {
      const app = draft as Application;
      app.status = app.status ?? newStatus();
      app.status.operationState = startedState(app, this.clock.now());
    });
    void this.clock.track(
      this.operate(name, memory).finally(() => {
        memory.operating = false;
        this.request(name, 'latest');
        if (this.app(name)?.operation) this.startOperation(name);
      }),
    );
  }

  private async operate(name: string, memory: Memory): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    for (let retries = 0; ; retries++) {
      const outcome = await this.attempt(name, memory);
      const app = this.app(name);
      if (!app?.operation) return;
      const { retry } = app.operation;
      const now = this.clock.now();
      const limit = retry.limit ?? 0;
      const terminated = this.terminating(name);
      if (outcome.phase === 'Succeeded' || terminated || retries >= limit) {
        const suffix =
          outcome.phase !== 'Succeeded' && retries > 0
            ? ` (retried ${retries} times).`
            : '';
        this.finish(name, {
          ...outcome,
          message: `${outcome.message}${suffix}`,
        });
        return;
      }
      const delay = retryDelay(retry, retries + 1);
      this.setOperation(name, state => {
        state.phase = 'Running';
        state.message = `${outcome.message}. Retrying attempt #${
          retries + 1
        } at ${kitchenTime(now + this.clock.scale(delay))}.`;
        state.retryCount = retries + 1;
        state.finishedAt = timestamp(now);
      });
      let due = false;
      const timer = this.clock.after(delay, () => {
        due = true;
        for (const wake of [...memory.waiters]) wake();
      });
      while (!due && !this.terminating(name)) await this.wait(memory);
      timer.cancel();
      if (this.terminating(name)) {
        this.finish(name, { phase: 'Failed', message: 'Operation terminated' });
        return;
      }
      if (!this.app(name)) return;
      if (retry.refresh) await this.toLatest(name);
      this.setOperation(name, state => {
        state.message = `Retrying operation. Attempt #${retries + 1}`;
        delete state.finishedAt;
        delete state.syncResult;
      });
    }
  }

  /** With `retry.refresh`, a retry takes the newest commit. */
  private async toLatest(name: string): Promise<void> {
    const app = this.app(name);
    if (!app) return;
    const target = await this.targets.load(app).catch(() => undefined);
    if (!target) return;
    const fields = revisionFields(app.spec, target.revisions);
    this.setOperation(name, (state, draft) => {
      Object.assign(state.operation.sync, fields);
      if (draft.operation) Object.assign(draft.operation.sync, fields);
    });
  }

  private terminating(name: string): boolean {
    const app = this.app(name);
    return !app || app.status?.operationState?.phase === 'Terminating';
  }

  private wait(memory: Memory): Promise<void> {
    return this.clock.park(resume => {
      const wake = () => {
        memory.waiters.delete(wake);
        resume();
      };
      memory.waiters.add(wake);
    });
  }

  private async attempt(name: string, memory: Memory): Promise<SyncOutcome> {
    const app = this.app(name);
    if (!app?.operation)
      return { phase: 'Error', message: 'application is gone' };
    const { sync } = app.operation;
    const base = {
      ...revisionFields(app.spec, sync.revisions ?? [sync.revision ?? '']),
      ...sourceFields(app.spec),
      revision: sync.revision ?? '',
    };
    const invalid = this.specErrors(app);
    if (invalid.length > 0)
      return {
        phase: 'Error',
        message: `InvalidSpecError: ${invalid.join(', ')}`,
      };
    let target: Target;
    try {
      target = await this.targets.load(
        app,
        sync.revisions ?? [sync.revision ?? ''],
      );
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      this.setOperation(name, state => {
        state.syncResult = base;
      });
      return {
        phase: 'Error',
        message: `ComparisonError: ${error.detail.replace(
          'Manifest generation error (cached): ',
          '',
        )}`,
      };
    }
    return runSync(
      {
        store: this.store,
        clock: this.clock,
        startDelay: this.timings.syncStart,
        waveDelay: this.timings.waveDelay,
        terminating: () => this.terminating(name),
        wait: async () => {
          if (this.terminating(name)) return false;
          await this.wait(memory);
          return !this.terminating(name);
        },
        persist: change =>
          this.setOperation(name, state => Object.assign(state, change)),
      },
      app,
      sync,
      compare(this.store, name, app.spec, target.objects),
      base,
    );
  }

  private finish(name: string, outcome: SyncOutcome): void {
    const now = timestamp(this.clock.now());
    this.store.change(appRef(name), draft => {
      const app = draft as Application;
      const state = app.status.operationState;
      if (!state) return;
      Object.assign(state, {
        phase: outcome.phase,
        message: outcome.message,
        finishedAt: now,
      });
      const { sync, initiatedBy } = state.operation;
      if (
        outcome.phase === 'Succeeded' &&
        !sync.dryRun &&
        !sync.resources?.length
      ) {
        const history = app.status.history ?? [];
        const entry: HistoryEntry = {
          ...revisionFields(app.spec, sync.revisions ?? [sync.revision ?? '']),
          deployedAt: now,
          id: history.length ? history[history.length - 1].id + 1 : 0,
          ...sourceFields(app.spec),
          ...(sync.source && !sync.sources ? { source: sync.source } : {}),
          deployStartedAt: state.startedAt,
          initiatedBy,
        };
        app.status.history = [...history, entry].slice(
          -(app.spec.revisionHistoryLimit ?? 10),
        );
      }
      delete app.operation;
    });
    const app = this.app(name);
    if (app)
      this.events.record(
        app,
        outcome.phase === 'Succeeded'
          ? 'OperationCompleted'
          : 'OperationFailed',
        outcome.message,
      );
  }

  /** Deletes what a deleted Application manages, then lets it go. */
  private finalize(app: Application): void {
    if (!listAt(app, 'metadata', 'finalizers').includes(FINALIZER)) return;
    const name = app.metadata.name;
    const uid = textAt(app, 'metadata', 'uid');
    void this.clock.track(
      (async () => {
        const owned = [...this.store.all()].filter(
          object => trackedBy(object) === name,
        );
        for (const object of owned) this.store.delete(refOf(object));
        const gone = () =>
          owned.every(object => !this.store.get(refOf(object)));
        for (let tries = 0; !gone() && tries < 100; tries++)
          await this.clock.sleep(this.timings.podStop);
        if (textAt(this.app(name), 'metadata', 'uid') !== uid) return;
        this.store.change(appRef(name), draft => {
          draft.metadata.finalizers = [];
        });
      })(),
    );
  }
}

function conditions(
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
