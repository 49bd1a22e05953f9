import type { PullRequest as GiteaPullRequest } from 'gitea-js';
import { PullRequest } from '@fairway/backstage-plugin-argocd-promotion-node';
import { toPullRequest } from './giteaShapes';
import { HttpJsonClient } from './HttpJsonClient';

const PAGE = 50;
const MAX_PAGES = 40;

/** The branches that name a pull request. */
export interface PullRequestBranches {
  base: string;
  head: string;
}

/** A pull request to be opened. */
export interface NewPullRequest extends PullRequestBranches {
  title: string;
  body: string;
}

/** Pull requests of one repository of a Gitea or Forgejo server. */
export class GiteaPullRequests {
  readonly #client: HttpJsonClient;
  readonly #api: string;

  /** `api` is the path of the repository in the server's API. */
  constructor(client: HttpJsonClient, api: string) {
    this.#client = client;
    this.#api = api;
  }

  async open(options: NewPullRequest): Promise<PullRequest> {
    const path = `${this.#api}/pulls`;
    const result = await this.#client.send<GiteaPullRequest>(
      'POST',
      path,
      options,
      [409],
    );
    if ('value' in result) return toPullRequest(result.value);
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    throw this.#client.error(result.answer, path);
  }

  async find({
    base,
    head,
  }: PullRequestBranches): Promise<PullRequest | undefined> {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const batch = await this.#client.get<GiteaPullRequest[]>(
        `${this.#api}/pulls?state=all&limit=${PAGE}&page=${page}`,
      );
      const found = batch
        .map(toPullRequest)
        .filter(pull => pull.base === base && pull.head === head);
      if (found.length > 0)
        return found.reduce((newest, pull) =>
          pull.number > newest.number ? pull : newest,
        );
      if (batch.length < PAGE) return undefined;
    }
    return undefined;
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(
      await this.#client.get<GiteaPullRequest>(`${this.#api}/pulls/${number}`),
    );
  }

  async close(number: number): Promise<void> {
    await this.#client.send('PATCH', `${this.#api}/pulls/${number}`, {
      state: 'closed',
    });
  }
}
