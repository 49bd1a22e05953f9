import {
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { StoredPromotion } from '../types';
import { isCommitOf } from './trailers';

/** Most often one's own commit is among the newest; on a busy branch it may lie far below them. */
const DEPTHS = [50, 500, 5_000];
/** Clocks of git hosts and of replicas may differ by so much. */
const CLOCKS_DIFFER_MS = 3_600_000;

/**
 * The commit of a promotion on a branch, searched for as far back as the promotion was requested: after a long outage of
 * ours many neighbours may have come after it.
 */
export async function findOwnCommit(
  promotion: Pick<StoredPromotion, 'id' | 'createdAt'>,
  repository: GitRepository,
  options: { ref: string; path?: string },
): Promise<GitCommit | undefined> {
  const begun = Date.parse(promotion.createdAt) - CLOCKS_DIFFER_MS;
  for (const limit of DEPTHS) {
    const commits = await repository.listCommits({ ...options, limit });
    const own = commits.find(({ message }) =>
      isCommitOf(promotion.id, message),
    );
    if (own) return own;
    const oldest = commits.at(-1);
    if (
      commits.length < limit ||
      !oldest ||
      Date.parse(oldest.committedAt) < begun
    )
      return undefined;
  }
  return undefined;
}
