import { isError } from '@backstage/errors';
import { DeployedApplicationState } from '../../deployments/types';
import { sourcesOf } from '../plan/followedApplications';
import { repositoryKey } from '../repositoryUrl';
import { FollowedApplication, StoredPromotion } from '../types';
import { RevisionFacts } from './assess';
import { EngineContext } from './EngineContext';

/** What a revision says of the promotion's edits. */
type Holding = 'holds' | 'lacks' | 'undone';

const isCommit = (revision: string) => /^[0-9a-f]{40,64}$/.test(revision);

/** Commits never change what they contain, so an answer holds for ever. Bounded; losing it costs only requests. */
const known = new Map<string, Holding>();

/** What a file that holds the promotion names. */
function namesOf({ release: { images, charts = [] } }: StoredPromotion) {
  return [
    ...images.map(({ digest }) => digest.replace(/^sha256:/, '')),
    ...charts.map(({ version }) => version),
  ];
}

async function holding(
  promotion: StoredPromotion,
  repo: string,
  branch: string,
  revision: string,
  context: EngineContext,
): Promise<Holding> {
  const commit = promotion.deliveries.find(
    target => target.repo === repo && target.branch === branch,
  )?.commit?.sha;
  // Where Argo CD can't render, it tells the branch that it looked at and no commit.
  if (!commit || !isCommit(revision)) return 'lacks';
  // What reviewers have made of a pull request is looked at like what others commit later.
  if (commit === revision && promotion.delivery === 'commit') return 'holds';
  const key = `${promotion.id} ${repo} ${branch} ${revision}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const repository = context.repository(repo);
  const edits = promotion.plan.edits.filter(
    edit => edit.repo === repo && edit.branch === branch,
  );
  let answer: Holding;
  try {
    const contains = await repository.contains({
      ancestor: commit,
      commit: revision,
    });
    const files = await Promise.all(
      edits.map(({ path }) => repository.readFile({ commit: revision, path })),
    );
    const same = edits.every(
      ({ blobAfter }, index) => files[index].blob === blobAfter,
    );
    // Others may edit the files too; gone is what was promoted when nothing of it is in a file any more.
    const undone = files.some(
      ({ blob, content }, index) =>
        blob !== edits[index].blobAfter &&
        !namesOf(promotion).some(name => Buffer.from(content).includes(name)),
    );
    if (contains) answer = undone ? 'undone' : 'holds';
    else answer = edits.length > 0 && same ? 'holds' : 'lacks';
  } catch (error) {
    if (!isError(error) || error.name !== 'NotFoundError') throw error;
    // A commit or file that is not there holds nothing; git may get to know it a moment after Argo CD.
    return 'lacks';
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
  const facts: RevisionFacts = { compared: true, operated: true };
  for (const { repo, branch } of followed.renders) {
    const compared = revisionFor(state, repo, sync);
    const synced =
      revisionFor(state, repo, operated) ??
      revisionFor(state, repo, operationState?.operation?.sync);
    const at = (revision: string | undefined) =>
      revision
        ? holding(promotion, repo, branch, revision, context)
        : ('lacks' as const);
    const found = await at(compared);
    if (found !== 'holds') facts.compared = false;
    if (found === 'undone') facts.undoneAt = compared;
    if ((await at(synced)) !== 'holds') facts.operated = false;
  }
  return facts;
}
