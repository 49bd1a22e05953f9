import { isError } from '@backstage/errors';
import { DeployedApplicationState } from '../../../deployments/types';
import {
  applicationKey,
  EngineNotes,
  FollowedApplication,
  StoredPromotion,
} from '../../types';
import { Verdict } from '../assess';
import { EngineContext, Fence, findDeployments } from '../EngineContext';

/** How often a refused sync is asked for again; rights may have been given meanwhile. */
const ASK_AGAIN_MS = 30_000;

/** Syncs to the revision that Argo CD compared, which contains the commit; when that is refused, says who must. */
export async function requestSync(
  promotion: StoredPromotion,
  followed: FollowedApplication,
  state: DeployedApplicationState,
  verdict: Verdict,
  notes: EngineNotes,
  context: EngineContext,
  fence: Fence,
): Promise<Verdict> {
  const key = applicationKey(followed);
  const now = context.now();
  const { revision, revisions } = state.application.status?.sync ?? {};
  const wanted = revisions?.length ? revisions.join(' ') : revision ?? '';
  if (notes.syncPosted?.[key] === wanted) return verdict;
  const refused = notes.syncRefused?.[key];
  if (
    refused?.revision === wanted &&
    now.getTime() - Date.parse(refused.at) < ASK_AGAIN_MS
  )
    return forPeople(followed, verdict, refused.why);

  // The right to write may be gone since this was committed.
  const found = await findDeployments(promotion, context);
  if ('missing' in found)
    return forPeople(
      followed,
      verdict,
      `it is not asked for here: ${found.missing}`,
    );
  const client = context.argocd(followed.instance);
  if (!client) {
    return forPeople(
      followed,
      verdict,
      `the Instance ${followed.instance} is not configured any more`,
    );
  }
  await fence();
  try {
    const positions = {
      revisions: revisions ?? [],
      sourcePositions: (revisions ?? []).map((_, index) => index + 1),
    };
    await client.sync(followed, revisions?.length ? positions : { revision });
  } catch (error) {
    const why = isError(error) ? error.message : String(error);
    const isRefusal =
      isError(error) && ['NotAllowedError', 'InputError'].includes(error.name);
    // Not a matter of rights: the next look asks again.
    if (!isRefusal) {
      return {
        phase: 'needs-sync',
        message: `A sync of ${followed.name} could not be asked for, tries again: ${why}`,
      };
    }
    const entry = { at: now.toISOString(), revision: wanted, why };
    notes.syncRefused = { ...notes.syncRefused, [key]: entry };
    return forPeople(followed, verdict, why);
  }
  notes.syncPosted = { ...notes.syncPosted, [key]: wanted };
  return {
    phase: 'syncing',
    message: `A sync of ${followed.name} was asked for`,
  };
}

function forPeople(
  { name, project, instance }: FollowedApplication,
  { message }: Verdict,
  why: string,
): Verdict {
  return {
    phase: 'needs-people',
    message: `${message}; a sync was not possible (${why}). Somebody with the right to sync ${project}/${name} must press Sync on it in Argo CD '${instance}'`,
  };
}
