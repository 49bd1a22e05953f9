import { createHash } from 'node:crypto';
import {
  RolloutState,
  RolloutSummary,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { actionOffers } from './actions';
import { RolloutFacts, RolloutManifest, withoutAbsent } from './facts';
import { headlineOf } from './headline';
import { isComplete, pauseOf, stepsOf, weightsOf } from './steps';
import { TagOf, versionsOf } from './versions';

/** What people are told of a Rollout. */
export function rolloutView(
  facts: RolloutFacts,
  tagOf: TagOf = () => undefined,
): RolloutView {
  const { manifest, analyses } = facts;
  const { canary, blueGreen } = manifest;
  const state = stateOf(manifest);
  const versions = versionsOf(facts, tagOf);
  const told = withoutAbsent({
    namespace: manifest.namespace,
    name: manifest.name,
    state,
    message: manifest.message,
    strategy: (blueGreen ? 'blue-green' : 'canary') as RolloutView['strategy'],
    revision: manifest.revision,
    ...versions,
    steps: canary ? stepsOf(facts) : [],
    weights: weightsOf(facts),
    pause: state === 'aborted' ? undefined : pauseOf(facts),
    blueGreen: blueGreen
      ? withoutAbsent({
          active: activeOf(manifest),
          autoPromotion: blueGreen.autoPromotion,
          scaleDownDelaySeconds: blueGreen.scaleDownDelaySeconds,
          activeService: blueGreen.activeService,
          previewService: blueGreen.previewService,
        })
      : undefined,
    replicas: manifest.replicas,
    analyses: analyses.map(({ uid: _, ...analysis }) => analysis),
    startedAt: manifest.startedAt,
    finishedAt: manifest.finishedAt ?? manifest.abortedAt,
  });
  return {
    ...told,
    headline: headlineOf(told),
    actions: actionOffers(told, manifest),
    seen: seenOf(manifest),
  };
}

export function summaryOf(view: RolloutView): RolloutSummary {
  const { namespace, name, state, headline } = view;
  // Of a Rollout that is well, Argo Rollouts says what the headline says already.
  const ill = state === 'aborted' || state === 'degraded';
  const message = ill ? view.message : undefined;
  return withoutAbsent({ namespace, name, state, headline, message });
}

function stateOf(manifest: RolloutManifest): RolloutState {
  const { aborted, phase, pauses, pausedByHand, observed } = manifest;
  if (!observed) return 'progressing';
  if (aborted) return 'aborted';
  if (phase === 'Degraded') return 'degraded';
  if (!isComplete(manifest) && (pausedByHand || pauses.length > 0))
    return 'paused';
  if (phase === 'Healthy' || (phase === undefined && isComplete(manifest)))
    return 'complete';
  return phase === undefined ? 'unknown' : 'progressing';
}

function activeOf({
  activeSelector,
  currentHash,
  stableHash,
}: RolloutManifest): 'stable' | 'update' | undefined {
  if (!activeSelector) return undefined;
  if (activeSelector === stableHash) return 'stable';
  return activeSelector === currentHash ? 'update' : undefined;
}

/** Changes with everything that an action depends upon. */
export function seenOf(manifest: RolloutManifest): string {
  const { currentHash, stableHash, stepIndex, aborted, pausedByHand } =
    manifest;
  const { pauses, promoteFull, restartAt } = manifest;
  return createHash('sha1')
    .update(
      JSON.stringify([
        currentHash,
        stableHash,
        stepIndex,
        aborted,
        pausedByHand,
        pauses,
        promoteFull,
        restartAt,
      ]),
    )
    .digest('hex')
    .slice(0, 16);
}
