import type { GitRepository as AzureGitRepository } from 'azure-devops-node-api/interfaces/GitInterfaces';
import type { PolicyConfiguration } from 'azure-devops-node-api/interfaces/PolicyInterfaces';
import { BranchRules } from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { List, withVersion } from './azureShapes';

/** Ids that the host gives to its own kinds of policies, the same everywhere. */
const REVIEWERS = 'fa4e907d-c16b-4a4c-9dfa-4906e5d171dd';
const BUILD = '0609b952-1397-4640-95ec-e00a01b2c241';

/** The branch policies: whichever blocks makes a pull request necessary. */
export async function readBranchRules(
  client: HttpJsonClient,
  options: { project: string; api: string; branch: string },
): Promise<BranchRules> {
  const { id = '' } = await client.get<AzureGitRepository>(
    withVersion(options.api),
  );
  const { value = [] } = await client.get<List<PolicyConfiguration>>(
    withVersion(`${options.project}/_apis/git/policy/configurations`, {
      repositoryId: id,
      refName: `refs/heads/${options.branch}`,
    }),
  );
  const blocking = value.filter(
    ({ isEnabled, isBlocking }) => isEnabled && isBlocking,
  );
  const settings = (type: string) =>
    blocking
      .filter(policy => policy.type?.id === type)
      .map(policy => policy.settings ?? {});
  return {
    protected: blocking.length > 0,
    pullRequestRequired: blocking.length > 0,
    requiredApprovals: Math.max(
      0,
      ...settings(REVIEWERS).map(({ minimumApproverCount }) =>
        Number(minimumApproverCount ?? 0),
      ),
    ),
    requiredChecks: settings(BUILD).flatMap(({ displayName }) =>
      displayName ? [String(displayName)] : [],
    ),
  };
}
