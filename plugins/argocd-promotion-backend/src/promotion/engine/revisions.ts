import { isError } from '@backstage/errors';
import { DeployedApplicationState } from '../../deployments/types';
import { sourcesOf } from '../plan/followedApplications';
import { repositoryKey } from '../repositoryUrl';
import { FollowedApplication, StoredPromotion } from '../types';
import { RevisionFacts } from './assess';
import { EngineContext } from './EngineContext';

/** Commits never change what they contain, so an answer holds for ever. Bounded; losing it costs only requests. */
const known = new Map<string, boolean>();

async function holds(
  promotion: StoredPromotion,
  repo: string,
  branch: string,
  revision: string,
  context: EngineContext,
) {
  const commit = promotion.deliveries.find(
    target => target.repo === repo && target.branch === branch,
  )?.commit?.sha;
  if (!commit) return false;
  if (commit === revision) return true;
  const key = `${promotion.id} ${repo} ${revision}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const repository = context.repository(repo);
  let answer: boolean;
  try {
    answer = await repository.contains({ ancestor: commit, commit: revision });
    if (!answer) {
      const edits = promotion.plan.edits.filter(
        edit => edit.repo === repo && edit.branch === branch,
      );
      const blobs = await Promise.all(
        edits.map(({ path }) =>
          repository
            .readFile({ commit: revision, path })
            .then(({ blob }) => blob),
        ),
      );
      answer =
        edits.length > 0 &&
        edits.every(({ blobAfter }, index) => blobs[index] === blobAfter);
    }
  } catch (error) {
    // A commit or file that is not there holds nothing.
    if (!isError(error) || error.name !== 'NotFoundError') throw error;
    answer = false;
  }
  if (known.size > 5_000) known.clear();
  known.set(key, answer);
  return answer;
}

/** The revision of a repository's source in a list of one a source, or in the single field. */
export function revisionFor(
  state: DeployedApplicationState,
  repo: string,
  at: { revision?: string; revisions?: string[] | null } | undefined,
): string | undefined {
  if (!at?.revisions?.length) return at?.revision || undefined;
  const index = sourcesOf(state).findIndex(
    ({ repoURL }) => repositoryKey(repoURL) === repositoryKey(repo),
  );
  return at.revisions[index] || undefined;
}

/** Asks git what the compared and the synced revision of an Application contain. */
export async function revisionFacts(
  promotion: StoredPromotion,
  followed: FollowedApplication,
  state: DeployedApplicationState,
  context: EngineContext,
): Promise<RevisionFacts> {
  const { sync, operationState } = state.application.status ?? {};
  const operated =
    operationState?.syncResult ?? operationState?.operation?.sync;
  if (followed.renders.length === 0) {
    const started = Date.parse(operationState?.startedAt ?? '');
    // Argo CD tells times in whole seconds.
    return {
      compared: true,
      operated: started + 1_000 > Date.parse(promotion.stateSince),
    };
  }
  const facts = { compared: true, operated: true };
  for (const { repo, branch } of followed.renders) {
    const compared = revisionFor(state, repo, sync);
    const synced =
      revisionFor(state, repo, operated) ??
      revisionFor(state, repo, operationState?.operation?.sync);
    if (!compared || !(await holds(promotion, repo, branch, compared, context)))
      facts.compared = false;
    if (!synced || !(await holds(promotion, repo, branch, synced, context)))
      facts.operated = false;
  }
  return facts;
}
