import type {
  BranchSchema,
  CommitSchema,
  RepositoryFileExpandedSchema,
  RepositoryTreeSchema,
} from '@gitbeaker/core';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  BranchRules,
  CommitFilesOptions,
  CommitStatus,
  GitCommit,
  GitFile,
  GitRepository,
  GitTreeEntry,
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../../manifests/bytes';
import { HttpJsonClient } from '../HttpJsonClient';
import { commitOnGitlabBranch } from './commitOnGitlabBranch';
import { GitlabCommits } from './GitlabCommits';
import { GitlabMergeRequests } from './GitlabMergeRequests';
import { toCommit } from './gitlabShapes';

const PAGE = 100;
const MAX_PAGES = 1_000;

/**
 * A project of gitlab.com or a GitLab of one's own.
 *
 * A commit is conditional on the last commit of each touched file (`last_commit_id`), which the server compares on the
 * head it commits to: a neighbour's commit in between is kept, a change of a touched file is refused.
 */
export class GitlabRepository implements GitRepository {
  readonly url: string;
  readonly #client: HttpJsonClient;
  readonly #api: string;
  readonly #webUrl: string;
  readonly #commits: GitlabCommits;
  readonly #merges: GitlabMergeRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    /** With its groups, for example `acme/platform/deploy`. */
    project: string;
    client: HttpJsonClient;
  }) {
    const { url, webUrl, project, client } = options;
    this.url = url;
    this.#client = client;
    this.#webUrl = webUrl;
    this.#api = `/projects/${encodeURIComponent(project)}`;
    this.#commits = new GitlabCommits(client, this.#api);
    this.#merges = new GitlabMergeRequests(client, this.#api);
  }

  async getBranchHead(branch: string): Promise<string> {
    return (await this.#branch(branch)).commit.id;
  }

  async getDefaultBranch(): Promise<string> {
    const { default_branch: branch } = await this.#client.get<{
      default_branch?: string | null;
    }>(this.#api);
    if (!branch) throw new NotFoundError(`${this.url} has no default branch`);
    return branch;
  }

  async isBranch(name: string): Promise<boolean> {
    try {
      await this.#branch(name);
      return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // 404 is also the answer for a project that the token can't see: that must not look like a missing branch.
      await this.#client.get(this.#api);
      return false;
    }
  }

  async listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    const { commit, directory } = options;
    const files: GitTreeEntry[] = [];
    let token: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query = new URLSearchParams({
        ref: commit,
        recursive: 'true',
        pagination: 'keyset',
        per_page: String(PAGE),
        ...(directory ? { path: directory } : {}),
        ...(token ? { page_token: token } : {}),
      });
      const { body, headers } = await this.#client.getWithHeaders<
        RepositoryTreeSchema[]
      >(`${this.#api}/repository/tree?${query}`);
      for (const { id, path, type } of body)
        if (type === 'blob') files.push({ path, blob: id });
      token = nextPageToken(headers.link);
      if (!token) return files;
    }
    throw new ServiceUnavailableError(
      `${this.url} has more files than can be listed`,
    );
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    const file = await this.#file(commit, path);
    const content = new Uint8Array(Buffer.from(file.content, 'base64'));
    if (gitBlobId(content) !== file.blob_id)
      throw new ServiceUnavailableError(
        `${this.url} did not give the bytes of ${path}`,
      );
    return { path, blob: file.blob_id, size: content.length, content };
  }

  async commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    return commitOnGitlabBranch({
      ...options,
      repository: this,
      client: this.#client,
      api: this.#api,
      file: (commit, path) => this.#file(commit, path),
    });
  }

  async getCommit(sha: string): Promise<GitCommit> {
    return toCommit(
      await this.#client.get<CommitSchema>(
        `${this.#api}/repository/commits/${encodeURIComponent(sha)}`,
      ),
    );
  }

  listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#commits.list(options);
  }

  contains(options: { ancestor: string; commit: string }): Promise<boolean> {
    return this.#commits.contains(options);
  }

  listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#commits.between(options);
  }

  listCommitStatuses(sha: string): Promise<CommitStatus[]> {
    return this.#commits.statuses(sha);
  }

  async createBranch(options: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const { branch, commit } = options;
    const path = `${this.#api}/repository/branches`;
    const query = new URLSearchParams({ branch, ref: commit });
    const result = await this.#client.send(
      'POST',
      `${path}?${query}`,
      undefined,
      [400],
    );
    if (!('answer' in result)) return;
    // 400 for a branch that is there, and for a name or commit that is none.
    const refusal = this.#client.error(result.answer, path);
    const head = await this.getBranchHead(branch).catch(() => {
      throw refusal;
    });
    if (head !== commit)
      throw new ConflictError(
        `The branch ${branch} of ${this.url} exists already at another commit`,
      );
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.#client.send(
      'DELETE',
      `${this.#api}/repository/branches/${encodeURIComponent(branch)}`,
      undefined,
      [404],
    );
  }

  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest> {
    return this.#merges.open(options);
  }

  findPullRequest(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    return this.#merges.find(options);
  }

  getPullRequest(number: number): Promise<PullRequest> {
    return this.#merges.get(number);
  }

  closePullRequest(number: number): Promise<void> {
    return this.#merges.close(number);
  }

  commitUrl(sha: string): string {
    return `${this.#webUrl}/-/commit/${encodeURIComponent(sha)}`;
  }

  async getBranchRules(branch: string): Promise<BranchRules> {
    const { protected: isProtected, can_push: mayPush } = await this.#branch(
      branch,
    );
    // Approvals are rules of the project, which a token of this role may not read.
    return { protected: isProtected, pullRequestRequired: !mayPush };
  }

  #branch(branch: string): Promise<BranchSchema> {
    return this.#client.get<BranchSchema>(
      `${this.#api}/repository/branches/${encodeURIComponent(branch)}`,
    );
  }

  async #file(
    commit: string,
    path: string,
  ): Promise<RepositoryFileExpandedSchema> {
    try {
      return await this.#client.get<RepositoryFileExpandedSchema>(
        `${this.#api}/repository/files/${encodeURIComponent(
          path,
        )}?ref=${encodeURIComponent(commit)}`,
      );
    } catch (error) {
      // For a folder some versions answer 400.
      if (error instanceof InputError)
        throw new NotFoundError(`${path} is not a file in ${this.url}`);
      throw error;
    }
  }
}

/** The token of the page after this one, out of a `Link` header. */
function nextPageToken(
  link: string | string[] | undefined,
): string | undefined {
  const text = Array.isArray(link) ? link.join(',') : link ?? '';
  const next = /<([^>]+)>;\s*rel="next"/.exec(text)?.[1];
  return next
    ? new URL(next).searchParams.get('page_token') ?? undefined
    : undefined;
}
