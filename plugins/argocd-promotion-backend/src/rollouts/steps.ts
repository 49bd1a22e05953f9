import {
  RolloutStep,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { goDuration } from '../deployments/operation';
import { CanaryStep, RolloutFacts, withoutAbsent } from './facts';

const FAILED = ['Failed', 'Error'];

/** `5 s`, `10 min`, `1 h 30 min` out of a Go duration or a number of seconds; what is neither stays as it is. */
export function spell(duration: string): string {
  const milliseconds = goDuration(duration, NaN);
  if (Number.isNaN(milliseconds)) return duration;
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ].filter(([amount]) => amount !== 0);
  return parts.map(part => part.join(' ')).join(' ') || '0 s';
}

function titleOf(step: CanaryStep): Pick<RolloutStep, 'kind' | 'title'> {
  if (step.setWeight !== undefined)
    return { kind: 'weight', title: `${step.setWeight} %` };
  if (step.pause) {
    const { duration } = step.pause;
    return {
      kind: 'pause',
      title: duration ? `Pause of ${spell(duration)}` : 'Waits for somebody',
    };
  }
  if (step.analysis)
    return {
      kind: 'analysis',
      title: ['Analysis', step.analysis.join(', ')].join(' ').trim(),
    };
  if (step.other === 'experiment')
    return { kind: 'experiment', title: 'Experiment' };
  return { kind: 'other', title: step.other ?? 'Step' };
}

/** The steps of a canary with where it stands among them. */
export function stepsOf({ manifest, analyses }: RolloutFacts): RolloutStep[] {
  const { canary, aborted } = manifest;
  const failedAt = analyses.find(
    ({ kind, phase }) => kind === 'step' && FAILED.includes(phase),
  )?.step;
  return (canary?.steps ?? []).map((step, index) =>
    withoutAbsent({
      ...titleOf(step),
      state: aborted
        ? abortedState(index, failedAt)
        : stateOf(index, manifest.stepIndex, isComplete(manifest)),
      weight: step.setWeight,
    }),
  );
}

/** An abort sets the controller's index back to 0; how far it had come shows only in the analysis that failed. */
function abortedState(
  index: number,
  failedAt: number | undefined,
): RolloutStep['state'] {
  if (failedAt === undefined || index > failedAt) return 'waiting';
  return index === failedAt ? 'failed' : 'done';
}

function stateOf(
  index: number,
  current: number | undefined,
  complete: boolean,
): RolloutStep['state'] {
  if (complete || index < (current ?? 0)) return 'done';
  return index === (current ?? 0) ? 'current' : 'waiting';
}

export function isComplete({
  currentHash,
  stableHash,
}: RolloutFacts['manifest']): boolean {
  return currentHash !== undefined && currentHash === stableHash;
}

/** How the traffic is shared out: as the router does it, else by the Pods there are. */
export function weightsOf({
  manifest,
  sets,
}: RolloutFacts): RolloutView['weights'] {
  const { traffic, currentHash, stableHash, canary } = manifest;
  if (!canary || !stableHash) return undefined;
  if (isComplete(manifest)) return { update: 0, stable: 100, by: 'pods' };
  if (traffic) return { ...traffic, by: 'traffic' };
  const podsOf = (hash: string | undefined) =>
    sets.find(set => set.hash === hash)?.pods.ready ?? 0;
  const update = podsOf(currentHash);
  const total = update + podsOf(stableHash);
  if (total === 0) return undefined;
  const percent = Math.round((update / total) * 100);
  return { update: percent, stable: 100 - percent, by: 'pods' };
}

/** What it pauses for, and until when. */
export function pauseOf({ manifest }: RolloutFacts): RolloutView['pause'] {
  const { pauses, pausedByHand, canary, blueGreen, stepIndex } = manifest;
  if (pausedByHand)
    return withoutAbsent({
      reason: 'by-hand' as const,
      since: manifest.pausedAt,
    });
  const [pause] = pauses;
  if (!pause) return undefined;
  const since = pause.startTime;
  if (/Inconclusive/.test(pause.reason))
    return withoutAbsent({ reason: 'inconclusive' as const, since });
  const seconds = blueGreen?.autoPromotionSeconds;
  const duration = blueGreen
    ? seconds && `${seconds}s`
    : canary?.steps[stepIndex ?? 0]?.pause?.duration;
  return withoutAbsent({
    reason: blueGreen ? ('blue-green' as const) : ('step' as const),
    since,
    until: since && duration ? later(since, duration) : undefined,
  });
}

function later(since: string, duration: string): string | undefined {
  const end = Date.parse(since) + goDuration(duration, NaN);
  return Number.isNaN(end) ? undefined : new Date(end).toISOString();
}
