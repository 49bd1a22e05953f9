import {
  DefaultGithubCredentialsProvider,
  GithubCredentialsProvider,
  GithubIntegrationConfig,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { RateLimit } from '../RateLimit';
import { parseRepositoryUrl, publicUrl } from '../repositoryUrl';
import { createGithubClient } from './createGithubClient';
import { GithubRepository } from './GithubRepository';

/** github.com and GitHub Enterprise Servers, with the App or token of Backstage's `integrations.github`. */
export class GithubHostProvider implements GitHostProvider {
  readonly kind = 'github';
  readonly #hosts: Array<{
    config: GithubIntegrationConfig;
    limit: RateLimit;
  }>;
  readonly #credentials: GithubCredentialsProvider;
  readonly #deadlineMs: number | undefined;

  constructor(options: {
    hosts: GithubIntegrationConfig[];
    credentials: GithubCredentialsProvider;
    deadlineMs?: number;
  }) {
    this.#hosts = options.hosts.map(config => ({
      config,
      limit: new RateLimit(),
    }));
    this.#credentials = options.credentials;
    this.#deadlineMs = options.deadlineMs;
  }

  static fromIntegrations(
    integrations: ScmIntegrationRegistry,
  ): GithubHostProvider {
    return new GithubHostProvider({
      hosts: integrations.github.list().map(({ config }) => config),
      credentials:
        DefaultGithubCredentialsProvider.fromIntegrations(integrations),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    const [owner, repo, ...rest] = parsed?.path.split('/') ?? [];
    if (!parsed || !repo || rest.length > 0) return undefined;
    const found = this.#hosts.find(({ config: { host } }) =>
      parsed.isHttp
        ? host.toLowerCase() === parsed.host
        : host.toLowerCase().replace(/:\d+$/, '') === parsed.hostname ||
          (host === 'github.com' && parsed.hostname === 'ssh.github.com'),
    );
    if (!found) return undefined;
    const { config, limit } = found;
    const { host, apiBaseUrl = `https://${host}/api/v3` } = config;
    const webUrl = `https://${host}/${owner}/${repo}`;
    const name = `The git host ${host}`;
    const octokit = createGithubClient({
      apiBaseUrl,
      name,
      limit,
      headers: async () =>
        (await this.#credentials.getCredentials({ url: webUrl })).headers,
      ...(this.#deadlineMs === undefined
        ? {}
        : { deadlineMs: this.#deadlineMs }),
    });
    return new GithubRepository({
      url: publicUrl(url),
      webUrl,
      owner,
      repo,
      name,
      octokit,
    });
  }
}
