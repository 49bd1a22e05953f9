import {
  getGiteaRequestOptions,
  GiteaIntegration,
  GiteaIntegrationConfig,
  ScmIntegrations,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { GiteaRepository } from './GiteaRepository';
import { HttpJsonClient } from './HttpJsonClient';
import { parseRepositoryUrl, publicUrl, RepositoryUrl } from './repositoryUrl';

/** Gitea and Forgejo servers, with the credentials of Backstage's `integrations.gitea`. */
export class GiteaHostProvider implements GitHostProvider {
  readonly kind = 'gitea';
  readonly #hosts: GiteaIntegrationConfig[];
  readonly #deadlineMs: number | undefined;

  constructor(options: {
    hosts: GiteaIntegrationConfig[];
    deadlineMs?: number;
  }) {
    this.#hosts = options.hosts;
    this.#deadlineMs = options.deadlineMs;
  }

  static fromIntegrations(
    integrations: Pick<ScmIntegrations, 'gitea'>,
  ): GiteaHostProvider {
    return new GiteaHostProvider({
      hosts: integrations.gitea
        .list()
        .map((gitea: GiteaIntegration) => gitea.config),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    if (!parsed) return undefined;
    for (const config of this.#hosts) {
      const webUrl = (config.baseUrl ?? `https://${config.host}`).replace(
        /\/+$/,
        '',
      );
      const path = matches(parsed, config, webUrl);
      const parts = path?.split('/') ?? [];
      if (parts.length !== 2) continue;
      const { headers = {} } = getGiteaRequestOptions(config);
      const client = new HttpJsonClient({
        baseUrl: `${webUrl}/api/v1`,
        headers,
        name: `The git host ${config.host}`,
        ...(this.#deadlineMs === undefined
          ? {}
          : { deadlineMs: this.#deadlineMs }),
      });
      return new GiteaRepository({
        url: publicUrl(url),
        webUrl,
        owner: parts[0],
        name: parts[1],
        client,
      });
    }
    return undefined;
  }
}

/** The repository's path below the server's base, when the URL is on that server. */
function matches(
  url: RepositoryUrl,
  config: GiteaIntegrationConfig,
  webUrl: string,
): string | undefined {
  const base = new URL(webUrl);
  const hosts = [config.host.toLowerCase(), base.host.toLowerCase()];
  const onHost = url.isHttp
    ? hosts.includes(url.host)
    : hosts.some(host => host.replace(/:\d+$/, '') === url.hostname);
  if (!onHost) return undefined;
  const prefix = base.pathname.replace(/^\/+|\/+$/g, '');
  return url.isHttp && prefix !== '' && url.path.startsWith(`${prefix}/`)
    ? url.path.slice(prefix.length + 1)
    : url.path;
}
