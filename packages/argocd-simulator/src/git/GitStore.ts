import { join } from 'node:path';
import { GitBackend, RepositoryError, RevisionError } from '../ports';
import { GitRepo } from './GitRepo';
import {
  CommitInfo,
  FileChanges,
  GitRefusal,
  RefUpdate,
  Signature,
} from './types';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const SHA = /^[0-9a-f]{40}$/;
const DEFAULT_AUTHOR: Signature = {
  name: 'Simulator',
  email: 'simulator@example.com',
};

/** One commit by hand: files, who, when, why. */
export interface HandCommit {
  branch?: string;
  files: FileChanges;
  message?: string;
  author?: Signature | string;
  date?: Date | string;
}

/** A commit as the hand API lists it. */
export interface LogEntry {
  sha: string;
  message: string;
  author: Signature;
  date: Date;
  parents: string[];
}

export type RepoListener = (repo: GitRepo, updates: RefUpdate[]) => void;

function toSignature(author: Signature | string | undefined): Signature {
  if (author === undefined) return DEFAULT_AUTHOR;
  if (typeof author !== 'string') return author;
  const match = /^(?<name>.*?)\s*<(?<email>[^>]*)>$/.exec(author);
  return match?.groups
    ? { name: match.groups.name, email: match.groups.email }
    : { name: author, email: DEFAULT_AUTHOR.email };
}

/**
 * All repositories of the simulated git host. The hand API for tests, the repo-server's view (`GitBackend`), smart HTTP
 * and the REST API all stand on it.
 */
export class GitStore implements GitBackend {
  private readonly repos = new Map<string, GitRepo>();
  private readonly listeners = new Set<RepoListener>();
  /** Base of the host, known once it listens. */
  url = 'http://127.0.0.1';

  constructor(
    private readonly options: { directory: string; now: () => Date },
  ) {}

  // Repositories

  list(): GitRepo[] {
    return [...this.repos.values()];
  }

  find(owner: string, name: string): GitRepo | undefined {
    return this.repos.get(`${owner}/${name}`.toLowerCase());
  }

  get(fullName: string): GitRepo {
    const repo = this.repos.get(fullName.toLowerCase());
    if (!repo) {
      throw new GitRefusal('not-found', `repository ${fullName} not found`);
    }
    return repo;
  }

  cloneUrl(repo: GitRepo): string {
    return `${this.url}/${repo.fullName}.git`;
  }

  async create(fullName: string): Promise<GitRepo> {
    const [owner, name, ...rest] = fullName.split('/');
    if (rest.length > 0 || !NAME.test(owner) || !NAME.test(name ?? '')) {
      throw new GitRefusal(
        'invalid',
        `${fullName} is not <owner>/<name> of letters, digits, '.', '_' and '-'`,
      );
    }
    const key = fullName.toLowerCase();
    if (this.repos.has(key)) {
      throw new GitRefusal('conflict', `repository ${fullName} exists`);
    }
    const repo = await GitRepo.create({
      owner,
      name,
      directory: join(this.options.directory, owner, `${name}.git`),
      createdAt: this.options.now(),
      onUpdate: (changed, updates) => {
        for (const listener of this.listeners) listener(changed, updates);
      },
    });
    this.repos.set(key, repo);
    return repo;
  }

  onUpdate(listener: RepoListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // The hand API

  /** Creates a repository; with files, or a whole history (oldest first), it has a branch `main`. */
  async createRepository(
    fullName: string,
    initial: Omit<HandCommit, 'branch' | 'files'> & {
      files?: FileChanges;
      history?: HandCommit[];
    } = {},
  ): Promise<{ url: string; head: string }> {
    const repo = await this.create(fullName);
    const { files, history = [], ...facts } = initial;
    const commits = [
      ...(files ? [{ message: 'Initial commit', ...facts, files }] : []),
      ...history,
    ];
    let head = '';
    if (commits.length > 0) {
      head = (await this.commitAll(repo, commits)).at(-1)!;
    }
    return { url: this.cloneUrl(repo), head };
  }

  async commit(fullName: string, commit: HandCommit): Promise<string> {
    return (await this.commitAll(this.get(fullName), [commit]))[0];
  }

  private async commitAll(
    repo: GitRepo,
    commits: HandCommit[],
  ): Promise<string[]> {
    return repo.exclusively(() => {
      const started = new Set<string>();
      return repo.writeCommits(
        commits.map(commit => {
          const branch = commit.branch ?? repo.defaultBranch;
          const parent = started.has(branch)
            ? undefined
            : repo.branchHead(branch) ?? repo.branchHead(repo.defaultBranch);
          started.add(branch);
          return {
            branch,
            parent,
            files: commit.files,
            message: commit.message ?? 'Change by hand',
            author: toSignature(commit.author),
            authorDate: new Date(commit.date ?? this.options.now()),
          };
        }),
      );
    });
  }

  async read(
    fullName: string,
    revision: string,
    path: string,
  ): Promise<Buffer> {
    const repo = this.get(fullName);
    const sha = await repo.resolve(revision);
    const content = sha && (await repo.read(sha, path));
    if (content === undefined || content === '') {
      throw new GitRefusal(
        'not-found',
        `${path} is not in ${fullName} at ${revision}`,
      );
    }
    return content;
  }

  head(fullName: string, branch: string = 'main'): string {
    const head = this.get(fullName).branchHead(branch);
    if (!head) {
      throw new GitRefusal('not-found', `${fullName} has no branch ${branch}`);
    }
    return head;
  }

  async log(fullName: string, branch: string = 'main'): Promise<LogEntry[]> {
    const revision = this.head(fullName, branch);
    const commits = await this.get(fullName).log({ revision });
    return commits.map(({ sha, message, author, parents }: CommitInfo) => ({
      sha,
      message,
      author: { name: author.name, email: author.email },
      date: author.date,
      parents,
    }));
  }

  // The repo-server's view

  private repoOf(repoURL: string): GitRepo {
    let found: GitRepo | undefined;
    let reason = `repository not found: ${repoURL}`;
    try {
      const { host, pathname } = new URL(repoURL);
      const [owner, name, ...rest] = pathname
        .replace(/\.git\/?$/, '')
        .split('/')
        .filter(Boolean);
      const own = new URL(this.url);
      const isOwn =
        host === own.host ||
        host === own.host.replace('127.0.0.1', 'localhost');
      if (isOwn && rest.length === 0) found = this.find(owner, name ?? '');
      // Nothing is asked of other hosts
      if (!isOwn)
        reason = `Get "${repoURL}/info/refs?service=git-upload-pack": dial tcp: lookup ${
          host.split(':')[0]
        }: no such host`;
    } catch {
      // Not an URL: the answer below says so in git's words.
    }
    if (!found) throw new RepositoryError(`failed to list refs: ${reason}`);
    return found;
  }

  async resolveRevision(
    repoURL: string,
    targetRevision: string,
  ): Promise<string> {
    const repo = this.repoOf(repoURL);
    const sha = await repo.resolve(targetRevision || 'HEAD');
    if (sha) return sha;
    if (SHA.test(targetRevision)) {
      throw new RevisionError(
        `failed to initialize repository resources: rpc error: code = Internal desc = Failed to checkout revision ${targetRevision}: ` +
          `\`git fetch origin ${targetRevision} --tags --force --prune\` failed exit status 128: ` +
          `fatal: remote error: upload-pack: not our ref ${targetRevision}`,
      );
    }
    throw new RevisionError(
      `unable to resolve '${targetRevision}' to a commit SHA`,
    );
  }

  async readTree(
    repoURL: string,
    commit: string,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const repo = this.repoOf(repoURL);
    const sha = await this.resolveRevision(repoURL, commit);
    const entries = (await repo.files(sha)).filter(
      entry => entry.type === 'blob',
    );
    const blobs = await repo.blobsOf(entries.map(entry => entry.sha));
    return new Map(
      entries.map(entry => [entry.path, blobs.get(entry.sha)!] as const),
    );
  }

  async getCommit(
    repoURL: string,
    commit: string,
  ): Promise<{
    author: string;
    date: string;
    message: string;
    tags: string[];
  }> {
    const repo = this.repoOf(repoURL);
    const sha = await this.resolveRevision(repoURL, commit);
    const info = await repo.commit(sha);
    return {
      author: `${info.author.name} <${info.author.email}>`,
      date: info.author.date.toISOString().replace('.000Z', 'Z'),
      message: info.message.trimEnd(),
      tags: repo
        .tags()
        .filter(tag => tag.sha === sha)
        .map(tag => tag.name),
    };
  }

  onPush(
    listener: (push: {
      repoURL: string;
      branch: string;
      before?: string;
      after: string;
    }) => void,
  ): () => void {
    return this.onUpdate((repo, updates) => {
      for (const { ref, before, after } of updates) {
        if (after && ref.startsWith('refs/heads/')) {
          listener({
            repoURL: this.cloneUrl(repo),
            branch: ref.slice('refs/heads/'.length),
            before,
            after,
          });
        }
      }
    });
  }
}
