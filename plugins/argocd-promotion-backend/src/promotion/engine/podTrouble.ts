import { ResourceTree } from '../../argocd/types';
import { currentPods } from '../../inventory/runningImages';

const PULL_REASONS = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName'];

/** A Rollout that was aborted, as after a failed analysis, does not go on by itself; undefined when there is none. */
export function abortedRollout(tree: ResourceTree): string | undefined {
  const aborted = (tree.nodes ?? []).find(
    ({ kind, health }) =>
      kind === 'Rollout' &&
      health?.status === 'Degraded' &&
      health.message?.startsWith('RolloutAborted'),
  );
  return (
    aborted && `Rollout ${aborted.name} was aborted: ${aborted.health?.message}`
  );
}

/** Why new Pods do not start, in words that stay the same between two looks; undefined when none is in trouble. */
export function podTrouble(tree: ResourceTree): string | undefined {
  const [first, ...others] = currentPods(tree).filter(
    ({ health }) => health?.status === 'Degraded',
  );
  if (!first) return undefined;
  const reason = first.info?.find(
    ({ name }) => name === 'Status Reason',
  )?.value;
  // The two reasons of a pull that fails take turns.
  const what =
    reason && PULL_REASONS.includes(reason)
      ? `cannot pull an image (${(first.images ?? []).join(', ')})`
      : `is in trouble: ${reason ?? first.health?.message ?? 'Degraded'}`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `Pod ${first.name}${more} ${what}`;
}
