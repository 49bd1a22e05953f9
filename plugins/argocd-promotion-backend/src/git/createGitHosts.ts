import { Config } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { GitHostProvider } from '@fairway/backstage-plugin-argocd-promotion-node';
import { GiteaHostProvider } from './GiteaHostProvider';
import { GitHosts } from './GitHosts';

/** The git hosts of modules first, then those that `integrations` configures. */
export function createGitHosts(options: {
  config: Config;
  integrations: Pick<ScmIntegrations, 'gitea'>;
  added: GitHostProvider[];
}): GitHosts {
  return new GitHosts([
    ...options.added,
    GiteaHostProvider.fromIntegrations(options.integrations),
  ]);
}
