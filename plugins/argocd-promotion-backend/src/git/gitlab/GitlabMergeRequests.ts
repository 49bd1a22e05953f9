import type { MergeRequestSchema } from '@gitbeaker/core';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Decoration, decoratePullRequest } from '../decoratePullRequest';
import { HttpJsonClient } from '../HttpJsonClient';
import { newestPullRequest } from '../newestPullRequest';
import { toPullRequest } from './gitlabShapes';

/** Merge requests of one project of GitLab. */
export class GitlabMergeRequests {
  readonly #client: HttpJsonClient;
  readonly #api: string;

  /** `api` is the path of the project. */
  constructor(client: HttpJsonClient, api: string) {
    this.#client = client;
    this.#api = `${api}/merge_requests`;
  }

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    const { base, head, title, body, draft, labels = [] } = options;
    const result = await this.#client.send<MergeRequestSchema>(
      'POST',
      this.#api,
      {
        source_branch: head,
        target_branch: base,
        title: draft ? `Draft: ${title}` : title,
        description: body,
        // Labels that are not there yet are made by the host.
        ...(labels.length > 0 ? { labels: labels.join(',') } : {}),
      },
      [409],
    );
    if ('value' in result)
      return decoratePullRequest(
        toPullRequest(result.value),
        this.#decorations(result.value.iid, options),
      );
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    throw this.#client.error(result.answer, this.#api);
  }

  #decorations(
    iid: number,
    { reviewers = [], autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const ids: number[] = [];
    return [
      ...reviewers.map(name => ({
        what: `the reviewer ${name}`,
        add: async () => {
          const [user] = await this.#client.get<Array<{ id: number }>>(
            `/users?username=${encodeURIComponent(name)}`,
          );
          if (!user) throw new NotFoundError(`there is no user ${name}`);
          ids.push(user.id);
          // The host takes the whole list each time.
          await this.#client.send('PUT', `${this.#api}/${iid}`, {
            reviewer_ids: ids,
          });
        },
      })),
      ...(autoMerge
        ? [
            {
              what: 'auto-merge',
              add: async () => {
                if (autoMerge === 'rebase')
                  throw new InputError(
                    'GitLab merges by the method that the project has set',
                  );
                await this.#client.send('PUT', `${this.#api}/${iid}/merge`, {
                  auto_merge: true,
                  merge_when_pipeline_succeeds: true,
                  ...(autoMerge === 'squash' ? { squash: true } : {}),
                });
              },
            },
          ]
        : []),
    ];
  }

  async find(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    const query = new URLSearchParams({
      state: 'all',
      source_branch: options.head,
      order_by: 'created_at',
      sort: 'desc',
      per_page: '100',
    });
    const found = await this.#client.get<MergeRequestSchema[]>(
      `${this.#api}?${query}`,
    );
    return newestPullRequest(found.map(toPullRequest), options.base);
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(
      await this.#client.get<MergeRequestSchema>(`${this.#api}/${number}`),
    );
  }

  async close(number: number): Promise<void> {
    await this.#client.send('PUT', `${this.#api}/${number}`, {
      state_event: 'close',
    });
  }
}
