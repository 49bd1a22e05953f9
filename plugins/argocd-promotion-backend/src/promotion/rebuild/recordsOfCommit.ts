import { isError } from '@backstage/errors';
import {
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { CommitRecord, readRecords } from '../engine/recordTrailers';

/** What GitHub and Gitea, GitLab, Bitbucket and Azure DevOps write of the pull request into a commit that merges one. */
const NUMBER =
  /(?:\(#|pull request #|merge request \S*!|Merged PR )(\d{1,9})\b/i;
/** Titles and branches of promotions; of no other pull request anybody is asked. */
const OURS = /\b(?:Promote|Roll back) \S+.* in \S|\bpromotion\/[^\s/]+\//;

/** The pull request that a commit says it merges, when that is one of a promotion. */
export function mergedNumber(message: string): number | undefined {
  const number = OURS.test(message) ? NUMBER.exec(message)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

/**
 * The promotions that a commit carries, as its trailers tell. A squash or merge whose message lost them tells its pull
 * request, whose text has them too.
 */
export async function recordsOfCommit(
  commit: GitCommit,
  repository: GitRepository,
): Promise<CommitRecord[]> {
  const records = readRecords(commit.message);
  const number = mergedNumber(commit.message);
  if (records.length > 0 || number === undefined) return records;
  try {
    const pull = await repository.getPullRequest(number);
    const other = pull.mergeCommit && pull.mergeCommit !== commit.sha;
    return pull.state === 'merged' && !other ? readRecords(pull.body) : [];
  } catch (error) {
    const without =
      isError(error) &&
      ['NotFoundError', 'NotImplementedError'].includes(error.name);
    if (without) return [];
    throw error;
  }
}
