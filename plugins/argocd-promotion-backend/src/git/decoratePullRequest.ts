import { PullRequest } from '@fairway/backstage-plugin-argocd-promotion-node';

/** One thing that is nice to have, such as a label. */
export interface Decoration {
  /** For people, for example `the label promotion`. */
  what: string;
  /** Gives what the answer says of it, if anything. */
  add(): Promise<Partial<PullRequest> | void>;
}

/**
 * Adds what only decorates a pull request, one after the other. The promotion is not held up by a label that is not
 * there: what was refused is told with the pull request.
 */
export async function decoratePullRequest(
  pull: PullRequest,
  decorations: Decoration[],
): Promise<PullRequest> {
  let decorated = pull;
  const problems: string[] = [];
  for (const { what, add } of decorations) {
    try {
      decorated = { ...decorated, ...(await add()) };
    } catch (error) {
      problems.push(
        `${what}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return problems.length > 0
    ? { ...decorated, problems: [...(decorated.problems ?? []), ...problems] }
    : decorated;
}

/** Names of the reviewers that are teams (`team:<name>`), and of those that are people. */
export function splitReviewers(reviewers: string[] = []): {
  people: string[];
  teams: string[];
} {
  return {
    people: reviewers.filter(each => !each.startsWith('team:')),
    teams: reviewers
      .filter(each => each.startsWith('team:'))
      .map(each => each.slice('team:'.length)),
  };
}
