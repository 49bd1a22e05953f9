/** Who wrote a commit. */
export interface Signature {
  name: string;
  email: string;
}

export interface CommitInfo {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature & { date: Date };
  committer: Signature & { date: Date };
  message: string;
}

export interface TreeEntry {
  path: string;
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  size?: number;
}

/** Files of a commit to be: path → content, or null to delete. */
export type FileChanges = Record<string, string | Uint8Array | null>;

export interface WriteCommitOptions {
  branch: string;
  /** The commit to build on; absent: the root of a new history. */
  parent?: string;
  /** More parents: a merge. */
  mergeParents?: string[];
  files: FileChanges;
  message: string;
  author: Signature;
  committer?: Signature;
  authorDate: Date;
  committerDate?: Date;
}

/** A ref that moved: a push, an API commit, a merge. */
export interface RefUpdate {
  ref: string;
  before?: string;
  after?: string;
}

/** Something that git says can't be done, in words for the caller. */
export class GitRefusal extends Error {
  constructor(
    readonly reason: 'not-found' | 'conflict' | 'invalid',
    message: string,
  ) {
    super(message);
  }
}
