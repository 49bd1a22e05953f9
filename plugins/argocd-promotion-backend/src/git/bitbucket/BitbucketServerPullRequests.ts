import { InputError, NotImplementedError } from '@backstage/errors';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Decoration, decoratePullRequest } from '../decoratePullRequest';
import { HttpJsonClient } from '../HttpJsonClient';
import { newestPullRequest } from '../newestPullRequest';

const PAGE = 100;
const MAX_PAGES = 40;

/** What is read of a pull request. */
interface ServerPullRequest {
  id: number;
  version: number;
  state: 'OPEN' | 'MERGED' | 'DECLINED';
  draft?: boolean;
  description?: string;
  fromRef: { id: string; displayId: string };
  toRef: { id: string; displayId: string };
  properties?: { mergeCommit?: { id?: string } };
  links?: { self?: Array<{ href?: string }> };
}

/** Pull requests of one repository of Bitbucket Data Center. */
export class BitbucketServerPullRequests {
  readonly #client: HttpJsonClient;
  readonly #api: string;
  readonly #repository: { slug: string; project: { key: string } };

  constructor(
    client: HttpJsonClient,
    repository: { project: string; slug: string },
  ) {
    const { project, slug } = repository;
    this.#client = client;
    this.#api = `/projects/${encodeURIComponent(
      project,
    )}/repos/${encodeURIComponent(slug)}/pull-requests`;
    this.#repository = { slug, project: { key: project } };
  }

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    const { base, head, title, body, draft } = options;
    const ref = (branch: string) => ({
      id: `refs/heads/${branch}`,
      repository: this.#repository,
    });
    const result = await this.#client.send<ServerPullRequest>(
      'POST',
      this.#api,
      {
        title,
        description: body,
        fromRef: ref(head),
        toRef: ref(base),
        // Servers before 8.18 know no drafts, and take no notice.
        ...(draft ? { draft } : {}),
      },
      [409],
    );
    if ('value' in result)
      return decoratePullRequest(
        toPullRequest(result.value),
        this.#decorations(result.value, options),
      );
    const existing = await this.find(options);
    if (existing?.state === 'open') return existing;
    throw this.#client.error(result.answer, this.#api);
  }

  #decorations(
    pull: ServerPullRequest,
    { draft, labels = [], reviewers = [], autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const path = `${this.#api}/${pull.id}`;
    const refused = (what: string, error: Error): Decoration => ({
      what,
      add: async () => {
        throw error;
      },
    });
    return [
      ...(draft && !pull.draft
        ? [refused('draft', new InputError('this server knows no drafts'))]
        : []),
      ...reviewers.map(name => ({
        what: `the reviewer ${name}`,
        add: async () => {
          await this.#client.send('POST', `${path}/participants`, {
            user: { name },
            role: 'REVIEWER',
          });
        },
      })),
      ...labels.map(label =>
        refused(
          `the label ${label}`,
          new NotImplementedError(
            'Bitbucket Data Center has no labels of pull requests',
          ),
        ),
      ),
      ...(autoMerge
        ? [
            {
              what: 'auto-merge',
              add: async () => {
                await this.#client.send('POST', `${path}/auto-merge`, {});
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
    const found: PullRequest[] = [];
    let start: number | null | undefined = 0;
    for (let page = 0; page < MAX_PAGES && typeof start === 'number'; page++) {
      const query = new URLSearchParams({
        state: 'ALL',
        direction: 'OUTGOING',
        at: `refs/heads/${options.head}`,
        order: 'NEWEST',
        limit: String(PAGE),
        start: String(start),
      });
      const answer: {
        values: ServerPullRequest[];
        isLastPage: boolean;
        nextPageStart?: number | null;
      } = await this.#client.get(`${this.#api}?${query}`);
      found.push(...answer.values.map(toPullRequest));
      start = answer.isLastPage ? null : answer.nextPageStart;
    }
    return newestPullRequest(
      found.filter(({ head }) => head === options.head),
      options.base,
    );
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(await this.#get(number));
  }

  async close(number: number): Promise<void> {
    const { version } = await this.#get(number);
    await this.#client.send(
      'POST',
      `${this.#api}/${number}/decline?version=${version}`,
      {},
    );
  }

  #get(number: number): Promise<ServerPullRequest> {
    return this.#client.get<ServerPullRequest>(`${this.#api}/${number}`);
  }
}

function toPullRequest(raw: ServerPullRequest): PullRequest {
  const branch = (ref: { id: string }) => ref.id.replace(/^refs\/heads\//, '');
  const merged = raw.state === 'MERGED';
  const closed = raw.state === 'DECLINED' ? 'closed' : 'open';
  const url = raw.links?.self?.[0]?.href;
  const mergeCommit = raw.properties?.mergeCommit?.id;
  return {
    number: raw.id,
    ...(url ? { url } : {}),
    state: merged ? 'merged' : closed,
    head: branch(raw.fromRef),
    base: branch(raw.toRef),
    ...(merged && mergeCommit ? { mergeCommit } : {}),
    body: raw.description ?? '',
    ...(raw.draft ? { draft: true } : {}),
  };
}
