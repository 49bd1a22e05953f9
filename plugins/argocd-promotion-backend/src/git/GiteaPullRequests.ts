import type { PullRequest as GiteaPullRequest } from 'gitea-js';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  Decoration,
  decoratePullRequest,
  splitReviewers,
} from './decoratePullRequest';
import { toPullRequest } from './giteaShapes';
import { HttpJsonClient } from './HttpJsonClient';
import { newestPullRequest } from './newestPullRequest';

const PAGE = 50;
const MAX_PAGES = 40;

/** The branches that name a pull request. */
export interface PullRequestBranches {
  base: string;
  head: string;
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

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    const path = `${this.#api}/pulls`;
    const { base, head, body } = options;
    const title = options.draft ? `WIP: ${options.title}` : options.title;
    const result = await this.#client.send<GiteaPullRequest>(
      'POST',
      path,
      { base, head, title, body },
      [409],
    );
    if ('value' in result)
      return decoratePullRequest(
        toPullRequest(result.value),
        this.#decorations(result.value.number ?? 0, options),
      );
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    throw this.#client.error(result.answer, path);
  }

  #decorations(
    number: number,
    { labels = [], reviewers, autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const { people, teams } = splitReviewers(reviewers);
    const pull = `${this.#api}/pulls/${number}`;
    const review = (what: string, body: object): Decoration => ({
      what,
      add: async () => {
        await this.#client.send('POST', `${pull}/requested_reviewers`, body);
      },
    });
    return [
      ...labels.map(label => ({
        what: `the label ${label}`,
        add: async () => {
          await this.#client.send(
            'POST',
            `${this.#api}/issues/${number}/labels`,
            { labels: [label] },
          );
        },
      })),
      ...people.map(name =>
        review(`the reviewer ${name}`, { reviewers: [name] }),
      ),
      ...teams.map(name =>
        review(`the reviewing team ${name}`, { team_reviewers: [name] }),
      ),
      ...(autoMerge
        ? [
            {
              what: 'auto-merge',
              add: async () => {
                await this.#client.send('POST', `${pull}/merge`, {
                  Do: autoMerge === true ? 'merge' : autoMerge,
                  merge_when_checks_succeed: true,
                });
              },
            },
          ]
        : []),
    ];
  }

  async find({
    base,
    head,
  }: PullRequestBranches): Promise<PullRequest | undefined> {
    const found: PullRequest[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const batch = await this.#client.get<GiteaPullRequest[]>(
        `${this.#api}/pulls?state=all&limit=${PAGE}&page=${page}`,
      );
      found.push(
        ...batch.map(toPullRequest).filter(pull => pull.head === head),
      );
      if (batch.length < PAGE || found.some(pull => pull.base === base)) break;
    }
    const newest = newestPullRequest(found, base);
    // A list leaves out who merged.
    return newest?.state === 'merged' && newest.mergedBy === undefined
      ? this.get(newest.number)
      : newest;
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
