/**
 * One repository on one git host, spoken to by API and without a clone.
 *
 * Every write happens under the strongest condition that the host offers: the whole head of the branch where it can,
 * else the blobs of the touched files. Nothing is ever forced.
 *
 * @public
 */
export interface GitRepository {
  /** The URL that Argo CD knows the repository by, without credentials. */
  readonly url: string;

  /** Commit that a branch points to. Throws `NotFoundError` when there is no such branch. */
  getBranchHead(branch: string): Promise<string>;

  /** Name of the default branch: what `HEAD` of a `targetRevision` means. */
  getDefaultBranch(): Promise<string>;

  /** Whether a name is a branch (a `targetRevision` may also be a tag, a commit or a range). */
  isBranch(name: string): Promise<boolean>;

  /** Paths and blob ids of all files at a commit, below `directory` when given (no leading or trailing slash). */
  listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]>;

  /** Bytes and blob id of one file at a commit. Throws `NotFoundError`. */
  readFile(options: { commit: string; path: string }): Promise<GitFile>;

  /**
   * Writes the files in one commit on `branch`, and moves the branch.
   *
   * Throws `ConflictError` when the branch has moved in a way that the host or this adapter sees as touching one of
   * the files: then plan again. A branch that moved by a neighbour's commit is no conflict where the host lets us see.
   */
  commitFiles(options: CommitFilesOptions): Promise<GitCommit>;

  /** Facts about one commit, message included. Throws `NotFoundError`. */
  getCommit(sha: string): Promise<GitCommit>;

  /** Newest first: commits of a branch (or below a commit), optionally those that touch a path. */
  listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]>;

  /** Whether `commit` is `ancestor` or descends from it. */
  contains(options: { ancestor: string; commit: string }): Promise<boolean>;

  /** Creates a branch at a commit; when it exists at that very commit this is a success, else `ConflictError`. */
  createBranch(options: { branch: string; commit: string }): Promise<void>;

  deleteBranch(branch: string): Promise<void>;

  /**
   * Opens a pull request, or adopts the open one of these branches.
   *
   * What only decorates it (labels, reviewers, draft, auto-merge) never makes this fail: what the host refused of it is
   * told in `problems` of the answer. Throws `NotImplementedError` where there is no such thing as a pull request.
   */
  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest>;

  /**
   * The newest pull request with that head branch, whatever its state; one into `base` goes before one that somebody
   * has pointed at another branch.
   */
  findPullRequest(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined>;

  getPullRequest(number: number): Promise<PullRequest>;

  closePullRequest(number: number): Promise<void>;

  /** Page of a commit for people; '' where there is none. */
  commitUrl(sha: string): string;

  /**
   * Statuses and checks of a commit, the newest of each name. Absent: the host knows none, and a gate must say
   * `pending`. Throws `NotFoundError`.
   */
  listCommitStatuses?(sha: string): Promise<CommitStatus[]>;

  /**
   * Commits that `commit` has and `ancestor` has not, newest first, at most `limit`. Absent: only `listCommits` and
   * `contains` can tell.
   */
  listCommitsBetween?(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]>;

  /** What the host demands of whoever writes to a branch, as far as the token may know it. */
  getBranchRules?(branch: string): Promise<BranchRules>;
}

/**
 * What a pull request is opened with. Everything below `body` decorates it, and never makes opening it fail.
 *
 * @public
 */
export interface OpenPullRequestOptions {
  base: string;
  head: string;
  title: string;
  body: string;
  /** Names of labels. */
  labels?: string[];
  /** Names of users as the host writes them; of a team `team:<name>` where the host has teams. */
  reviewers?: string[];
  draft?: boolean;
  /** Merge it as soon as the host's own conditions are met. */
  autoMerge?: boolean | 'merge' | 'squash' | 'rebase';
}

/**
 * One status or check of a commit, as hosts call what their pipelines report.
 *
 * @public
 */
export interface CommitStatus {
  /** For example the name of a pipeline or check. */
  name: string;
  state: 'success' | 'pending' | 'failure';
  description?: string;
  url?: string;
}

/**
 * What a host demands of whoever writes to a branch; what the token may not know is absent.
 *
 * @public
 */
export interface BranchRules {
  /** Whether anything guards the branch. */
  protected: boolean;
  /** A commit straight to the branch would be refused. Absent: the token may not know. */
  pullRequestRequired?: boolean;
  /** Approving reviews that a pull request needs. */
  requiredApprovals?: number;
  /** Names of checks that must succeed. */
  requiredChecks?: string[];
  signedCommitsRequired?: boolean;
}

/**
 * One file of a tree.
 *
 * @public
 */
export interface GitTreeEntry {
  path: string;
  /** Git blob id (SHA-1, hex), where the host tells. */
  blob?: string;
  /** In bytes, where the host tells. */
  size?: number;
}

/**
 * One file with its bytes.
 *
 * @public
 */
export interface GitFile extends GitTreeEntry {
  /** Git blob id (SHA-1, hex). */
  blob: string;
  content: Uint8Array;
}

/**
 * Facts about one commit.
 *
 * @public
 */
export interface GitCommit {
  sha: string;
  parents: string[];
  message: string;
  author: { name: string; email: string };
  /** ISO 8601, UTC. */
  committedAt: string;
}

/**
 * The files of one commit, and the state that they were computed on.
 *
 * @public
 */
export interface CommitFilesOptions {
  branch: string;
  /** Commit that the files were read at. */
  base: string;
  files: Array<{
    path: string;
    content: Uint8Array;
    /** Blob id that the file had at `base`. */ blobBefore: string;
  }>;
  message: string;
  author?: { name: string; email: string };
}

/**
 * A pull request as its host tells it.
 *
 * @public
 */
export interface PullRequest {
  number: number;
  url?: string;
  state: 'open' | 'merged' | 'closed';
  head: string;
  base: string;
  /** Commit on the base branch that merged it (also for squash and rebase, as far as the host tells). */
  mergeCommit?: string;
  /** Who merged it, by name or login, where the host tells. */
  mergedBy?: string;
  body: string;
  draft?: boolean;
  /** What the host refused of labels, reviewers, draft or auto-merge when it was opened, in words for people. */
  problems?: string[];
}

/**
 * A kind of git host. The first provider that answers for a URL is used.
 *
 * @public
 */
export interface GitHostProvider {
  /** For example `gitea`. */
  readonly kind: string;
  /** The repository, when this provider is configured for its host; else undefined. */
  getRepository(url: string): GitRepository | undefined;
  /** Gives back what it holds, such as files on disk, when the backend stops. */
  close?(): Promise<void>;
}
