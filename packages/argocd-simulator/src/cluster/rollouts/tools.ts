import { Clock } from '../../clock/Clock';
import { KubernetesObject } from '../../ports';
import { at, numberAt, textAt, timestamp, uidOf } from '../objects';
import { ObjectStore } from '../ObjectStore';
import { replicasOf, scale } from '../revisions';
import { analysisRun } from './analysis';
import { Analysis, ROLLOUT_NAMING, RolloutPass } from './types';

/** What a pass works with. */
export interface RolloutTools {
  store: ObjectStore;
  clock: Clock;
  /** When each Rollout began to wait: its own status tells whole seconds only. */
  waits: Map<string, number>;
}

/** Brings the ReplicaSets to these numbers; all but those two to none. True once the Pods are as wanted. */
export function shareOut(
  { store }: RolloutTools,
  pass: RolloutPass,
  wanted: { current: number; stable: number },
): boolean {
  const { current, others, status } = pass;
  const isStable = (set: KubernetesObject) =>
    set.metadata.labels?.[ROLLOUT_NAMING.hash] === status.stableRS;
  scale(store, current, wanted.current);
  for (const set of others)
    scale(store, set, isStable(set) ? wanted.stable : 0);
  const asWanted = (set: KubernetesObject, pods: number) =>
    replicasOf(set) === pods &&
    (numberAt(set, 'status', 'replicas') ?? 0) === pods;
  return (
    asWanted(current, wanted.current) &&
    (numberAt(current, 'status', 'availableReplicas') ?? 0) ===
      wanted.current &&
    others.every(set => asWanted(set, isStable(set) ? wanted.stable : 0))
  );
}

/** Pauses once; answers `over` when somebody resumed it or its time is up, else when that will be. */
export function pause(
  { clock, waits }: RolloutTools,
  { rollout, status }: RolloutPass,
  reason: string,
  durationMs?: number,
): 'over' | number | undefined {
  const key = uidOf(rollout);
  const now = clock.now();
  if (!status.controllerPause) {
    status.controllerPause = true;
    status.pauseConditions = [{ reason, startTime: timestamp(now) }];
    waits.set(key, now);
  }
  const due =
    durationMs === undefined
      ? undefined
      : (waits.get(key) ?? now) + clock.scale(durationMs);
  const resumed = !status.pauseConditions?.length;
  if (!resumed && (due === undefined || now < due)) return due;
  delete status.pauseConditions;
  delete status.controllerPause;
  waits.delete(key);
  return 'over';
}

/** Runs an analysis; a failed one aborts the update. True when it was successful. */
export function analyse(
  { store, clock }: RolloutTools,
  pass: RolloutPass,
  analysis: Analysis,
  run: { suffix: string; what: string },
): boolean {
  const { status, current } = pass;
  const found = analysisRun(store, pass, analysis, run.suffix);
  if (typeof found === 'string') {
    status.message = found;
    return false;
  }
  delete status.message;
  const phase = textAt(found, 'status', 'phase') ?? 'Running';
  if (phase === 'Successful') return true;
  if (phase === 'Running') {
    status.canary = {
      currentStepAnalysisRunStatus: {
        name: found.metadata.name,
        status: phase,
      },
    };
    return false;
  }
  delete status.canary;
  status.abort = true;
  status.abortedAt = timestamp(clock.now());
  status.message = `RolloutAborted: Rollout aborted update to revision ${
    current.metadata.annotations?.[ROLLOUT_NAMING.revision] ?? ''
  }: ${run.what} phase error/failed: ${
    textAt(found, 'status', 'message') ?? ''
  }`;
  return false;
}

/** Points a Service at the Pods of one template. */
export function select(
  { store }: RolloutTools,
  { rollout }: RolloutPass,
  service: unknown,
  hash: string | undefined,
): void {
  if (typeof service !== 'string' || !hash) return;
  const namespace = rollout.metadata.namespace ?? '';
  store.change(
    { group: '', kind: 'Service', namespace, name: service },
    draft => {
      const spec = at(draft, 'spec') as Record<string, unknown>;
      spec.selector = {
        ...(spec.selector as object),
        [ROLLOUT_NAMING.hash]: hash,
      };
    },
  );
}
