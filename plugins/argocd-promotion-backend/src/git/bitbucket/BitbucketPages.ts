import { ServiceUnavailableError } from '@backstage/errors';
import { HttpJsonClient } from '../HttpJsonClient';

const MAX_PAGES = 1_000;

/** Lists of Bitbucket Cloud: each page says where the next one is. */
export class BitbucketPages {
  readonly client: HttpJsonClient;
  readonly #baseUrl: string;

  constructor(client: HttpJsonClient, baseUrl: string) {
    this.client = client;
    this.#baseUrl = baseUrl;
  }

  /** All entries, or the first `limit`. */
  async all<T>(path: string, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
    const values: T[] = [];
    let next: string | undefined = path;
    for (let page = 0; next && values.length < limit; page++) {
      if (page >= MAX_PAGES)
        throw new ServiceUnavailableError(
          `There are more pages of ${path.split('?')[0]} than can be read`,
        );
      const answer: { values?: T[]; next?: string } = await this.client.get(
        next,
      );
      values.push(...(answer.values ?? []));
      // The credentials are for this host alone.
      next = answer.next?.startsWith(`${this.#baseUrl}/`)
        ? answer.next.slice(this.#baseUrl.length)
        : undefined;
    }
    return values.slice(0, limit);
  }
}
