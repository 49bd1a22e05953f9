import type { GitPullRequest } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { InputError } from '@backstage/errors';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Decoration, decoratePullRequest } from '../decoratePullRequest';
import { HttpJsonClient } from '../HttpJsonClient';
import { newestPullRequest } from '../newestPullRequest';
import { Json, List, withVersion } from './azureShapes';

/** The host takes no more. */
const LONGEST_DESCRIPTION = 4_000;
const MERGE_STRATEGIES = {
  merge: 'noFastForward',
  squash: 'squash',
  rebase: 'rebase',
};
const branch = (ref = '') => ref.replace(/^refs\/heads\//, '');

/** Pull requests of one repository of Azure DevOps. */
export class AzurePullRequests {
  readonly #client: HttpJsonClient;
  readonly #api: string;
  readonly #webUrl: string;

  /** `api` is the path of the repository. */
  constructor(client: HttpJsonClient, api: string, webUrl: string) {
    this.#client = client;
    this.#api = `${api}/pullrequests`;
    this.#webUrl = webUrl;
  }

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    const { base, head, title, body, draft, labels = [] } = options;
    const result = await this.#client.send<Json<GitPullRequest>>(
      'POST',
      withVersion(this.#api),
      {
        sourceRefName: `refs/heads/${head}`,
        targetRefName: `refs/heads/${base}`,
        title,
        description: body.slice(0, LONGEST_DESCRIPTION),
        ...(draft ? { isDraft: true } : {}),
        ...(labels.length > 0
          ? { labels: labels.map(name => ({ name })) }
          : {}),
      },
      [409],
    );
    if ('value' in result)
      return decoratePullRequest(
        this.#shape(result.value),
        this.#decorations(result.value, options),
      );
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    throw this.#client.error(result.answer, this.#api);
  }

  #decorations(
    pull: Json<GitPullRequest>,
    { reviewers = [], autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const path = `${this.#api}/${pull.pullRequestId}`;
    return [
      ...reviewers.map(name => ({
        what: `the reviewer ${name}`,
        add: async () => {
          if (!/^[0-9a-f-]{36}$/i.test(name))
            throw new InputError(
              'Azure DevOps knows reviewers by the id of their identity, a GUID',
            );
          await this.#client.send(
            'PUT',
            withVersion(`${path}/reviewers/${name}`),
            { vote: 0 },
          );
        },
      })),
      ...(autoMerge
        ? [
            {
              what: 'auto-merge',
              add: async () => {
                await this.#client.send('PATCH', withVersion(path), {
                  autoCompleteSetBy: { id: pull.createdBy?.id },
                  ...(autoMerge === true
                    ? {}
                    : {
                        completionOptions: {
                          mergeStrategy: MERGE_STRATEGIES[autoMerge],
                        },
                      }),
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
    const { value = [] } = await this.#client.get<List<GitPullRequest>>(
      withVersion(this.#api, {
        'searchCriteria.sourceRefName': `refs/heads/${options.head}`,
        'searchCriteria.status': 'all',
        $top: '100',
      }),
    );
    const found = newestPullRequest(
      value.map(each => this.#shape(each)),
      options.base,
    );
    // The list cuts descriptions off.
    return found && this.get(found.number);
  }

  async get(number: number): Promise<PullRequest> {
    return this.#shape(
      await this.#client.get<Json<GitPullRequest>>(
        withVersion(`${this.#api}/${number}`),
      ),
    );
  }

  async close(number: number): Promise<void> {
    await this.#client.send('PATCH', withVersion(`${this.#api}/${number}`), {
      status: 'abandoned',
    });
  }

  #shape(raw: Json<GitPullRequest>): PullRequest {
    const number = raw.pullRequestId ?? 0;
    const status = String(raw.status);
    const merged = status === 'completed';
    const closed = status === 'abandoned' ? 'closed' : 'open';
    const mergeCommit = raw.lastMergeCommit?.commitId;
    return {
      number,
      url: `${this.#webUrl}/pullrequest/${number}`,
      state: merged ? 'merged' : closed,
      head: branch(raw.sourceRefName),
      base: branch(raw.targetRefName),
      // Of an open one it is only a trial of the merge.
      ...(merged && mergeCommit ? { mergeCommit } : {}),
      ...(merged && raw.closedBy?.displayName
        ? { mergedBy: raw.closedBy.displayName }
        : {}),
      body: raw.description ?? '',
      ...(raw.isDraft ? { draft: true } : {}),
    };
  }
}
