import { NotImplementedError } from '@backstage/errors';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Decoration, decoratePullRequest } from '../decoratePullRequest';
import { newestPullRequest } from '../newestPullRequest';
import { BitbucketPages } from './BitbucketPages';
import { CloudPullRequest } from './cloudShapes';

/** Pull requests of one repository of Bitbucket Cloud. */
export class BitbucketCloudPullRequests {
  readonly #pages: BitbucketPages;
  readonly #repo: string;
  readonly #api: string;

  /** `repo` is the path of the repository. */
  constructor(pages: BitbucketPages, repo: string) {
    this.#pages = pages;
    this.#repo = repo;
    this.#api = `${repo}/pullrequests`;
  }

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    const { base, head, title, body, draft } = options;
    // The host does not refuse a second one of the same branches.
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    const result = await this.#pages.client.send<CloudPullRequest>(
      'POST',
      this.#api,
      {
        title,
        description: body,
        source: { branch: { name: head } },
        destination: { branch: { name: base } },
        ...(draft ? { draft } : {}),
      },
    );
    if ('answer' in result)
      throw this.#pages.client.error(result.answer, this.#api);
    const { id } = result.value;
    return decoratePullRequest(
      await this.#shape(result.value),
      this.#decorations(id, title, options),
    );
  }

  #decorations(
    id: number,
    title: string,
    { labels = [], reviewers = [], autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const added: object[] = [];
    const unknown = (what: string): Decoration => ({
      what,
      add: async () => {
        throw new NotImplementedError('Bitbucket Cloud knows none');
      },
    });
    return [
      ...reviewers.map(name => ({
        what: `the reviewer ${name}`,
        add: async () => {
          const reviewer = name.startsWith('{')
            ? { uuid: name }
            : { account_id: name };
          await this.#pages.client.send('PUT', `${this.#api}/${id}`, {
            title,
            reviewers: [...added, reviewer],
          });
          added.push(reviewer);
        },
      })),
      ...labels.map(label => unknown(`the label ${label}`)),
      ...(autoMerge ? [unknown('auto-merge')] : []),
    ];
  }

  async find(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    const query = new URLSearchParams([
      ['q', `source.branch.name = ${JSON.stringify(options.head)}`],
      ['sort', '-created_on'],
      ['pagelen', '50'],
      ...['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'].map(state => [
        'state',
        state,
      ]),
    ]);
    const found = await this.#pages.all<CloudPullRequest>(
      `${this.#api}?${query}`,
      50,
    );
    return newestPullRequest(
      await Promise.all(found.map(each => this.#shape(each))),
      options.base,
    );
  }

  async get(number: number): Promise<PullRequest> {
    return this.#shape(
      await this.#pages.client.get<CloudPullRequest>(`${this.#api}/${number}`),
    );
  }

  async close(number: number): Promise<void> {
    await this.#pages.client.send('POST', `${this.#api}/${number}/decline`, {});
  }

  async #shape(raw: CloudPullRequest): Promise<PullRequest> {
    const merged = raw.state === 'MERGED';
    const closed = raw.state === 'OPEN' ? 'open' : 'closed';
    const mergeCommit =
      merged && raw.merge_commit
        ? await this.#wholeHash(raw.merge_commit.hash)
        : undefined;
    return {
      number: raw.id,
      ...(raw.links.html?.href ? { url: raw.links.html.href } : {}),
      state: merged ? 'merged' : closed,
      head: raw.source.branch.name,
      base: raw.destination.branch.name,
      ...(mergeCommit ? { mergeCommit } : {}),
      ...(merged && raw.closed_by?.display_name
        ? { mergedBy: raw.closed_by.display_name }
        : {}),
      body: raw.summary?.raw ?? raw.description ?? '',
      ...(raw.draft ? { draft: true } : {}),
    };
  }

  async #wholeHash(hash: string): Promise<string> {
    if (hash.length >= 40) return hash;
    const commit = await this.#pages.client.get<{ hash: string }>(
      `${this.#repo}/commit/${encodeURIComponent(hash)}`,
    );
    return commit.hash;
  }
}
