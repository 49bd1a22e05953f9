import { Account } from '../accounts';
import { GitRepo } from '../GitRepo';

export interface CommitStatus {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string;
  targetUrl: string;
  creator: Account;
  createdAt: Date;
}

const WORST_FIRST = ['error', 'failure', 'warning', 'pending', 'success'];

/** What checks said of commits. */
export class CommitStatuses {
  private readonly all = new Map<GitRepo, CommitStatus[]>();

  add(repo: GitRepo, status: Omit<CommitStatus, 'id'>): CommitStatus {
    const known = this.all.get(repo) ?? [];
    const added = { ...status, id: known.length + 1 };
    this.all.set(repo, [...known, added]);
    return added;
  }

  /** Newest first. */
  of(repo: GitRepo, sha: string): CommitStatus[] {
    return (this.all.get(repo) ?? [])
      .filter(status => status.sha === sha)
      .reverse();
  }

  /** The newest of each context, and the worst of them; `pending` when there are none. */
  combined(
    repo: GitRepo,
    sha: string,
  ): { state: string; statuses: CommitStatus[] } {
    const statuses = this.of(repo, sha).filter(
      (status, index, list) =>
        list.findIndex(({ context }) => context === status.context) === index,
    );
    const state =
      WORST_FIRST.find(candidate =>
        statuses.some(status => status.state === candidate),
      ) ?? 'pending';
    return { state, statuses };
  }
}
