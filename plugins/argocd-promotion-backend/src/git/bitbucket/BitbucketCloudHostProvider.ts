import {
  BitbucketCloudIntegrationConfig,
  getBitbucketCloudRequestOptions,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { RateLimit } from '../RateLimit';
import { parseRepositoryUrl, publicUrl } from '../repositoryUrl';
import { BitbucketCloudRepository } from './BitbucketCloudRepository';
import { BitbucketPages } from './BitbucketPages';

/** bitbucket.org, with the credentials of Backstage's `integrations.bitbucketCloud`. */
export class BitbucketCloudHostProvider implements GitHostProvider {
  readonly kind = 'bitbucket-cloud';
  readonly #hosts: Array<{
    config: BitbucketCloudIntegrationConfig;
    limit: RateLimit;
  }>;

  constructor(options: { hosts: BitbucketCloudIntegrationConfig[] }) {
    this.#hosts = options.hosts.map(config => ({
      config,
      limit: new RateLimit(),
    }));
  }

  static fromIntegrations(
    integrations: ScmIntegrationRegistry,
  ): BitbucketCloudHostProvider {
    return new BitbucketCloudHostProvider({
      hosts: integrations.bitbucketCloud.list().map(({ config }) => config),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    const [workspace, name, ...rest] = parsed?.path.split('/') ?? [];
    if (!parsed || !name || rest.length > 0) return undefined;
    const found = this.#hosts.find(({ config: { host } }) =>
      parsed.isHttp
        ? parsed.host === host
        : [host, `altssh.${host}`].includes(parsed.hostname),
    );
    if (!found) return undefined;
    const { config, limit } = found;
    const baseUrl = config.apiBaseUrl.replace(/\/+$/, '');
    return new BitbucketCloudRepository({
      url: publicUrl(url),
      webUrl: `https://${config.host}/${encodeURIComponent(
        workspace,
      )}/${encodeURIComponent(name)}`,
      workspace,
      name,
      pages: new BitbucketPages(
        new HttpJsonClient({
          baseUrl,
          name: `The git host ${config.host}`,
          limit,
          headers: async () =>
            (await getBitbucketCloudRequestOptions(config)).headers,
        }),
        baseUrl,
      ),
    });
  }
}
