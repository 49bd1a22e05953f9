import type { CommitSchema, CommitStatusSchema } from '@gitbeaker/core';
import {
  CommitStatus,
  GitCommit,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { latestStatuses, toCommitStatus } from '../latestStatuses';
import { toCommit } from './gitlabShapes';

const PAGE = 100;
const MAX_PAGES = 40;

/** The history of one project of GitLab. */
export class GitlabCommits {
  readonly #client: HttpJsonClient;
  readonly #api: string;

  /** `api` is the path of the project. */
  constructor(client: HttpJsonClient, api: string) {
    this.#client = client;
    this.#api = `${api}/repository`;
  }

  async list(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ref, path, limit } = options;
    const size = Math.min(PAGE, limit);
    const commits: GitCommit[] = [];
    for (let page = 1; commits.length < limit; page++) {
      const query = new URLSearchParams({
        ref_name: ref,
        per_page: String(size),
        page: String(page),
        ...(path ? { path } : {}),
      });
      const batch = await this.#client.get<CommitSchema[]>(
        `${this.#api}/commits?${query}`,
      );
      commits.push(...batch.map(toCommit));
      if (batch.length < size) break;
    }
    // A ref that is none has no commits, for this host; that must not look like an untouched path.
    if (commits.length === 0)
      await this.#client.get(`${this.#api}/commits/${encodeURIComponent(ref)}`);
    return commits.slice(0, limit);
  }

  async contains(options: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    const { ancestor, commit } = options;
    if (ancestor === commit) return true;
    const query = new URLSearchParams([
      ['refs[]', ancestor],
      ['refs[]', commit],
    ]);
    const result = await this.#client.get<{ id?: string } | undefined>(
      `${this.#api}/merge_base?${query}`,
    );
    return result?.id === ancestor;
  }

  /** Newest first: what `commit` has and `ancestor` has not. */
  async between(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ancestor, commit, limit } = options;
    const query = new URLSearchParams({ from: ancestor, to: commit });
    const { commits } = await this.#client.get<{ commits: CommitSchema[] }>(
      `${this.#api}/compare?${query}`,
    );
    return commits.map(toCommit).reverse().slice(0, limit);
  }

  async statuses(sha: string): Promise<CommitStatus[]> {
    const statuses: CommitStatus[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const batch = await this.#client.get<CommitStatusSchema[]>(
        `${this.#api}/commits/${encodeURIComponent(
          sha,
        )}/statuses?per_page=${PAGE}&page=${page}`,
      );
      statuses.push(
        ...batch.map(({ name, status, description, target_url: url }) =>
          toCommitStatus(
            { name, state: status, description, url },
            {
              success: ['success', 'skipped'],
              failure: ['failed', 'canceled'],
            },
          ),
        ),
      );
      if (batch.length < PAGE) break;
    }
    return latestStatuses(statuses);
  }
}
