import { Config } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { GitHostProvider } from '@fairway/backstage-plugin-argocd-promotion-node';
import { GiteaHostProvider } from './GiteaHostProvider';
import { GitHosts } from './GitHosts';
import { PlainGitHostProvider } from './plain/PlainGitHostProvider';

/** The git hosts of modules first, then those that `integrations` configures, then the servers without an API. */
export function createGitHosts(options: {
  config: Config;
  integrations: Pick<ScmIntegrations, 'gitea'>;
  added: GitHostProvider[];
}): GitHosts {
  return new GitHosts([
    ...options.added,
    GiteaHostProvider.fromIntegrations(options.integrations),
    PlainGitHostProvider.fromConfig(options.config),
  ]);
}
