import {
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
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
import { commitOnHead } from '../commitOnHead';
import { forbiddenBranch } from '../forbiddenBranch';
import { latestStatuses, toCommitStatus } from '../latestStatuses';
import { BitbucketCloudPullRequests } from './BitbucketCloudPullRequests';
import { BitbucketPages } from './BitbucketPages';
import { multipart } from './multipart';
import { CloudCommit, CloudEntry, CloudStatus, toCommit } from './cloudShapes';

const DEPTH = 10;
const encodePath = (path: string) =>
  path.split('/').map(encodeURIComponent).join('/');

/**
 * A repository of bitbucket.org.
 *
 * A commit by the `src` resource names its parent (`parents`), which the host asserts to be the head of the branch: the
 * whole head is the condition.
 */
export class BitbucketCloudRepository implements GitRepository {
  readonly url: string;
  readonly #pages: BitbucketPages;
  readonly #api: string;
  readonly #webUrl: string;
  readonly #pulls: BitbucketCloudPullRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    workspace: string;
    name: string;
    pages: BitbucketPages;
  }) {
    const { url, webUrl, workspace, name, pages } = options;
    this.url = url;
    this.#pages = pages;
    this.#api = `/repositories/${encodePath(`${workspace}/${name}`)}`;
    this.#webUrl = webUrl;
    this.#pulls = new BitbucketCloudPullRequests(pages, this.#api);
  }

  async getBranchHead(branch: string): Promise<string> {
    const { target } = await this.#client.get<{ target: { hash: string } }>(
      `${this.#api}/refs/branches/${encodeURIComponent(branch)}`,
    );
    return target.hash;
  }

  async getDefaultBranch(): Promise<string> {
    const { mainbranch } = await this.#client.get<{
      mainbranch?: { name: string } | null;
    }>(this.#api);
    if (!mainbranch)
      throw new NotFoundError(`${this.url} has no default branch`);
    return mainbranch.name;
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

  /** The host lists no blob ids. Deep trees are read in several steps, for one that takes long it breaks off. */
  async listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    const { commit, directory = '' } = options;
    const files: GitTreeEntry[] = [];
    const waiting = [directory];
    for (let below = waiting.shift(); below !== undefined; ) {
      const depth = below === '' ? 0 : below.split('/').length;
      const entries = await this.#pages.all<CloudEntry>(
        `${this.#api}/src/${encodeURIComponent(commit)}/${encodePath(below)}${
          below ? '/' : ''
        }?max_depth=${DEPTH}&pagelen=100`,
      );
      for (const { type, path, size } of entries) {
        if (type === 'commit_file')
          files.push({ path, ...(size === undefined ? {} : { size }) });
        else if (path.split('/').length - depth >= DEPTH) waiting.push(path);
      }
      below = waiting.shift();
    }
    return files;
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    const source = `${this.#api}/src/${encodeURIComponent(commit)}/${encodePath(
      path,
    )}`;
    // Of a folder the bare resource is a list of its files.
    const { type } = await this.#client.get<CloudEntry>(
      `${source}?format=meta`,
    );
    if (type !== 'commit_file')
      throw new NotFoundError(`${path} is not a file in ${this.url}`);
    const content = await this.#client.getBytes(source);
    return { path, blob: gitBlobId(content), size: content.length, content };
  }

  commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    const { branch, files, message, author } = options;
    return commitOnHead(this, options, async head => {
      const path = `${this.#api}/src`;
      const answer = await this.#client.sendRaw(
        path,
        multipart(
          {
            message,
            branch,
            parents: head,
            ...(author ? { author: `${author.name} <${author.email}>` } : {}),
          },
          // With a slash a file can't be taken for one of the fields above.
          files.map(file => ({
            name: `/${file.path}`,
            content: file.content,
          })),
        ),
        [403, 409],
      );
      if (answer.status === 409) return undefined;
      if (answer.status === 403)
        throw forbiddenBranch(this.#client.error(answer, path), 403);
      const sha = /\/commit\/([0-9a-f]{40})/.exec(
        String(answer.headers.location ?? ''),
      )?.[1];
      if (!sha)
        throw new ServiceUnavailableError(
          `${this.url} did not say which commit it wrote; look for its trailer before writing again`,
        );
      return this.getCommit(sha);
    });
  }

  async getCommit(sha: string): Promise<GitCommit> {
    return toCommit(
      await this.#client.get<CloudCommit>(
        `${this.#api}/commit/${encodeURIComponent(sha)}`,
      ),
    );
  }

  async listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ref, path, limit } = options;
    return this.#list({ include: ref, ...(path ? { path } : {}) }, limit);
  }

  async contains(options: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    const { ancestor, commit } = options;
    if (ancestor === commit) return true;
    const base = await this.#client.get<{ hash?: string }>(
      `${this.#api}/merge-base/${ancestor}..${commit}`,
    );
    return base.hash === ancestor;
  }

  listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ancestor, commit, limit } = options;
    return this.#list({ include: commit, exclude: ancestor }, limit);
  }

  async createBranch(options: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const { branch, commit } = options;
    const path = `${this.#api}/refs/branches`;
    const result = await this.#client.send(
      'POST',
      path,
      { name: branch, target: { hash: commit } },
      [400, 409],
    );
    if (!('answer' in result)) return;
    // For a branch that is there, and for a commit that is not.
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
      `${this.#api}/refs/branches/${encodeURIComponent(branch)}`,
      undefined,
      [404],
    );
  }

  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest> {
    return this.#pulls.open(options);
  }

  findPullRequest(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    return this.#pulls.find(options);
  }

  getPullRequest(number: number): Promise<PullRequest> {
    return this.#pulls.get(number);
  }

  closePullRequest(number: number): Promise<void> {
    return this.#pulls.close(number);
  }

  commitUrl(sha: string): string {
    return `${this.#webUrl}/commits/${encodeURIComponent(sha)}`;
  }

  async listCommitStatuses(sha: string): Promise<CommitStatus[]> {
    const statuses = await this.#pages.all<CloudStatus>(
      `${this.#api}/commit/${encodeURIComponent(sha)}/statuses?pagelen=100`,
    );
    return latestStatuses(
      statuses.map(({ key, name, state, description, url }) =>
        toCommitStatus(
          { name: name ?? key, state, description, url },
          { success: ['successful'], failure: ['failed', 'stopped'] },
        ),
      ),
    );
  }

  async #list(
    query: Record<string, string>,
    limit: number,
  ): Promise<GitCommit[]> {
    const commits = await this.#pages.all<CloudCommit>(
      `${this.#api}/commits?${new URLSearchParams({
        ...query,
        pagelen: String(Math.min(100, limit)),
      })}`,
      limit,
    );
    return commits.map(toCommit);
  }

  get #client() {
    return this.#pages.client;
  }
}
