import { request } from 'undici';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { normalizeRepository } from '../images/reference';

/** A registry that may be asked, as in `argocdPromotion.registries`. */
export interface RegistryConfig {
  host: string;
  username?: string;
  password?: string;
  insecure: boolean;
}

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const MAX_BYTES = 4 * 1024 * 1024;

interface Manifest {
  manifests?: Array<{
    digest?: string;
    platform?: { os?: string; architecture?: string };
  }>;
  config?: { digest?: string };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Asks OCI registries: only those that are configured, each call with a deadline and a limit of its answer. */
export class RegistryClient {
  readonly #registries: RegistryConfig[];
  readonly #deadlineMs: number;

  constructor(options: { registries: RegistryConfig[]; deadlineMs?: number }) {
    this.#registries = options.registries;
    this.#deadlineMs = options.deadlineMs ?? 10_000;
  }

  /** Whether the repository is on a configured registry. */
  knows(repository: string): boolean {
    return this.#find(repository) !== undefined;
  }

  /** Digest that a tag points to now. Throws `NotFoundError` when there is no such tag. */
  async resolveTag(repository: string, tag: string): Promise<string> {
    const { headers } = await this.#manifest('HEAD', repository, tag);
    const digest = headers['docker-content-digest'];
    if (typeof digest === 'string' && digest !== '') return digest;
    throw new ServiceUnavailableError(
      `The registry of ${repository} did not tell the digest of ${tag}`,
    );
  }

  /** Digests of the platforms of an image index; empty for an image of one platform. */
  async platformDigests(repository: string, digest: string): Promise<string[]> {
    const { manifests = [] } = await this.#readManifest(repository, digest);
    return manifests.flatMap(child => (child.digest ? [child.digest] : []));
  }

  /** Labels of the image's configuration; of an index those of its first platform. */
  async labels(
    repository: string,
    digest: string,
  ): Promise<Record<string, string>> {
    let manifest = await this.#readManifest(repository, digest);
    // Attestations are listed beside the platforms, with the platform `unknown`.
    const platform = manifest.manifests?.find(
      child => child.platform?.os !== 'unknown',
    )?.digest;
    if (platform) manifest = await this.#readManifest(repository, platform);
    if (!manifest.config?.digest) return {};
    const config = parseJson<{
      config?: { Labels?: Record<string, string> | null };
    }>(
      await this.#call(
        'GET',
        repository,
        `blobs/${encodeURIComponent(manifest.config.digest)}`,
      ),
      repository,
    );
    return config.config?.Labels ?? {};
  }

  async #readManifest(repository: string, digest: string): Promise<Manifest> {
    return parseJson<Manifest>(
      await this.#manifest('GET', repository, digest),
      repository,
    );
  }

  #manifest(
    method: 'GET' | 'HEAD',
    repository: string,
    reference: string,
  ): Promise<Answer> {
    return this.#call(
      method,
      repository,
      `manifests/${encodeURIComponent(reference)}`,
    );
  }

  #find(
    repository: string,
  ): { registry: RegistryConfig; path: string; origin: string } | undefined {
    const canonical = normalizeRepository(repository);
    const host = canonical.slice(0, canonical.indexOf('/'));
    const registry = this.#registries.find(
      known => known.host.toLowerCase() === host,
    );
    if (!registry) return undefined;
    const address = host === 'docker.io' ? 'registry-1.docker.io' : host;
    return {
      registry,
      path: canonical.slice(host.length + 1),
      origin: `${registry.insecure ? 'http' : 'https'}://${address}`,
    };
  }

  async #call(
    method: 'GET' | 'HEAD',
    repository: string,
    rest: string,
  ): Promise<Answer> {
    const found = this.#find(repository);
    if (!found) {
      throw new InputError(
        `The registry of ${repository} is not configured; add its host to argocdPromotion.registries`,
      );
    }
    const { registry, path, origin } = found;
    const url = `${origin}/v2/${path
      .split('/')
      .map(encodeURIComponent)
      .join('/')}/${rest}`;
    let answer = await this.#request(method, url, repository, {});
    if (answer.status === 401) {
      const authorization = await this.#authorize(
        String(answer.headers['www-authenticate'] ?? ''),
        registry,
        path,
        repository,
      );
      answer = await this.#request(method, url, repository, { authorization });
    }
    // Blobs are often kept elsewhere; the credentials stay here.
    const location = answer.headers.location;
    if (
      [301, 302, 307, 308].includes(answer.status) &&
      typeof location === 'string'
    ) {
      answer = await this.#request(
        method,
        new URL(location, url).toString(),
        repository,
        {},
      );
    }
    if (answer.status === 404)
      throw new NotFoundError(
        `${repository} has no ${rest.replace('/', ' ')} in its registry`,
      );
    if (answer.status === 401 || answer.status === 403) {
      throw new InputError(
        `The registry of ${repository} refuses access; check its credentials in argocdPromotion.registries`,
      );
    }
    if (answer.status !== 200)
      throw new ServiceUnavailableError(
        `The registry of ${repository} answered ${answer.status}`,
      );
    return answer;
  }

  /** Follows the challenge of a 401: Basic, or a token of the service that it names. */
  async #authorize(
    challenge: string,
    registry: RegistryConfig,
    path: string,
    repository: string,
  ): Promise<string> {
    const { username, password } = registry;
    const basic =
      username !== undefined
        ? `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString(
            'base64',
          )}`
        : undefined;
    const refused = () =>
      new InputError(
        `The registry of ${repository} asks for credentials; check them in argocdPromotion.registries`,
      );
    if (/^basic\b/i.test(challenge)) {
      if (!basic) throw refused();
      return basic;
    }
    const parts = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(match => [
        match[1].toLowerCase(),
        match[2],
      ]),
    );
    if (
      !/^bearer\b/i.test(challenge) ||
      !parts.realm ||
      !URL.canParse(parts.realm)
    )
      throw refused();
    const realm = new URL(parts.realm);
    // Credentials never go over an unencrypted line that the configuration didn't ask for.
    if (
      realm.protocol !== 'https:' &&
      !(registry.insecure && realm.protocol === 'http:')
    )
      throw refused();
    if (parts.service) realm.searchParams.set('service', parts.service);
    realm.searchParams.set('scope', `repository:${path}:pull`);
    const answer = await this.#request(
      'GET',
      realm.toString(),
      repository,
      basic ? { authorization: basic } : {},
    );
    if (answer.status !== 200) throw refused();
    const { token, access_token: accessToken } = parseJson<{
      token?: string;
      access_token?: string;
    }>(answer, repository);
    const bearer = token ?? accessToken;
    if (!bearer) throw refused();
    return `Bearer ${bearer}`;
  }

  async #request(
    method: 'GET' | 'HEAD',
    url: string,
    repository: string,
    headers: Record<string, string>,
  ): Promise<Answer> {
    try {
      const response = await request(url, {
        method,
        headers: {
          ...headers,
          accept: url.includes('/manifests/') ? MANIFEST_TYPES : '*/*',
        },
        signal: AbortSignal.timeout(this.#deadlineMs),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body) {
        size += chunk.length;
        if (size > MAX_BYTES)
          throw new InputError(
            `The registry of ${repository} sent more than ${MAX_BYTES} bytes`,
          );
        chunks.push(Buffer.from(chunk));
      }
      return {
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(chunks),
      };
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new ServiceUnavailableError(
        `The registry of ${repository} can not be reached, or did not answer in time`,
      );
    }
  }
}

function parseJson<T>(answer: Answer, repository: string): T {
  try {
    const value: unknown = JSON.parse(answer.body.toString('utf8'));
    if (value && typeof value === 'object') return value as T;
  } catch {
    // Told below, as for any other value that is no object.
  }
  throw new ServiceUnavailableError(
    `The registry of ${repository} answered with something other than JSON`,
  );
}
