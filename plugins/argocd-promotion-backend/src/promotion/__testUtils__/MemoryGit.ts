import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  CommitFilesOptions,
  GitCommit,
  GitRepository,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { createHash } from 'node:crypto';
import { gitBlobId } from '../../manifests';

type Files = Record<string, string>;

/** A repository in memory that refuses, like a real host, to write over blobs that were not read. */
export class MemoryGit implements GitRepository {
  readonly url: string;
  readonly branches = new Map<string, string>();
  readonly pullRequests: PullRequest[] = [];
  readonly #commits = new Map<string, { commit: GitCommit; files: Files }>();
  #count = 0;
  /** Called before a commit is made: throw to fail, or push to race. */
  beforeCommit: (() => void) | undefined;
  /** Called after a commit was made: throw to lose the answer. */
  afterCommit: (() => void) | undefined;

  constructor(files: Files, url = 'https://git.example.com/acme/deploy.git') {
    this.url = url;
    this.push('main', files, 'Initial');
  }

  push(branch: string, files: Files, message: string): string {
    const parent = this.branches.get(branch);
    this.#count += 1;
    const sha = createHash('sha1')
      .update(`${this.#count} ${message}`)
      .digest('hex');
    const commit: GitCommit = {
      sha,
      parents: parent ? [parent] : [],
      message,
      author: { name: 'somebody', email: 'somebody@example.com' },
      committedAt: new Date().toISOString(),
    };
    this.#commits.set(sha, {
      commit,
      files: { ...(parent ? this.#commits.get(parent)!.files : {}), ...files },
    });
    this.branches.set(branch, sha);
    return sha;
  }

  merge(number: number): string {
    const pullRequest = this.pullRequests.find(one => one.number === number)!;
    const { files } = this.#commits.get(this.branches.get(pullRequest.head)!)!;
    pullRequest.state = 'merged';
    pullRequest.mergeCommit = this.push(
      pullRequest.base,
      files,
      // As hosts write it when they squash: the trailers are in the pull request only.
      `${(pullRequest as { title?: string }).title} (#${number})`,
    );
    return pullRequest.mergeCommit;
  }

  text(branch: string, path: string): string {
    return this.#commits.get(this.branches.get(branch)!)!.files[path];
  }

  async getBranchHead(branch: string) {
    const head = this.branches.get(branch);
    if (!head) throw new NotFoundError(`no branch ${branch}`);
    return head;
  }
  async getDefaultBranch() {
    return 'main';
  }
  async isBranch(name: string) {
    return this.branches.has(name);
  }
  async listFiles({ commit }: { commit: string }) {
    return Object.entries(this.#files(commit)).map(([path, text]) => ({
      path,
      blob: gitBlobId(Buffer.from(text)),
    }));
  }
  async readFile({ commit, path }: { commit: string; path: string }) {
    const text = this.#files(commit)[path];
    if (text === undefined) throw new NotFoundError(`no file ${path}`);
    const content = Buffer.from(text);
    return { path, content, blob: gitBlobId(content) };
  }
  async commitFiles(options: CommitFilesOptions) {
    this.beforeCommit?.();
    // Compared and moved without a pause between, as a host does it.
    const now = this.#files(this.branches.get(options.branch) ?? '');
    const files: Files = {};
    for (const { path, content, blobBefore } of options.files) {
      if (gitBlobId(Buffer.from(now[path] ?? '')) !== blobBefore)
        throw new ConflictError(`${path} has changed`);
      files[path] = Buffer.from(content).toString();
    }
    const sha = this.push(options.branch, files, options.message);
    this.afterCommit?.();
    return this.getCommit(sha);
  }
  async getCommit(sha: string) {
    const found = this.#commits.get(sha);
    if (!found) throw new NotFoundError(`no commit ${sha}`);
    return found.commit;
  }
  async listCommits(options: { ref: string; limit: number; path?: string }) {
    const { ref, limit, path } = options;
    const commits: GitCommit[] = [];
    let sha: string | undefined = this.branches.get(ref) ?? ref;
    while (sha && commits.length < limit) {
      const { commit, files }: { commit: GitCommit; files: Files } =
        this.#commits.get(sha)!;
      sha = commit.parents[0];
      const before = sha ? this.#commits.get(sha)!.files : {};
      if (path === undefined || files[path] !== before[path])
        commits.push(commit);
    }
    return commits;
  }
  async contains({ ancestor, commit }: { ancestor: string; commit: string }) {
    return (await this.listCommits({ ref: commit, limit: Infinity })).some(
      ({ sha }) => sha === ancestor,
    );
  }
  async createBranch({ branch, commit }: { branch: string; commit: string }) {
    if (this.branches.has(branch) && this.branches.get(branch) !== commit)
      throw new ConflictError('exists');
    this.branches.set(branch, commit);
  }
  async deleteBranch(branch: string) {
    this.branches.delete(branch);
  }
  async openPullRequest(options: {
    base: string;
    head: string;
    title: string;
    body: string;
  }) {
    const number = this.pullRequests.length + 1;
    const opened: PullRequest = {
      ...options,
      number,
      state: 'open',
      url: `https://git.example.com/pulls/${number}`,
    };
    this.pullRequests.push(opened);
    return { ...opened };
  }
  async findPullRequest({ base, head }: { base: string; head: string }) {
    const found = [...this.pullRequests]
      .reverse()
      .find(one => one.base === base && one.head === head);
    return found && { ...found };
  }
  async getPullRequest(number: number) {
    return { ...this.pullRequests.find(one => one.number === number)! };
  }
  async closePullRequest(number: number) {
    this.pullRequests.find(one => one.number === number)!.state = 'closed';
  }
  commitUrl(sha: string) {
    return `https://git.example.com/acme/deploy/commit/${sha}`;
  }

  #files(commit: string): Files {
    const found = this.#commits.get(commit);
    if (!found) throw new NotFoundError(`no commit ${commit}`);
    return found.files;
  }
}
