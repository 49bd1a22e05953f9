import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { RegistryClient } from '../../registry';

const MAX_IMAGES = 5_000;
/** A registry that could not be asked is asked again after so long. */
const RETRY_MS = 60_000;

/** The commit that an image was built from. */
export interface ImageSource {
  /** Address of the repository, as the image says it; absent when it says the commit alone. */
  url?: string;
  revision: string;
}

/**
 * What images say of their source, by the labels `org.opencontainers.image.source` and `.revision`
 * (https://github.com/opencontainers/image-spec/blob/main/annotations.md). A digest names its content, so what was told
 * once holds for good.
 */
export class ImageSources {
  readonly #registry: Pick<RegistryClient, 'knows' | 'labels'>;
  readonly #logger: LoggerService;
  readonly #now: () => number;
  readonly #known = new Map<
    string,
    { source: Promise<ImageSource | undefined>; until: number }
  >();

  constructor(options: {
    registry: Pick<RegistryClient, 'knows' | 'labels'>;
    logger: LoggerService;
    now?: () => number;
  }) {
    this.#registry = options.registry;
    this.#logger = options.logger;
    this.#now = options.now ?? Date.now;
  }

  /** Undefined when the image does not say it, or its registry is not configured or does not answer. */
  async of(
    repository: string,
    digest: string,
  ): Promise<ImageSource | undefined> {
    if (!this.#registry.knows(repository)) return undefined;
    const key = `${repository}@${digest}`;
    const known = this.#known.get(key);
    if (known && known.until > this.#now()) return known.source;
    const entry = { source: this.#read(repository, digest), until: Infinity };
    this.#known.set(key, entry);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_IMAGES) this.#known.delete(oldest);
    try {
      return await entry.source;
    } catch (error) {
      this.#logger.debug(
        `The labels of ${key} could not be read: ${stringifyError(error)}`,
      );
      this.#known.set(key, {
        source: Promise.resolve(undefined),
        until: this.#now() + RETRY_MS,
      });
      return undefined;
    }
  }

  async #read(
    repository: string,
    digest: string,
  ): Promise<ImageSource | undefined> {
    const labels = await this.#registry.labels(repository, digest);
    const revision = labels['org.opencontainers.image.revision'];
    if (!revision || !/^[0-9a-f]{7,64}$/i.test(revision)) return undefined;
    const url = labels['org.opencontainers.image.source'];
    return { revision, ...(url ? { url } : {}) };
  }
}
