import {
  AzureDevOpsCredentialsProvider,
  DefaultAzureDevOpsCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { RateLimit } from '../RateLimit';
import { publicUrl } from '../repositoryUrl';
import { AzureRepository } from './AzureRepository';
import { parseAzureUrl } from './parseAzureUrl';

/** Azure DevOps Services and Server, with the credentials of Backstage's `integrations.azure`. */
export class AzureHostProvider implements GitHostProvider {
  readonly kind = 'azure';
  readonly #hosts: string[];
  readonly #credentials: AzureDevOpsCredentialsProvider;
  readonly #limits = new Map<string, RateLimit>();
  readonly #origin: (host: string) => string;

  constructor(options: {
    hosts: string[];
    credentials: AzureDevOpsCredentialsProvider;
    /** Scheme, host and port of a host; by default it is spoken to by `https`, whatever the URL says. */
    origin?: (host: string) => string;
  }) {
    this.#hosts = options.hosts.map(host => host.toLowerCase());
    this.#credentials = options.credentials;
    this.#origin = options.origin ?? (host => `https://${host}`);
  }

  static fromIntegrations(
    integrations: ScmIntegrationRegistry,
    origin?: (host: string) => string,
  ): AzureHostProvider {
    return new AzureHostProvider({
      hosts: integrations.azure.list().map(({ config }) => config.host),
      credentials:
        DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations),
      ...(origin ? { origin } : {}),
    });
  }

  getRepository(url: string): GitRepository | undefined {
    const parsed = parseAzureUrl(url);
    if (!parsed || !this.#hosts.includes(parsed.host)) return undefined;
    const { host, organization, project, repository } = parsed;
    const path = `/${[...organization.split('/'), project]
      .map(encodeURIComponent)
      .join('/')}`;
    const origin = this.#origin(host);
    const account = `${host}/${organization}`;
    const limit = this.#limits.get(account) ?? new RateLimit();
    this.#limits.set(account, limit);
    const webUrl = `${origin}${path}/_git/${encodeURIComponent(repository)}`;
    return new AzureRepository({
      url: publicUrl(url),
      webUrl,
      project: path,
      name: repository,
      client: new HttpJsonClient({
        baseUrl: origin,
        name: `The git host ${host}`,
        limit,
        headers: async () =>
          (
            await this.#credentials.getCredentials({
              url: `https://${host}${path}/_git/${encodeURIComponent(
                repository,
              )}`,
            })
          )?.headers,
      }),
    });
  }
}
