import { Problem } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';

/**
 * What the git host demands of whoever writes to the branches of a plan, told before anybody presses Promote. What it does
 * not tell, or the token may not know, is no problem: the write will.
 */
export async function branchProblems(options: {
  environment: string;
  delivery: 'commit' | 'pull-request';
  branches: Array<{ repo: string; branch: string }>;
  getRepository(url: string): GitRepository | undefined;
}): Promise<Problem[]> {
  const { environment, delivery, branches, getRepository } = options;
  const problems: Problem[] = [];
  for (const { repo, branch } of branches) {
    const rules = await getRepository(repo)
      ?.getBranchRules?.(branch)
      .catch(() => undefined);
    if (!rules) continue;
    if (delivery === 'commit' && rules.pullRequestRequired)
      problems.push({
        code: 'pull-request-required',
        environment,
        message: `The branch ${branch} of ${repo} takes changes by pull request only.`,
        remedy:
          'Deliver by pull request, or let the token pass the rule on the git host.',
      });
    const reviews = rules.requiredApprovals ?? 0;
    const checks = rules.requiredChecks ?? [];
    if (delivery === 'pull-request' && (reviews > 0 || checks.length > 0))
      problems.push({
        code: 'reviews-required',
        environment,
        message: `To be merged into ${branch}, the pull request needs ${[
          ...(reviews > 0
            ? [`${reviews} approving ${reviews === 1 ? 'review' : 'reviews'}`]
            : []),
          ...(checks.length > 0 ? [`the checks ${checks.join(', ')}`] : []),
        ].join(' and ')}.`,
        remedy: 'The git host asks for it; the promotion waits meanwhile.',
      });
    if (rules.signedCommitsRequired)
      problems.push({
        code: 'signed-commits-required',
        environment,
        message: `The branch ${branch} of ${repo} takes signed commits only.`,
        remedy:
          'A GitHub App signs what it commits. With another token, deliver by pull request and let the host sign the merge.',
      });
  }
  return problems;
}
