import type {
  Branch,
  ContentsResponse,
  FilesResponse,
  GitBlobResponse,
  GitTreeResponse,
} from 'gitea-js';
import {
  ConflictError,
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
import { gitBlobId } from '../manifests/bytes';
import { assertUntouched } from './commitOnHead';
import { forbiddenBranch } from './forbiddenBranch';
import { CommitQuery, GiteaCommits } from './GiteaCommits';
import { GiteaPullRequests, PullRequestBranches } from './GiteaPullRequests';
import { decodeContent, toCommit } from './giteaShapes';
import { HttpJsonClient } from './HttpJsonClient';

const MAX_TREE_PAGES = 200;
const COMMIT_TRIES = 8;

const encodePath = (path: string) =>
  path.split('/').map(encodeURIComponent).join('/');

/** Whether a refused write says that the branch moved between the server's reading and its writing. */
function cameSecond(body: unknown): boolean {
  const said =
    body && typeof body === 'object' ? Reflect.get(body, 'message') : undefined;
  return (
    typeof said === 'string' &&
    /cannot lock ref|non-fast-forward|fetch first/i.test(said)
  );
}

/**
 * A repository of a Gitea or Forgejo server.
 *
 * A commit is conditional on the blobs of the files it touches (`sha` of each), which the server checks on the head it
 * commits to: a neighbour's commit in between is kept, a change of a touched file is refused.
 */
export class GiteaRepository implements GitRepository {
  readonly url: string;
  readonly #client: HttpJsonClient;
  readonly #api: string;
  readonly #webUrl: string;
  readonly #commits: GiteaCommits;
  readonly #pulls: GiteaPullRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    owner: string;
    name: string;
    client: HttpJsonClient;
  }) {
    const { url, webUrl, owner, name, client } = options;
    this.url = url;
    this.#client = client;
    this.#api = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(
      name,
    )}`;
    this.#commits = new GiteaCommits(client, this.#api);
    this.#pulls = new GiteaPullRequests(client, this.#api);
    this.#webUrl = `${webUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(
      name,
    )}`;
  }

  async getBranchHead(branch: string): Promise<string> {
    const { commit } = await this.#client.get<Branch>(
      `${this.#api}/branches/${encodePath(branch)}`,
    );
    if (!commit?.id)
      throw new NotFoundError(
        `The branch ${branch} of ${this.url} has no commit`,
      );
    return commit.id;
  }

  async getDefaultBranch(): Promise<string> {
    const { default_branch: branch } = await this.#client.get<{
      default_branch?: string;
    }>(this.#api);
    if (!branch) throw new NotFoundError(`${this.url} has no default branch`);
    return branch;
  }

  async isBranch(name: string): Promise<boolean> {
    try {
      await this.getBranchHead(name);
      return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // 404 is also the answer for a repository that the token can't see: that must not look like a missing branch.
      await this.#client.get(this.#api);
      return false;
    }
  }

  async listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    const files: GitTreeEntry[] = [];
    let seen = 0;
    for (let page = 1; page <= MAX_TREE_PAGES; page++) {
      const query = `recursive=true&page=${page}&per_page=1000`;
      const answer = await this.#client.get<GitTreeResponse>(
        `${this.#api}/git/trees/${encodeURIComponent(options.commit)}?${query}`,
      );
      const entries = answer.tree ?? [];
      seen += entries.length;
      for (const { path, sha, type, size } of entries) {
        if (type !== 'blob' || !path || !sha) continue;
        if (options.directory && !path.startsWith(`${options.directory}/`))
          continue;
        files.push({
          path,
          blob: sha,
          ...(size === undefined ? {} : { size }),
        });
      }
      if (
        entries.length === 0 ||
        !(answer.truncated || seen < (answer.total_count ?? 0))
      )
        return files;
    }
    throw new ServiceUnavailableError(
      `${this.url} has more files than can be listed`,
    );
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    const file = await this.#client.get<ContentsResponse>(
      `${this.#api}/contents/${encodePath(path)}?ref=${encodeURIComponent(
        commit,
      )}`,
    );
    if (Array.isArray(file) || file.type !== 'file' || !file.sha)
      throw new NotFoundError(`${path} is not a file in ${this.url}`);
    let content = decodeContent(file);
    // Above the server's limit (10 MiB by default) both leave the content out.
    if (!content || gitBlobId(content) !== file.sha) {
      content = decodeContent(
        await this.#client.get<GitBlobResponse>(
          `${this.#api}/git/blobs/${file.sha}`,
        ),
      );
    }
    if (!content || gitBlobId(content) !== file.sha) {
      content = await this.#client.getBytes(
        `${this.#api}/raw/${encodePath(path)}?ref=${encodeURIComponent(
          commit,
        )}`,
      );
    }
    if (!content || gitBlobId(content) !== file.sha) {
      throw new ServiceUnavailableError(
        `${this.url} did not give the bytes of ${path}; it may be too large for the server's API`,
      );
    }
    return { path, blob: file.sha, size: content.length, content };
  }

  async commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    const { branch, files, message, author } = options;
    const body = {
      branch,
      message,
      ...(author ? { author } : {}),
      files: files.map(({ path, content, blobBefore }) => ({
        operation: 'update',
        path,
        content: Buffer.from(content).toString('base64'),
        sha: blobBefore,
      })),
    };
    const path = `${this.#api}/contents`;
    for (let attempt = 1; ; attempt++) {
      // 422: a blob is not the expected one; 404: branch or file is gone; 409, 500: the head moved under the server's feet.
      // 403: no right to write, or (Gitea 1.26) another push reached the branch while this one was on its way.
      const result = await this.#client.send<FilesResponse>(
        'POST',
        path,
        body,
        [403, 404, 409, 422, 500],
      );
      if ('value' in result) return this.#written(result.value, options);
      await assertUntouched(
        this,
        { ...options, base: '' },
        await this.getBranchHead(branch),
      );
      if (!cameSecond(result.answer.body) || attempt >= COMMIT_TRIES)
        throw forbiddenBranch(
          this.#client.error(result.answer, path),
          result.answer.status,
        );
      // Writers that met once would meet again.
      await new Promise(resolve =>
        setTimeout(resolve, Math.random() * 50 * 2 ** attempt),
      );
    }
  }

  #written(
    { commit }: FilesResponse,
    { message, author }: CommitFilesOptions,
  ): GitCommit {
    const sha = commit?.sha;
    if (!sha)
      throw new ServiceUnavailableError(
        `${this.url} did not say which commit it wrote; look for its trailer before writing again`,
      );
    return toCommit(commit ?? {}, { sha, message, author });
  }

  getCommit(sha: string): Promise<GitCommit> {
    return this.#commits.get(sha);
  }

  listCommits(options: CommitQuery & { limit: number }): Promise<GitCommit[]> {
    return this.#commits.list(options);
  }

  contains(options: { ancestor: string; commit: string }): Promise<boolean> {
    return this.#commits.contains(options);
  }

  async createBranch({
    branch,
    commit,
  }: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const body = { new_branch_name: branch, old_ref_name: commit };
    const result = await this.#client.send(
      'POST',
      `${this.#api}/branches`,
      body,
      [409],
    );
    if (!('answer' in result)) return;
    // 409 is also the answer when `a` is a branch and `a/b` is asked for, or the other way round.
    if (!(await this.isBranch(branch)))
      throw new ConflictError(
        `The branch ${branch} of ${this.url} can't be made beside a branch whose name begins or ends there`,
      );
    if ((await this.getBranchHead(branch)) !== commit)
      throw new ConflictError(
        `The branch ${branch} of ${this.url} exists already at another commit`,
      );
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.#client.send(
      'DELETE',
      `${this.#api}/branches/${encodePath(branch)}`,
      undefined,
      [404],
    );
  }

  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest> {
    return this.#pulls.open(options);
  }

  findPullRequest(
    branches: PullRequestBranches,
  ): Promise<PullRequest | undefined> {
    return this.#pulls.find(branches);
  }

  getPullRequest(number: number): Promise<PullRequest> {
    return this.#pulls.get(number);
  }

  closePullRequest(number: number): Promise<void> {
    return this.#pulls.close(number);
  }

  listCommitStatuses(sha: string): Promise<CommitStatus[]> {
    return this.#commits.statuses(sha);
  }

  listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#commits.between(options);
  }

  async getBranchRules(branch: string): Promise<BranchRules> {
    const rules = await this.#client.get<Branch>(
      `${this.#api}/branches/${encodePath(branch)}`,
    );
    return {
      protected: rules.protected ?? false,
      // Of the token: others may be allowed to push.
      pullRequestRequired: rules.user_can_push === false,
      requiredApprovals: rules.required_approvals ?? 0,
      requiredChecks: rules.enable_status_check
        ? rules.status_check_contexts ?? []
        : [],
    };
  }

  commitUrl(sha: string): string {
    return `${this.#webUrl}/commit/${encodeURIComponent(sha)}`;
  }
}
