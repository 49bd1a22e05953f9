import {
  ConflictError,
  NotFoundError,
  NotImplementedError,
} from '@backstage/errors';
import {
  CommitFilesOptions,
  GitCommit,
  GitFile,
  GitRepository,
  GitTreeEntry,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../../manifests/bytes';
import { commitOnHead } from '../commitOnHead';
import { parseBatch, parseCommit, parseTree } from './objects';
import { Committer, writeCommit } from './writeCommit';
import { push } from './push';
import { ShallowRepository } from './ShallowRepository';

const branchRef = (branch: string) => `refs/heads/${branch}`;
/** A pattern of `git ls-remote` must mean the name itself. */
const literal = (ref: string) => ref.replace(/[\\*?[]/g, '\\$&');

/**
 * A repository of any git server, spoken to with git's own protocol.
 *
 * A push moves the branch only from the head that the commit was made on (`--force-with-lease=<ref>:<head>`; the new
 * commit is that head's child, so that this is never more than a fast-forward). There are no pull requests.
 */
export class PlainGitRepository implements GitRepository {
  readonly url: string;
  readonly #local: ShallowRepository;
  readonly #committer: Committer;

  constructor(options: {
    url: string;
    local: ShallowRepository;
    committer: Committer;
  }) {
    this.url = options.url;
    this.#local = options.local;
    this.#committer = options.committer;
  }

  async getBranchHead(branch: string): Promise<string> {
    const head = await this.#remoteHead(branch);
    if (!head)
      throw new NotFoundError(`There is no branch ${branch} in ${this.url}`);
    return head;
  }

  async getDefaultBranch(): Promise<string> {
    const { head } = await this.#local.remoteRefs('HEAD');
    if (!head) throw new NotFoundError(`${this.url} has no default branch`);
    return head.replace(/^refs\/heads\//, '');
  }

  async isBranch(name: string): Promise<boolean> {
    return (await this.#remoteHead(name)) !== undefined;
  }

  async listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    const { commit, directory } = options;
    await this.#local.ensure(commit);
    const output = await this.#local.run([
      '--literal-pathspecs',
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      commit,
      ...(directory ? ['--', `${directory}/`] : []),
    ]);
    return parseTree(output)
      .filter(({ type }) => type === 'blob')
      .map(({ path, sha }) => ({ path, blob: sha }));
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    await this.#local.ensure(commit);
    const [entry] = parseTree(
      await this.#local.run([
        '--literal-pathspecs',
        'ls-tree',
        '-z',
        '--full-tree',
        commit,
        '--',
        path,
      ]),
    );
    if (entry?.type !== 'blob' || entry.path !== path)
      throw new NotFoundError(`${path} is not a file in ${this.url}`);
    // The server gives the bytes now, when they are asked for.
    const content = new Uint8Array(
      await this.#local.run(['cat-file', 'blob', entry.sha]),
    );
    return { path, blob: gitBlobId(content), size: content.length, content };
  }

  async commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    const { branch } = options;
    return commitOnHead(this, options, async head => {
      await this.#local.ensure(head);
      const sha = await writeCommit(this.#local, {
        ...options,
        head,
        committer: this.#committer,
      });
      const pushed = await push(this.#local, {
        name: this.url,
        ref: branchRef(branch),
        before: head,
        after: sha,
      });
      return pushed ? this.#localCommit(sha) : undefined;
    });
  }

  async getCommit(sha: string): Promise<GitCommit> {
    await this.#local.ensure(sha);
    return this.#localCommit(sha);
  }

  async listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ref, path, limit } = options;
    const commit = /^[0-9a-f]{40}$/.test(ref)
      ? ref
      : await this.getBranchHead(ref);
    return this.#local.deepen(
      commit,
      async complete => {
        const output = await this.#local.run([
          '--literal-pathspecs',
          'rev-list',
          `--max-count=${limit}`,
          commit,
          ...(path ? ['--', path] : []),
        ]);
        const shas = lines(output);
        // Where the history that is here ends, a commit looks as if it had made every file.
        const boundary = complete ? undefined : await this.#local.boundary();
        const sure = path ? shas.filter(sha => !boundary?.has(sha)) : shas;
        if (!complete && sure.length < limit) return undefined;
        return this.#localCommits(sure);
      },
      path ? undefined : limit,
    );
  }

  async contains(options: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    const { ancestor, commit } = options;
    if (ancestor === commit) return true;
    return this.#local.deepen(commit, async complete => {
      const found = lines(await this.#local.run(['rev-list', commit])).includes(
        ancestor,
      );
      return found || complete ? found : undefined;
    });
  }

  async listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ancestor, commit, limit } = options;
    await this.#local.ensure(ancestor);
    return this.#local.deepen(commit, async complete => {
      const all = lines(await this.#local.run(['rev-list', commit]));
      if (!complete && !all.includes(ancestor)) return undefined;
      const shas = lines(
        await this.#local.run([
          'rev-list',
          `--max-count=${limit}`,
          commit,
          `^${ancestor}`,
        ]),
      );
      return this.#localCommits(shas);
    });
  }

  async createBranch(options: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const { branch, commit } = options;
    await this.#local.ensure(commit);
    const pushed = await push(this.#local, {
      name: this.url,
      ref: branchRef(branch),
      before: undefined,
      after: commit,
    });
    if (!pushed && (await this.getBranchHead(branch)) !== commit) {
      throw new ConflictError(
        `The branch ${branch} of ${this.url} exists already at another commit`,
      );
    }
  }

  async deleteBranch(branch: string): Promise<void> {
    const before = await this.#remoteHead(branch);
    if (!before) return;
    const pushed = await push(this.#local, {
      name: this.url,
      ref: branchRef(branch),
      before,
      after: undefined,
    });
    if (!pushed)
      throw new ConflictError(
        `The branch ${branch} of ${this.url} was moved while it was to be deleted`,
      );
  }

  async openPullRequest(): Promise<PullRequest> {
    throw this.#withoutPullRequests();
  }

  async findPullRequest(): Promise<PullRequest | undefined> {
    return undefined;
  }

  async getPullRequest(): Promise<PullRequest> {
    throw this.#withoutPullRequests();
  }

  async closePullRequest(): Promise<void> {
    throw this.#withoutPullRequests();
  }

  commitUrl(): string {
    return '';
  }

  #withoutPullRequests() {
    return new NotImplementedError(
      `${this.url} is a git server without pull requests; set 'delivery: commit' for the environment`,
    );
  }

  async #remoteHead(branch: string): Promise<string | undefined> {
    const ref = branchRef(branch);
    return (await this.#local.remoteRefs(literal(ref))).refs.get(ref);
  }

  async #localCommit(sha: string): Promise<GitCommit> {
    const [commit] = await this.#localCommits([sha]);
    if (!commit)
      throw new NotFoundError(`${sha} is not a commit of ${this.url}`);
    return commit;
  }

  async #localCommits(shas: string[]): Promise<GitCommit[]> {
    if (shas.length === 0) return [];
    const output = await this.#local.run(['cat-file', '--batch'], {
      stdin: `${shas.join('\n')}\n`,
    });
    return parseBatch(output)
      .filter(({ type }) => type === 'commit')
      .map(parseCommit);
  }
}

function lines(output: Buffer): string[] {
  return output.toString('utf8').split('\n').filter(Boolean);
}
