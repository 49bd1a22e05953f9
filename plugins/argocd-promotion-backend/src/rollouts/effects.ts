import { RolloutAction } from '@fairway/backstage-plugin-argocd-promotion-common';
import { RolloutManifest } from './facts';

/** Whether the live Rollout shows that it was done, as far as a controller that moves on at once lets one see. */
export function happened(
  action: RolloutAction,
  before: RolloutManifest,
  now: RolloutManifest,
): boolean {
  // Somebody brought another template meanwhile: whatever was asked for is over.
  if (before.currentHash !== now.currentHash) return true;
  const done = now.currentHash === now.stableHash;
  const step = now.stepIndex ?? 0;
  switch (action) {
    case 'resume':
      return (
        !now.pausedByHand &&
        (done ||
          step !== (before.stepIndex ?? 0) ||
          now.pauses[0]?.startTime !== before.pauses[0]?.startTime ||
          now.pauses.length === 0)
      );
    case 'skip-current-step':
      return done || step > (before.stepIndex ?? 0);
    case 'promote-full':
      return done || now.promoteFull;
    case 'pause':
      return done || now.pausedByHand;
    case 'abort':
      return now.aborted;
    case 'retry':
      return !now.aborted;
    default:
      return now.restartAt !== before.restartAt;
  }
}

const WORDS: Record<RolloutAction, string> = {
  resume: 'To continue',
  'skip-current-step': 'To skip the step',
  'promote-full': 'To promote fully',
  pause: 'To pause',
  abort: 'To abort',
  retry: 'To retry',
  restart: 'To restart the Pods',
};

export const wordOf = (action: RolloutAction): string => WORDS[action];
