import { stringifyError } from '@backstage/errors';
import { DeployedApplicationState } from '../../deployments/types';
import { hasRollouts, readRollouts } from '../../rollouts/readRollouts';
import { rolloutView } from '../../rollouts/rolloutView';
import { applicationKey, FollowedApplication, StoredPromotion } from '../types';
import { Verdict } from './assess';
import { EngineContext } from './EngineContext';
import { rolloutVerdict } from './rolloutVerdict';

/** What the Rollouts say; their steps and analyses are in their live manifests alone. */
export async function askRollouts(
  { release }: StoredPromotion,
  followed: FollowedApplication,
  { application, rollouts }: DeployedApplicationState,
  context: EngineContext,
): Promise<Verdict | undefined> {
  if (!hasRollouts(application)) return undefined;
  const client = context.argocd(followed.instance);
  const tags = new Map(
    release.images.map(({ digest, tag }) => [digest, tag] as const),
  );
  try {
    const facts =
      rollouts?.current || !client
        ? rollouts?.rollouts ?? []
        : await readRollouts({
            client,
            application,
            ...(rollouts ? { before: rollouts.rollouts } : {}),
          });
    const views = facts.map(rollout =>
      rolloutView(rollout, (_, digest) => tags.get(digest)),
    );
    return rolloutVerdict(followed, views, release);
  } catch (error) {
    context.logger.debug(
      `The Rollouts of ${applicationKey(
        followed,
      )} were not read: ${stringifyError(error)}`,
    );
    return undefined;
  }
}
