import { PullRequest } from '@fairway/backstage-plugin-argocd-promotion-node';

/** The newest of one head branch; one into `base` goes before one that was pointed at another branch. */
export function newestPullRequest(
  pulls: PullRequest[],
  base: string,
): PullRequest | undefined {
  const rank = (pull: PullRequest) => (pull.base === base ? 1 : 0);
  return [...pulls].sort((a, b) => rank(b) - rank(a) || b.number - a.number)[0];
}
