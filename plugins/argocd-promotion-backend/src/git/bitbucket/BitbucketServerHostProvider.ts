import {
  BitbucketServerIntegrationConfig,
  getBitbucketServerRequestOptions,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { PlainGitHostProvider } from '../plain/PlainGitHostProvider';
import { RateLimit } from '../RateLimit';
import { parseRepositoryUrl, publicUrl } from '../repositoryUrl';
import { BitbucketServerPullRequests } from './BitbucketServerPullRequests';
import { BitbucketServerRepository } from './BitbucketServerRepository';

/** Bitbucket Data Center, with the credentials of Backstage's `integrations.bitbucketServer`. */
export class BitbucketServerHostProvider implements GitHostProvider {
  readonly kind = 'bitbucket-server';
  readonly #hosts: Array<{
    config: BitbucketServerIntegrationConfig;
    limit: RateLimit;
    /** Address of the pages, without slash. */
    base: string;
    git: PlainGitHostProvider;
  }>;

  constructor(options: {
    hosts: BitbucketServerIntegrationConfig[];
    workingDirectory?: string;
  }) {
    const { workingDirectory } = options;
    this.#hosts = options.hosts.map(config => {
      const base = config.apiBaseUrl.replace(/\/rest\/api\/.*$/, '');
      const { authorization } = requestHeaders(config);
      return {
        config,
        limit: new RateLimit(),
        base,
        git: new PlainGitHostProvider({
          servers: [
            {
              host: new URL(base).host,
              ...(authorization ? { authorization } : {}),
            },
          ],
          ...(workingDirectory ? { workingDirectory } : {}),
        }),
      };
    });
  }

  static fromIntegrations(
    integrations: ScmIntegrationRegistry,
    workingDirectory?: string,
  ): BitbucketServerHostProvider {
    return new BitbucketServerHostProvider({
      hosts: integrations.bitbucketServer.list().map(({ config }) => config),
      ...(workingDirectory ? { workingDirectory } : {}),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    if (!parsed) return undefined;
    const found = this.#hosts.find(({ config: { host } }) =>
      parsed.isHttp
        ? parsed.host === host.toLowerCase()
        : parsed.hostname === host.toLowerCase().replace(/:\d+$/, ''),
    );
    if (!found) return undefined;
    const { config, limit, base, git } = found;
    // By HTTP below `scm`, and below that whatever path the server is at; by SSH the project comes first.
    const parts = parsed.path.split('/');
    const [project, slug, ...rest] = parsed.isHttp
      ? parts.slice(parts.indexOf('scm') + 1)
      : parts;
    if (!slug || rest.length > 0 || (parsed.isHttp && !parts.includes('scm')))
      return undefined;
    const path = `${encodeURIComponent(project)}/${encodeURIComponent(slug)}`;
    const plain = git.getRepository(`${base}/scm/${path}.git`);
    if (!plain) return undefined;
    const client = (baseUrl: string) =>
      new HttpJsonClient({
        baseUrl,
        name: `The git host ${config.host}`,
        limit,
        headers: {
          ...requestHeaders(config),
          // Else the server takes a write for one that a page of somebody else has made.
          'x-atlassian-token': 'no-check',
        },
      });
    return new BitbucketServerRepository({
      url: publicUrl(url),
      webUrl: `${base}/projects/${encodeURIComponent(
        project,
      )}/repos/${encodeURIComponent(slug)}`,
      git: plain,
      builds: client(`${base}/rest/build-status/1.0`),
      pulls: new BitbucketServerPullRequests(
        client(config.apiBaseUrl.replace(/\/+$/, '')),
        { project, slug },
      ),
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map(({ git }) => git.close()));
  }
}

/** The headers of Backstage's integration, names in lower case. */
function requestHeaders(
  config: BitbucketServerIntegrationConfig,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(getBitbucketServerRequestOptions(config).headers).map(
      ([name, value]) => [name.toLowerCase(), value],
    ),
  );
}
