import { NotFoundError } from '@backstage/errors';
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
import { HttpJsonClient } from '../HttpJsonClient';
import { latestStatuses, toCommitStatus } from '../latestStatuses';
import { PlainGitRepository } from '../plain/PlainGitRepository';
import { BitbucketServerPullRequests } from './BitbucketServerPullRequests';
import { CloudStatus } from './cloudShapes';

/**
 * A repository of Bitbucket Data Center.
 *
 * Its API writes one file a commit, so that commits go by git itself, with a lease on the whole head. Pull requests and
 * build statuses go by REST.
 */
export class BitbucketServerRepository implements GitRepository {
  readonly url: string;
  readonly #webUrl: string;
  readonly #git: PlainGitRepository;
  readonly #builds: HttpJsonClient;
  readonly #pulls: BitbucketServerPullRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    git: PlainGitRepository;
    /** For `/rest/build-status/1.0`. */
    builds: HttpJsonClient;
    pulls: BitbucketServerPullRequests;
  }) {
    this.url = options.url;
    this.#webUrl = options.webUrl;
    this.#git = options.git;
    this.#builds = options.builds;
    this.#pulls = options.pulls;
  }

  getBranchHead(branch: string): Promise<string> {
    return this.#git.getBranchHead(branch);
  }

  getDefaultBranch(): Promise<string> {
    return this.#git.getDefaultBranch();
  }

  isBranch(name: string): Promise<boolean> {
    return this.#git.isBranch(name);
  }

  listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    return this.#git.listFiles(options);
  }

  readFile(options: { commit: string; path: string }): Promise<GitFile> {
    return this.#git.readFile(options);
  }

  commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    return this.#git.commitFiles(options);
  }

  getCommit(sha: string): Promise<GitCommit> {
    return this.#git.getCommit(sha);
  }

  listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#git.listCommits(options);
  }

  contains(options: { ancestor: string; commit: string }): Promise<boolean> {
    return this.#git.contains(options);
  }

  listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#git.listCommitsBetween(options);
  }

  createBranch(options: { branch: string; commit: string }): Promise<void> {
    return this.#git.createBranch(options);
  }

  deleteBranch(branch: string): Promise<void> {
    return this.#git.deleteBranch(branch);
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
    if (!/^[0-9a-f]{40}$/.test(sha))
      throw new NotFoundError(`${sha} is not a commit of ${this.url}`);
    const { values } = await this.#builds.get<{ values: CloudStatus[] }>(
      `/commits/${sha}?limit=1000&orderBy=NEWEST`,
    );
    return latestStatuses(
      values.map(({ key, name, state, description, url }) =>
        toCommitStatus(
          { name: name ?? key, state, description, url },
          { success: ['successful'], failure: ['failed', 'cancelled'] },
        ),
      ),
    );
  }
}
