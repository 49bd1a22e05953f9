/**
 * How the record is read back from git.
 *
 * @public
 */
export interface RebuildRequest {
  /** How many commits of each branch are looked at, newest first; default 1,000. */
  commits?: number;
  /** Nothing is stored, and the answer says what would be. */
  dryRun?: boolean;
}

/**
 * What was found in git.
 *
 * @public
 */
export interface RebuildResult {
  /** Every branch that a known Application follows; with `error` when it could not be read. */
  branches: Array<{
    repo: string;
    branch: string;
    commits: number;
    error?: string;
  }>;
  /** Promotions that commits tell of. */
  found: number;
  restored: number;
  /** Were in the database already, and stay as they are. */
  known: number;
  /** Not restored, and why: the first hundred. */
  skipped: Array<{ id: string; commit: string; reason: string }>;
}
