import { Clock } from '../clock/Clock';
import { timestamp } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { Timings } from '../cluster/timings';
import { Applications } from './Applications';
import { kitchenTime, retryDelay } from './backoff';
import { compare } from './compare';
import { EventLog } from './events';
import { Memories, Memory } from './Memories';
import { runSync, startedState, SyncOutcome } from './sync';
import {
  revisionFields,
  sourceFields,
  Target,
  TargetError,
  Targets,
} from './targets';
import { HistoryEntry, newStatus } from './types';

/** Runs the operations of Applications: attempt after attempt until one succeeds, the retries end or somebody ends it. */
export class Operations {
  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly targets: Targets,
    private readonly timings: Timings,
    private readonly apps: Applications,
    private readonly memories: Memories,
    private readonly events: EventLog,
    private readonly refresh: (name: string) => void,
  ) {}

  /** Takes up the operation that the Application asks for. */
  start(name: string): void {
    const memory = this.memories.of(name);
    memory.operating = true;
    this.apps.change(name, app => {
      app.status = app.status ?? newStatus();
      app.status.operationState = startedState(app, this.clock.now());
    });
    void this.clock.track(
      this.operate(name, memory).finally(() => {
        memory.operating = false;
        this.refresh(name);
        if (this.apps.get(name)?.operation) this.start(name);
      }),
    );
  }

  private async operate(name: string, memory: Memory): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    for (let retries = 0; ; retries++) {
      const outcome = await this.attempt(name, memory);
      const app = this.apps.get(name);
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
      this.apps.changeOperation(name, state => {
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
        this.memories.wake(name);
      });
      while (!due && !this.terminating(name)) await this.wait(memory);
      timer.cancel();
      if (this.terminating(name)) {
        this.finish(name, { phase: 'Failed', message: 'Operation terminated' });
        return;
      }
      if (!this.apps.get(name)) return;
      if (retry.refresh) await this.toLatest(name);
      this.apps.changeOperation(name, state => {
        state.message = `Retrying operation. Attempt #${retries + 1}`;
        delete state.finishedAt;
        delete state.syncResult;
      });
    }
  }

  /** With `retry.refresh`, a retry takes the newest commit. */
  private async toLatest(name: string): Promise<void> {
    const app = this.apps.get(name);
    if (!app) return;
    const target = await this.targets.load(app).catch(() => undefined);
    if (!target) return;
    const fields = revisionFields(app.spec, target.revisions);
    this.apps.changeOperation(name, (state, draft) => {
      Object.assign(state.operation.sync, fields);
      if (draft.operation) Object.assign(draft.operation.sync, fields);
    });
  }

  private terminating(name: string): boolean {
    const app = this.apps.get(name);
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
    const app = this.apps.get(name);
    if (!app?.operation)
      return { phase: 'Error', message: 'application is gone' };
    const { sync } = app.operation;
    const base = {
      ...revisionFields(app.spec, sync.revisions ?? [sync.revision ?? '']),
      ...sourceFields(app.spec),
      revision: sync.revision ?? '',
    };
    const invalid = this.apps.specErrors(app);
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
      this.apps.changeOperation(name, state => {
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
          this.apps.changeOperation(name, state =>
            Object.assign(state, change),
          ),
      },
      app,
      sync,
      compare(this.store, name, app.spec, target.objects),
      base,
    );
  }

  private finish(name: string, outcome: SyncOutcome): void {
    const now = timestamp(this.clock.now());
    this.apps.change(name, app => {
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
    const app = this.apps.get(name);
    if (app)
      this.events.record(
        app,
        outcome.phase === 'Succeeded'
          ? 'OperationCompleted'
          : 'OperationFailed',
        outcome.message,
      );
  }
}
