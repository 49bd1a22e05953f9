import { Octokit } from '@octokit/rest';
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
import { commitOnHead } from '../commitOnHead';
import { readBranchRules } from './branchRules';
import { commitOnGithubBranch } from './commitOnGithubBranch';
import { GithubPullRequests } from './GithubPullRequests';
import { toCommit } from './githubShapes';
import { listStatuses } from './listStatuses';
import { listTree } from './listTree';

const PAGE = 100;

/**
 * A repository of github.com or a GitHub Enterprise Server.
 *
 * Commits are made by `createCommitOnBranch`, whose condition is the whole head (`expectedHeadOid`); everything else by
 * REST.
 */
export class GithubRepository implements GitRepository {
  readonly url: string;
  readonly #octokit: Octokit;
  readonly #repo: { owner: string; repo: string };
  readonly #webUrl: string;
  readonly #name: string;
  readonly #pulls: GithubPullRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    owner: string;
    repo: string;
    /** Of the host, for people. */
    name: string;
    octokit: Octokit;
  }) {
    const { url, webUrl, owner, repo, name, octokit } = options;
    this.url = url;
    this.#octokit = octokit;
    this.#repo = { owner, repo };
    this.#webUrl = webUrl;
    this.#name = name;
    this.#pulls = new GithubPullRequests(octokit, this.#repo);
  }

  async getBranchHead(branch: string): Promise<string> {
    const { data } = await this.#octokit.rest.git.getRef({
      ...this.#repo,
      ref: `heads/${branch}`,
    });
    return data.object.sha;
  }

  async getDefaultBranch(): Promise<string> {
    const { data } = await this.#octokit.rest.repos.get(this.#repo);
    return data.default_branch;
  }

  async isBranch(name: string): Promise<boolean> {
    try {
      await this.getBranchHead(name);
      return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // 404 is also the answer for a repository that the token can't see: that must not look like a missing branch.
      await this.#octokit.rest.repos.get(this.#repo);
      return false;
    }
  }

  listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    return listTree(this.#octokit, this.#repo, options);
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    const { data } = await this.#octokit.rest.repos.getContent({
      ...this.#repo,
      path,
      ref: commit,
    });
    if (Array.isArray(data) || data.type !== 'file')
      throw new NotFoundError(`${path} is not a file in ${this.url}`);
    let content = 'content' in data ? decode(data.content) : undefined;
    // Above a megabyte the content is left out.
    if (!content || gitBlobId(content) !== data.sha) {
      const blob = await this.#octokit.rest.git.getBlob({
        ...this.#repo,
        file_sha: data.sha,
      });
      content = decode(blob.data.content);
    }
    if (gitBlobId(content) !== data.sha)
      throw new ServiceUnavailableError(
        `${this.url} did not give the bytes of ${path}`,
      );
    return { path, blob: data.sha, size: content.length, content };
  }

  commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    const { owner, repo } = this.#repo;
    return commitOnHead(this, options, head =>
      commitOnGithubBranch(
        this.#octokit,
        { name: this.#name, fullName: `${owner}/${repo}` },
        { ...options, head },
      ),
    );
  }

  async getCommit(sha: string): Promise<GitCommit> {
    const { data } = await this.#octokit.rest.git.getCommit({
      ...this.#repo,
      commit_sha: sha,
    });
    return toCommit(data);
  }

  async listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ref, path, limit } = options;
    const commits: GitCommit[] = [];
    for (let page = 1; commits.length < limit; page++) {
      const { data } = await this.#octokit.rest.repos.listCommits({
        ...this.#repo,
        sha: ref,
        ...(path ? { path } : {}),
        per_page: Math.min(PAGE, limit),
        page,
      });
      commits.push(...data.map(toCommit));
      if (data.length < Math.min(PAGE, limit)) break;
    }
    return commits.slice(0, limit);
  }

  async contains(options: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    const { ancestor, commit } = options;
    if (ancestor === commit) return true;
    const { data } = await this.#octokit.rest.repos.compareCommitsWithBasehead({
      ...this.#repo,
      basehead: `${ancestor}...${commit}`,
      per_page: 1,
    });
    return data.status === 'ahead' || data.status === 'identical';
  }

  async listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ancestor, commit, limit } = options;
    // The host tells the oldest first, so that the newest are on the last page.
    const compare = async (page: number) =>
      (
        await this.#octokit.rest.repos.compareCommitsWithBasehead({
          ...this.#repo,
          basehead: `${ancestor}...${commit}`,
          per_page: PAGE,
          page,
        })
      ).data;
    const first = await compare(1);
    const commits: GitCommit[] = [];
    const last = Math.max(1, Math.ceil(first.total_commits / PAGE));
    for (let page = last; page >= 1 && commits.length < limit; page--) {
      const data = page === 1 ? first : await compare(page);
      commits.push(...data.commits.map(toCommit).reverse());
    }
    return commits.slice(0, limit);
  }

  async createBranch(options: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const { branch, commit } = options;
    try {
      await this.#octokit.rest.git.createRef({
        ...this.#repo,
        ref: `refs/heads/${branch}`,
        sha: commit,
      });
    } catch (error) {
      // 422 for a branch that is there, and for a commit that is not.
      if (!(error instanceof InputError)) throw error;
      const head = await this.getBranchHead(branch).catch(() => {
        throw error;
      });
      if (head !== commit)
        throw new ConflictError(
          `The branch ${branch} of ${this.url} exists already at another commit`,
        );
    }
  }

  async deleteBranch(branch: string): Promise<void> {
    try {
      await this.#octokit.rest.git.deleteRef({
        ...this.#repo,
        ref: `heads/${branch}`,
      });
    } catch (error) {
      // 422 or 404 when it is gone already.
      const gone =
        (error instanceof InputError || error instanceof NotFoundError) &&
        !(await this.isBranch(branch));
      if (!gone) throw error;
    }
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
    return `${this.#webUrl}/commit/${encodeURIComponent(sha)}`;
  }

  listCommitStatuses(sha: string): Promise<CommitStatus[]> {
    return listStatuses(this.#octokit, this.#repo, sha);
  }

  getBranchRules(branch: string): Promise<BranchRules> {
    return readBranchRules(this.#octokit, this.#repo, branch);
  }
}

function decode(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, 'base64'));
}
