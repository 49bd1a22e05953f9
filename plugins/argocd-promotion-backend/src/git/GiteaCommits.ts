import type { CombinedStatus, Commit } from 'gitea-js';
import { NotFoundError } from '@backstage/errors';
import {
  CommitStatus,
  GitCommit,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { latestStatuses, toCommitStatus } from './latestStatuses';
import { toCommit } from './giteaShapes';
import { HttpJsonClient } from './HttpJsonClient';

const PAGE = 50;
const MAX_WALK_PAGES = 40;

/** Commits of a branch or below a commit, optionally those that touch a path. */
export interface CommitQuery {
  ref: string;
  path?: string;
}

/** The history of one repository of a Gitea or Forgejo server. */
export class GiteaCommits {
  readonly #client: HttpJsonClient;
  readonly #api: string;

  /** `api` is the path of the repository in the server's API. */
  constructor(client: HttpJsonClient, api: string) {
    this.#client = client;
    this.#api = api;
  }

  async get(sha: string): Promise<GitCommit> {
    const query = 'stat=false&verification=false&files=false';
    return toCommit(
      await this.#client.get<Commit>(
        `${this.#api}/git/commits/${encodeURIComponent(sha)}?${query}`,
      ),
    );
  }

  async list(options: CommitQuery & { limit: number }): Promise<GitCommit[]> {
    const commits: GitCommit[] = [];
    for (let page = 1; commits.length < options.limit; page++) {
      const batch = await this.#page(options, page);
      commits.push(...batch);
      if (batch.length < PAGE) break;
    }
    return commits.slice(0, options.limit);
  }

  async #page({ ref, path }: CommitQuery, page: number): Promise<GitCommit[]> {
    const query = new URLSearchParams({
      sha: ref,
      page: String(page),
      limit: String(PAGE),
      stat: 'false',
      verification: 'false',
      files: 'false',
    });
    if (path) query.set('path', path);
    try {
      return (
        await this.#client.get<Commit[]>(`${this.#api}/commits?${query}`)
      ).map(commit => toCommit(commit));
    } catch (error) {
      // 404 is also the answer for a path that no commit touches.
      if (!path || !(error instanceof NotFoundError)) throw error;
      await this.#page({ ref }, 1);
      return [];
    }
  }

  async contains({
    ancestor,
    commit,
  }: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    if (ancestor === commit) return true;
    try {
      // Commits that the ancestor has and the commit has not: none, when it is contained.
      const path = `${this.#api}/compare/${encodeURIComponent(
        commit,
      )}...${encodeURIComponent(ancestor)}?verification=false&files=false`;
      const { total_commits: total } = await this.#client.get<{
        total_commits?: number;
      }>(path);
      if (total !== undefined) return total === 0;
    } catch (error) {
      // Servers before 1.22 compare branches only.
      if (!(error instanceof NotFoundError)) throw error;
    }
    for (let page = 1; page <= MAX_WALK_PAGES; page++) {
      const batch = await this.#page({ ref: commit }, page);
      if (batch.some(({ sha }) => sha === ancestor)) return true;
      if (batch.length < PAGE) return false;
    }
    return false;
  }

  /** Newest first: what `commit` has and `ancestor` has not. */
  async between(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const [from, to] = [options.ancestor, options.commit].map(
      encodeURIComponent,
    );
    const { commits } = await this.#client.get<{ commits?: Commit[] | null }>(
      `${this.#api}/compare/${from}...${to}`,
    );
    return (commits ?? []).slice(0, options.limit).map(each => toCommit(each));
  }

  async statuses(sha: string): Promise<CommitStatus[]> {
    const statuses: CommitStatus[] = [];
    for (let page = 1; page <= MAX_WALK_PAGES; page++) {
      const answer = await this.#client.get<CombinedStatus>(
        `${this.#api}/commits/${encodeURIComponent(
          sha,
        )}/status?limit=${PAGE}&page=${page}`,
      );
      const batch = answer.statuses ?? [];
      statuses.push(
        ...batch.map(raw =>
          toCommitStatus(
            {
              name: raw.context,
              state: raw.status,
              description: raw.description,
              url: raw.target_url,
            },
            { success: ['success', 'warning'], failure: ['failure', 'error'] },
          ),
        ),
      );
      if (batch.length < PAGE) break;
    }
    return latestStatuses(statuses);
  }
}
