import {
  Release,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Verdict } from './assess';

/** Pure: what the Rollouts of an Application say of a release that it is on its way to; undefined when nothing. */
export function rolloutVerdict(
  { name, instance }: { name: string; instance: string },
  rollouts: RolloutView[],
  release: Release,
): Verdict | undefined {
  const ours = rollouts.filter(({ update }) =>
    update?.images.some(({ repository, digest }) =>
      release.images.some(
        image => image.repository === repository && image.digest === digest,
      ),
    ),
  );
  const saying = (rollout: RolloutView) =>
    `Rollout ${rollout.name} of ${name}: ${rollout.headline}`;
  // What ended before the promotion's own template came says nothing about it.
  const aborted = ours.find(({ state }) => state === 'aborted');
  if (aborted)
    return {
      phase: 'failed',
      message: `${saying(aborted)}${
        aborted.message ? `. ${aborted.message}` : ''
      }`,
    };
  const needing = ours.find(
    ({ state, pause }) => state === 'paused' && !pause?.until,
  );
  if (needing)
    return {
      phase: 'rolling-out',
      message: `${saying(
        needing,
      )}. Somebody with argocd-promotion.rollout.act must press ${buttonOf(
        needing,
      )} here, or promote it in Argo CD '${instance}'`,
    };
  const moving = ours.find(({ state }) =>
    ['paused', 'progressing'].includes(state),
  );
  return moving && { phase: 'rolling-out', message: saying(moving) };
}

/** The label of the button in the Rollout's panel. */
function buttonOf({ pause, strategy }: RolloutView): string {
  if (pause?.reason === 'by-hand') return 'Resume';
  return strategy === 'blue-green' ? 'Switch over' : 'Continue';
}
