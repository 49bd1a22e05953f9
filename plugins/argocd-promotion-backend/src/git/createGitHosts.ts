import { Config } from '@backstage/config';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { GitHostProvider } from '@fairway/backstage-plugin-argocd-promotion-node';
import { AzureHostProvider } from './azure/AzureHostProvider';
import { BitbucketCloudHostProvider } from './bitbucket/BitbucketCloudHostProvider';
import { BitbucketServerHostProvider } from './bitbucket/BitbucketServerHostProvider';
import { GiteaHostProvider } from './GiteaHostProvider';
import { GithubHostProvider } from './github/GithubHostProvider';
import { GitlabHostProvider } from './gitlab/GitlabHostProvider';
import { GitHosts } from './GitHosts';
import { PlainGitHostProvider } from './plain/PlainGitHostProvider';

/** The git hosts of modules first, then those that `integrations` configures, then the servers without an API. */
export function createGitHosts(options: {
  config: Config;
  integrations: ScmIntegrationRegistry;
  added: GitHostProvider[];
}): GitHosts {
  return new GitHosts([
    ...options.added,
    GithubHostProvider.fromIntegrations(options.integrations),
    GitlabHostProvider.fromIntegrations(options.integrations),
    AzureHostProvider.fromIntegrations(options.integrations),
    BitbucketCloudHostProvider.fromIntegrations(options.integrations),
    BitbucketServerHostProvider.fromIntegrations(
      options.integrations,
      options.config.getOptionalString('backend.workingDirectory'),
    ),
    GiteaHostProvider.fromIntegrations(options.integrations),
    PlainGitHostProvider.fromConfig(options.config),
  ]);
}
