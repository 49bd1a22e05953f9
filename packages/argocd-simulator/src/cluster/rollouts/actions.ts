import { KubernetesObject } from '../../ports';
import { at, isRecord } from '../objects';
import { stepsOf } from './canary';
import { RolloutStatus } from './types';

/** What one may do with a Rollout. */
export const ROLLOUT_ACTIONS = [
  'abort',
  'pause',
  'promote-full',
  'restart',
  'resume',
  'retry',
  'skip-current-step',
] as const;

type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

/** Whether it makes no sense at present. */
export function isDisabled(
  rollout: KubernetesObject,
  action: RolloutAction,
): boolean {
  const status = (
    isRecord(rollout.status) ? rollout.status : {}
  ) as RolloutStatus;
  const paused =
    (status.pauseConditions ?? []).length > 0 ||
    at(rollout, 'spec', 'paused') === true;
  const promoted = status.currentPodHash === status.stableRS;
  const aborted = status.abort === true;
  switch (action) {
    case 'abort':
      return promoted || aborted;
    case 'pause':
      return promoted || aborted || at(rollout, 'spec', 'paused') === true;
    case 'promote-full':
      return promoted;
    case 'resume':
      return !paused;
    case 'retry':
      return promoted || !aborted;
    case 'skip-current-step':
      return (
        promoted ||
        aborted ||
        (status.currentStepIndex ?? 0) >= stepsOf({ rollout }).length
      );
    default:
      return false;
  }
}

/** Does it, on a draft of the live object. */
export function act(
  draft: KubernetesObject,
  action: RolloutAction,
  now: string,
): void {
  const spec = draft.spec as Record<string, unknown>;
  const status = (draft.status ?? {}) as RolloutStatus;
  draft.status = status;
  switch (action) {
    case 'abort':
      status.abort = true;
      status.abortedAt = now;
      delete status.pauseConditions;
      delete status.controllerPause;
      break;
    case 'pause':
      spec.paused = true;
      break;
    case 'promote-full':
      status.promoteFull = true;
      break;
    case 'restart':
      spec.restartAt = now;
      break;
    case 'resume':
      delete spec.paused;
      delete status.pauseConditions;
      break;
    case 'retry':
      delete status.abort;
      delete status.abortedAt;
      delete status.message;
      status.currentStepIndex = 0;
      break;
    default:
      status.currentStepIndex = (status.currentStepIndex ?? 0) + 1;
      delete status.pauseConditions;
      delete status.controllerPause;
  }
}
