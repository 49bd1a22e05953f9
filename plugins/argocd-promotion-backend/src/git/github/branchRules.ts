import { Octokit } from '@octokit/rest';
import { BranchRules } from '@fairway/backstage-plugin-argocd-promotion-node';

/** Rulesets, which everybody who reads may see, and of classic protection what the branch tells. */
export async function readBranchRules(
  octokit: Octokit,
  repo: { owner: string; repo: string },
  branch: string,
): Promise<BranchRules> {
  const [{ data: facts }, { data: rules }] = await Promise.all([
    octokit.rest.repos.getBranch({ ...repo, branch }),
    octokit.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
      ...repo,
      branch,
      per_page: 100,
    }),
  ]);
  const approvals = rules.flatMap(rule =>
    rule.type === 'pull_request'
      ? [rule.parameters?.required_approving_review_count ?? 0]
      : [],
  );
  const checks = [
    ...(facts.protection?.required_status_checks?.contexts ?? []),
    ...rules.flatMap(rule =>
      rule.type === 'required_status_checks'
        ? (rule.parameters?.required_status_checks ?? []).map(
            ({ context }) => context,
          )
        : [],
    ),
  ];
  // What classic protection demands only administrators may read: then it is left open.
  const unknown = facts.protected && rules.length === 0;
  return {
    protected: facts.protected || rules.length > 0,
    ...(unknown
      ? {}
      : {
          pullRequestRequired: approvals.length > 0,
          requiredApprovals: Math.max(0, ...approvals),
          signedCommitsRequired: rules.some(
            ({ type }) => type === 'required_signatures',
          ),
        }),
    requiredChecks: [...new Set(checks)],
  };
}
