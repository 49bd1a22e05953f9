/**
 * What one deployment changed in one repository, as far as git tells.
 *
 * @public
 */
export interface DeploymentChange {
  /** Without credentials. */
  repoURL: string;
  revision: string;
  /** Commits since the deployment before that touch what the Application renders, newest first. */
  commits: Array<{
    sha: string;
    author?: string;
    message?: string;
    /** ISO 8601, UTC. */
    committedAt?: string;
    url?: string;
  }>;
  /** Files of the Application's own folders that differ; at most 50. */
  files: string[];
  /** Digests and tags that those files pin now and did not before, and the reverse. */
  images: { before: string[]; after: string[] };
  /** Why less is told than there may be. */
  incomplete?: string;
}

/**
 * One deployment of an Application.
 *
 * @public
 */
export interface DeploymentRecord {
  /** Argo CD's number of it. */
  id: number;
  revisions: string[];
  /** ISO 8601, UTC. */
  deployedAt: string;
  deployStartedAt?: string;
  initiatedBy: { username?: string; automated: boolean };
  /** One a repository that moved; empty for the oldest that Argo CD still knows. */
  changes: DeploymentChange[];
}
