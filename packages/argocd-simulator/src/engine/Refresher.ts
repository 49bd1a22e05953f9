import { Clock } from '../clock/Clock';
import { refOf, timestamp } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { Timings } from '../cluster/timings';
import { Applications, appRef, REFRESH } from './Applications';
import { decideAutoSync } from './autoSync';
import { compare } from './compare';
import { conditions } from './conditions';
import { EventLog } from './events';
import { Level, LEVELS, Memories, Memory } from './Memories';
import { assess } from './status';
import { maySync, windowsOf } from './syncWindows';
import { TargetError, Targets } from './targets';
import { buildTree, treeObjects } from './tree';
import { Application, ApplicationStatus, newStatus } from './types';

/** Compares Applications with git and the cluster, and has them synced that sync by themselves. */
export class Refresher {
  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly targets: Targets,
    private readonly timings: Timings,
    private readonly apps: Applications,
    private readonly memories: Memories,
    private readonly events: EventLog,
    private readonly onTree: (name: string) => void,
  ) {}

  /** Asks for a refresh; several asked for meanwhile are one. */
  request(name: string, level: Level): void {
    const memory = this.memories.of(name);
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
    const app = this.apps.get(name);
    if (!app) return;
    const status: ApplicationStatus = structuredClone(
      app.status ?? newStatus(),
    );
    const now = timestamp(this.clock.now());
    const invalid = this.apps.specErrors(app);
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
    const current = this.apps.get(name);
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
    if (
      decision?.operation &&
      !current.operation &&
      maySync(
        windowsOf(current, this.apps.project(current.spec.project)),
        this.clock.now(),
        false,
      )
    ) {
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
    this.persist(this.apps.get(name) ?? current, next, level === 'latest');
    this.onTree(name);
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
}
