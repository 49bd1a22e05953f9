import {
  DefaultGitlabCredentialsProvider,
  GitlabCredentialsProvider,
  GitLabIntegrationConfig,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { RateLimit } from '../RateLimit';
import { parseRepositoryUrl, publicUrl } from '../repositoryUrl';
import { GitlabRepository } from './GitlabRepository';

/** gitlab.com and GitLabs of one's own, with the token of Backstage's `integrations.gitlab`. */
export class GitlabHostProvider implements GitHostProvider {
  readonly kind = 'gitlab';
  readonly #hosts: Array<{
    config: GitLabIntegrationConfig;
    limit: RateLimit;
  }>;
  readonly #credentials: GitlabCredentialsProvider;

  constructor(options: {
    hosts: GitLabIntegrationConfig[];
    credentials: GitlabCredentialsProvider;
  }) {
    this.#hosts = options.hosts.map(config => ({
      config,
      limit: new RateLimit(),
    }));
    this.#credentials = options.credentials;
  }

  static fromIntegrations(
    integrations: ScmIntegrationRegistry,
  ): GitlabHostProvider {
    return new GitlabHostProvider({
      hosts: integrations.gitlab.list().map(({ config }) => config),
      credentials:
        DefaultGitlabCredentialsProvider.fromIntegrations(integrations),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    if (!parsed) return undefined;
    const found = this.#hosts.find(({ config: { host, baseUrl } }) => {
      const hosts = [host.toLowerCase(), new URL(baseUrl).host.toLowerCase()];
      return parsed.isHttp
        ? hosts.includes(parsed.host)
        : hosts.some(each => each.replace(/:\d+$/, '') === parsed.hostname);
    });
    if (!found) return undefined;
    const { config, limit } = found;
    const baseUrl = config.baseUrl.replace(/\/+$/, '');
    const prefix = new URL(baseUrl).pathname.replace(/^\/+|\/+$/g, '');
    const project =
      parsed.isHttp && prefix !== '' && parsed.path.startsWith(`${prefix}/`)
        ? parsed.path.slice(prefix.length + 1)
        : parsed.path;
    if (!project.includes('/')) return undefined;
    const webUrl = `${baseUrl}/${project
      .split('/')
      .map(encodeURIComponent)
      .join('/')}`;
    return new GitlabRepository({
      url: publicUrl(url),
      webUrl,
      project,
      client: new HttpJsonClient({
        baseUrl: config.apiBaseUrl.replace(/\/+$/, ''),
        name: `The git host ${config.host}`,
        limit,
        headers: async () =>
          (
            await this.#credentials.getCredentials({
              url: `https://${config.host}/${project}`,
            })
          ).headers,
      }),
    });
  }
}
