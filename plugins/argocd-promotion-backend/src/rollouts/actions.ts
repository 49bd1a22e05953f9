import {
  RolloutAction,
  RolloutActionOffer,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { RolloutManifest } from './facts';

type Told = Omit<RolloutView, 'headline' | 'actions' | 'seen'>;

/** In the order in which they are offered. */
export const ROLLOUT_ACTIONS = [
  'resume',
  'skip-current-step',
  'promote-full',
  'pause',
  'abort',
  'retry',
  'restart',
] as const satisfies RolloutAction[];

/** What each action would do now, and why it cannot be done where it cannot. */
export function actionOffers(
  told: Told,
  manifest: RolloutManifest,
): RolloutActionOffer[] {
  return ROLLOUT_ACTIONS.map(action => {
    const reason = unavailable(action, told, manifest);
    return {
      action,
      available: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      effect: effectOf(action, told),
    };
  });
}

const NOTHING = 'Nothing is being brought: what runs is stable';

function unavailable(
  action: RolloutAction,
  { state, update, steps, strategy, pause }: Told,
  { promoteFull, observed }: RolloutManifest,
): string | undefined {
  if (action === 'restart') return undefined;
  if (action === 'resume') return pause ? undefined : 'It is not paused';
  if (!update) return NOTHING;
  if (!observed) return 'Argo Rollouts has not taken up the last change yet';
  if (action === 'retry')
    return state === 'aborted'
      ? undefined
      : 'Only what was aborted can be tried again';
  if (state === 'aborted')
    return action === 'abort'
      ? 'It is aborted already'
      : 'It was aborted: retry it, or bring another release';
  if (action === 'pause')
    return pause?.reason === 'by-hand'
      ? 'It is paused by hand already'
      : undefined;
  if (action === 'promote-full')
    return promoteFull ? 'It is being promoted fully already' : undefined;
  if (action === 'skip-current-step') {
    if (strategy === 'blue-green') return 'Blue-green has no steps';
    return steps.some(step => step.state === 'current')
      ? undefined
      : 'There is no step to skip';
  }
  return undefined;
}

function effectOf(
  action: RolloutAction,
  { update, stable, steps, strategy, replicas, pause }: Told,
): string {
  const coming = update?.label ?? 'the update';
  const serving = stable?.label ?? 'the stable version';
  const at = steps.findIndex(({ state }) => state === 'current');
  switch (action) {
    case 'resume':
      if (strategy === 'blue-green' && pause?.reason !== 'by-hand')
        return `${coming} takes over all traffic from ${serving}.`;
      return pause?.reason === 'by-hand'
        ? `${coming} goes on from where it was paused.`
        : `${coming} goes on${after(at, steps)}.`;
    case 'skip-current-step':
      return `The step “${
        steps[at]?.title ?? 'current'
      }” counts as done, and ${coming} goes on${after(at, steps)}.`;
    case 'promote-full':
      return `All remaining steps, pauses and analyses are left out: ${coming} takes over all traffic from ${serving} at once.`;
    case 'pause':
      return `${coming} stays at what it has now until somebody resumes it. A running analysis goes on.`;
    case 'abort':
      return `All traffic goes back to ${serving}, and the Pods of ${coming} are removed. Git still asks for ${coming}: roll back, or bring another release.`;
    case 'retry':
      return `${coming} is brought once more, from the first step.`;
    default:
      return `The ${replicas} Pods are replaced one after the other by new ones of the same release.`;
  }
}

function after(at: number, steps: Told['steps']): string {
  if (at < 0) return '';
  const next = steps[at + 1];
  return next
    ? ` with step ${at + 2} of ${steps.length}, “${next.title}”`
    : ' to the end';
}
