import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import { fastImportStream } from './fastImport';
import { parseBatch, parseCommit, parseTree } from './objects';
import { GitCommandError, runGit, runGitWithExitCode } from './runGit';
import {
  CommitInfo,
  GitRefusal,
  RefUpdate,
  TreeEntry,
  WriteCommitOptions,
} from './types';

const SHA = /^[0-9a-f]{40}$/;
/** Objects never change, so what was read once need not be read again; the bound keeps long test runs small. */
const CACHE_LIMIT = 5_000;

function remember<T>(cache: Map<string, T>, key: string, value: T): T {
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, value);
  return value;
}

/**
 * One bare repository, read and written by the machine's own git.
 *
 * Refs are kept in memory: every way to move one (`writeCommits`, `updateRef`, a push through `exclusively`) is here and
 * holds the lock, so that a reader never needs a process to learn where a branch points.
 */
export class GitRepo {
  readonly defaultBranch = 'main';
  private readonly lock = pLimit(1);
  private readonly commits = new Map<string, CommitInfo>();
  private readonly trees = new Map<string, TreeEntry[]>();
  private readonly blobs = new Map<string, Buffer>();
  private refs = new Map<string, string>();

  private constructor(
    readonly owner: string,
    readonly name: string,
    readonly directory: string,
    readonly createdAt: Date,
    private readonly onUpdate: (repo: GitRepo, updates: RefUpdate[]) => void,
  ) {}

  static async create(options: {
    owner: string;
    name: string;
    directory: string;
    createdAt: Date;
    onUpdate(repo: GitRepo, updates: RefUpdate[]): void;
  }): Promise<GitRepo> {
    const { owner, name, directory, createdAt, onUpdate } = options;
    await mkdir(directory, { recursive: true });
    const repo = new GitRepo(owner, name, directory, createdAt, onUpdate);
    await repo.git(['init', '--quiet', '--bare', '--initial-branch=main', '.']);
    return repo;
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  async git(args: string[], stdin?: string | Uint8Array): Promise<Buffer> {
    return runGit({ cwd: this.directory, args, stdin });
  }

  // Reading

  /** Branches by name. */
  branches(): Array<{ name: string; sha: string }> {
    return [...this.refs]
      .filter(([ref]) => ref.startsWith('refs/heads/'))
      .map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  tags(): Array<{ name: string; sha: string }> {
    return [...this.refs]
      .filter(([ref]) => ref.startsWith('refs/tags/'))
      .map(([ref, sha]) => ({ name: ref.slice('refs/tags/'.length), sha }));
  }

  branchHead(branch: string): string | undefined {
    return this.refs.get(`refs/heads/${branch}`);
  }

  /** The commit that a branch, a tag, `HEAD` or an (abbreviated) commit id means. */
  async resolve(revision: string): Promise<string | undefined> {
    const name = revision === 'HEAD' ? this.defaultBranch : revision;
    const known =
      this.refs.get(`refs/heads/${name}`) ??
      this.refs.get(`refs/tags/${name}`) ??
      this.refs.get(name);
    if (known) return known;
    if (this.commits.has(revision)) return revision;
    if (!/^[0-9a-f]{4,40}$/.test(revision)) return undefined;
    const { stdout, exitCode } = await runGitWithExitCode({
      cwd: this.directory,
      args: ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`],
      allowExitCodes: [1, 128],
    });
    return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
  }

  async commit(sha: string): Promise<CommitInfo> {
    const [commit] = await this.commitsOf([sha]);
    return commit;
  }

  async commitsOf(shas: string[]): Promise<CommitInfo[]> {
    const missing = shas.filter(sha => !this.commits.has(sha));
    if (missing.length > 0) {
      const objects = parseBatch(
        await this.git(['cat-file', '--batch'], `${missing.join('\n')}\n`),
      );
      for (const sha of missing) {
        const object = objects.get(sha);
        if (object?.type !== 'commit') {
          throw new GitRefusal(
            'not-found',
            `object does not exist [id: ${sha}]`,
          );
        }
        remember(this.commits, sha, parseCommit(sha, object.content));
      }
    }
    return shas.map(sha => this.commits.get(sha)!);
  }

  /** Every file at a commit or tree. */
  async files(treeish: string): Promise<TreeEntry[]> {
    const known = this.trees.get(treeish);
    if (known) return known;
    const output = await this.git(['ls-tree', '-r', '-z', '-l', treeish]);
    const entries = parseTree(output);
    return SHA.test(treeish) ? remember(this.trees, treeish, entries) : entries;
  }

  /** Files and folders, as `git ls-tree -t` gives them; one level unless `recursive`. */
  async tree(treeish: string, recursive: boolean): Promise<TreeEntry[]> {
    const flags = recursive ? ['-r', '-t'] : [];
    return parseTree(
      await this.git(['ls-tree', ...flags, '-z', '-l', treeish]),
    );
  }

  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    return (await this.files(commit)).find(entry => entry.path === path);
  }

  async blob(sha: string): Promise<Buffer | undefined> {
    return (await this.blobsOf([sha])).get(sha);
  }

  async blobsOf(shas: string[]): Promise<Map<string, Buffer>> {
    const missing = [...new Set(shas)].filter(sha => !this.blobs.has(sha));
    const found = new Map<string, Buffer>();
    if (missing.length > 0) {
      const objects = parseBatch(
        await this.git(['cat-file', '--batch'], `${missing.join('\n')}\n`),
      );
      for (const [sha, { type, content }] of objects) {
        if (type === 'blob') {
          found.set(sha, remember(this.blobs, sha, Buffer.from(content)));
        }
      }
    }
    for (const sha of shas) {
      const known = this.blobs.get(sha);
      if (known) found.set(sha, known);
    }
    return found;
  }

  async read(commit: string, path: string): Promise<Buffer | undefined> {
    const entry = await this.entry(commit, path);
    return entry && this.blob(entry.sha);
  }

  /** Newest first. */
  async log(options: {
    revision: string;
    path?: string;
    exclude?: string;
    limit?: number;
    skip?: number;
  }): Promise<CommitInfo[]> {
    const { revision, path, exclude, limit, skip } = options;
    const output = await this.git([
      'rev-list',
      ...(limit === undefined ? [] : [`--max-count=${limit}`]),
      ...(skip ? [`--skip=${skip}`] : []),
      revision,
      ...(exclude ? [`^${exclude}`] : []),
      '--',
      ...(path ? [path] : []),
    ]);
    return this.commitsOf(output.toString('utf8').split('\n').filter(Boolean));
  }

  async count(revision: string, path?: string): Promise<number> {
    const output = await this.git([
      'rev-list',
      '--count',
      revision,
      '--',
      ...(path ? [path] : []),
    ]);
    return Number(output.toString('utf8'));
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    const { stdout, exitCode } = await runGitWithExitCode({
      cwd: this.directory,
      args: ['merge-base', a, b],
      allowExitCodes: [1],
    });
    return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
  }

  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    const { exitCode } = await runGitWithExitCode({
      cwd: this.directory,
      args: ['merge-base', '--is-ancestor', ancestor, commit],
      allowExitCodes: [1],
    });
    return exitCode === 0;
  }

  /** Files that a commit touched, against its first parent. */
  async changedFiles(
    commit: CommitInfo,
  ): Promise<Array<{ filename: string; status: string }>> {
    const words: Record<string, string> = { A: 'added', D: 'removed' };
    const output = await this.git([
      'diff-tree',
      '--root',
      '--no-commit-id',
      '--name-status',
      '-r',
      '-z',
      ...(commit.parents.length > 0
        ? [commit.parents[0], commit.sha]
        : [commit.sha]),
    ]);
    const parts = output.toString('utf8').split('\0').filter(Boolean);
    return parts.flatMap((status, index) =>
      index % 2 === 0
        ? [{ filename: parts[index + 1], status: words[status] ?? 'modified' }]
        : [],
    );
  }

  /** What a commit changed, or all that lies between two, as a patch. */
  async diff(commit: string, since?: string): Promise<string> {
    const range = since ? [since, commit] : [commit];
    const output = await this.git(
      since
        ? ['diff', ...range]
        : ['show', '--format=', '--first-parent', '-m', ...range],
    );
    return output.toString('utf8');
  }

  // Writing

  /** One writer at a time: whatever reads a head and then moves it does both inside. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.lock(work);
  }

  /** Writes commits and moves their branch; call it inside `exclusively`. Gives their ids. */
  async writeCommits(commits: WriteCommitOptions[]): Promise<string[]> {
    const modes = new Map<string, string>();
    for (const { parent } of commits) {
      if (parent) {
        for (const entry of await this.files(parent)) {
          if (entry.mode !== '100644') modes.set(entry.path, entry.mode);
        }
      }
    }
    let output: Buffer;
    try {
      output = await this.git(
        ['fast-import', '--quiet', '--date-format=raw'],
        fastImportStream(commits, modes),
      );
    } catch (error) {
      if (error instanceof GitCommandError) {
        throw new GitRefusal('invalid', error.stderr.trim());
      }
      throw error;
    }
    await this.refreshRefs();
    return output.toString('utf8').split('\n').filter(Boolean);
  }

  /** Creates, moves or (without `after`) deletes a ref; the caller holds the lock. */
  async updateRef(ref: string, after: string | undefined): Promise<void> {
    await this.git(
      after ? ['update-ref', ref, after] : ['update-ref', '-d', ref],
    );
    await this.refreshRefs();
  }

  /** Reads the refs again after something moved them, and tells the listeners what moved. */
  async refreshRefs(): Promise<void> {
    const output = await this.git([
      'for-each-ref',
      '--format=%(refname) %(objectname) %(*objectname)',
    ]);
    const before = this.refs;
    this.refs = new Map(
      output
        .toString('utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => {
          // For an annotated tag the last word is the commit that it names.
          const [ref, sha, peeled] = line.split(' ');
          return [ref, peeled || sha];
        }),
    );
    const names = new Set([...before.keys(), ...this.refs.keys()]);
    const updates = [...names]
      .map(ref => ({
        ref,
        before: before.get(ref),
        after: this.refs.get(ref),
      }))
      .filter(update => update.before !== update.after);
    if (updates.length > 0) this.onUpdate(this, updates);
  }
}
