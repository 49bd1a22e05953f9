import { at, isRecord, numberAt, textAt, timestamp } from '../objects';
import { KubernetesObject } from '../../ports';
import { RolloutPass, RolloutStatus } from './types';

export interface Counts {
  replicas: number;
  updated: number;
  available: number;
}

export function countPods(pass: RolloutPass): Counts {
  const sum = (field: string, sets: KubernetesObject[]) =>
    sets.reduce((n, set) => n + (numberAt(set, 'status', field) ?? 0), 0);
  const all = [pass.current, ...pass.others];
  return {
    replicas: sum('replicas', all),
    updated: sum('replicas', [pass.current]),
    available: sum('availableReplicas', all),
  };
}

/** What the controller says of a Rollout in a word and a message; the message of an abort is kept. */
function phaseOf(
  pass: RolloutPass,
  counts: Counts,
  late: boolean,
): { phase: string; message?: string } {
  const { rollout, replicas, status, current } = pass;
  if (status.abort)
    return {
      phase: 'Degraded',
      message: status.message?.startsWith('RolloutAborted')
        ? status.message
        : `RolloutAborted: Rollout aborted update to revision ${
            current.metadata.annotations?.['rollout.argoproj.io/revision'] ?? ''
          }`,
    };
  if (status.message?.startsWith('InvalidSpec'))
    return { phase: 'Degraded', message: status.message };
  if (at(rollout, 'spec', 'paused') === true)
    return { phase: 'Paused', message: 'manually paused' };
  const [pause] = status.pauseConditions ?? [];
  if (pause) return { phase: 'Paused', message: pause.reason };
  if (late)
    return {
      phase: 'Degraded',
      message: `ProgressDeadlineExceeded: ReplicaSet "${current.metadata.name}" has timed out progressing.`,
    };
  const progressing = (message: string) => ({ phase: 'Progressing', message });
  if (counts.updated < replicas)
    return progressing('more replicas need to be updated');
  if (counts.replicas > counts.updated && !status.blueGreen?.activeSelector)
    return progressing('old replicas are pending termination');
  if (counts.available < counts.updated)
    return progressing('updated replicas are still becoming available');
  if (status.stableRS !== status.currentPodHash)
    return progressing('waiting for all steps to complete');
  return { phase: 'Healthy' };
}

/** The status as it is written: counts, phase and conditions beside what the pass decided. */
export function writtenStatus(
  pass: RolloutPass,
  now: number,
  late: boolean,
): RolloutStatus {
  const { rollout, status, replicas } = pass;
  const counts = countPods(pass);
  const { phase, message } = phaseOf(pass, counts, late);
  const next: RolloutStatus = { ...status };
  for (const field of [
    'message',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
  ])
    delete next[field];
  return {
    ...next,
    HPAReplicas: counts.replicas,
    blueGreen: status.blueGreen ?? {},
    canary: status.canary ?? {},
    observedGeneration: String(numberAt(rollout, 'metadata', 'generation')),
    selector: Object.entries(
      (at(rollout, 'spec', 'selector', 'matchLabels') ?? {}) as object,
    )
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    ...(counts.replicas ? { replicas: counts.replicas } : {}),
    ...(counts.updated ? { updatedReplicas: counts.updated } : {}),
    ...(counts.available
      ? {
          readyReplicas: counts.available,
          availableReplicas: counts.available,
        }
      : {}),
    phase,
    ...(message ? { message } : {}),
    conditions: conditionsOf(pass, phase, counts.available >= replicas, now),
  };
}

function conditionsOf(
  { status, current }: RolloutPass,
  phase: string,
  available: boolean,
  now: number,
): Array<Record<string, unknown>> {
  const complete = status.stableRS === status.currentPodHash;
  const set = current.metadata.name;
  const wanted: Array<[string, boolean, string, string]> = [
    [
      'Healthy',
      phase === 'Healthy',
      'RolloutHealthy',
      phase === 'Healthy' ? 'Rollout is healthy' : 'Rollout is not healthy',
    ],
    ['Completed', complete, 'RolloutCompleted', 'RolloutCompleted'],
    [
      'Available',
      available,
      'AvailableReason',
      available
        ? 'Rollout has minimum availability'
        : 'Rollout does not have minimum availability',
    ],
    ['Paused', phase === 'Paused', 'RolloutPaused', 'Rollout is paused'],
    progressCondition(status, phase, set),
  ];
  return wanted.map(([type, holds, reason, message]) => {
    const before = (status.conditions ?? [])
      .filter(isRecord)
      .find(condition => condition.type === type);
    const value = holds ? 'True' : 'False';
    const same =
      before?.status === value &&
      textAt(before, 'reason') === reason &&
      textAt(before, 'message') === message;
    return same
      ? before
      : {
          type,
          status: value,
          reason,
          message,
          lastUpdateTime: timestamp(now),
          lastTransitionTime:
            before?.status === value
              ? before.lastTransitionTime
              : timestamp(now),
        };
  });
}

function progressCondition(
  status: RolloutStatus,
  phase: string,
  set: string,
): [string, boolean, string, string] {
  if (status.abort)
    return [
      'Progressing',
      false,
      'RolloutAborted',
      (status.message ?? '').replace('RolloutAborted: ', ''),
    ];
  if (phase === 'Healthy')
    return [
      'Progressing',
      true,
      'NewReplicaSetAvailable',
      `ReplicaSet "${set}" has successfully progressed.`,
    ];
  return [
    'Progressing',
    phase !== 'Degraded',
    phase === 'Degraded' ? 'ProgressDeadlineExceeded' : 'ReplicaSetUpdated',
    phase === 'Degraded'
      ? `ReplicaSet "${set}" has timed out progressing.`
      : `ReplicaSet "${set}" is progressing.`,
  ];
}
