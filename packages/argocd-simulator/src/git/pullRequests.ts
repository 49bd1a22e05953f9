import { Account } from './accounts';
import { GitRepo } from './GitRepo';
import { mergeTrees } from './merge';
import { CommitInfo, GitRefusal, RefUpdate, WriteCommitOptions } from './types';

export interface Review {
  id: number;
  user: Account;
  state: 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT' | 'PENDING';
  body: string;
  commit: string;
  submittedAt: Date;
}

export interface PullRequest {
  number: number;
  repo: GitRepo;
  user: Account;
  title: string;
  body: string;
  base: string;
  head: string;
  /** Last known head of the branch; it stays when the branch is deleted. */
  headSha: string;
  state: 'open' | 'closed';
  merged?: { sha: string; at: Date; by: Account };
  createdAt: Date;
  updatedAt: Date;
  closedAt?: Date;
  reviews: Review[];
}

export type MergeStyle =
  | 'merge'
  | 'rebase'
  | 'rebase-merge'
  | 'squash'
  | 'fast-forward-only';

interface MergeOptions {
  style: MergeStyle;
  by: Account;
  title?: string;
  message?: string;
}

/** Pull requests of all repositories. */
export class PullRequests {
  private readonly byRepo = new Map<GitRepo, PullRequest[]>();
  private nextReviewId = 1;

  constructor(private readonly now: () => Date) {}

  list(repo: GitRepo): PullRequest[] {
    return this.byRepo.get(repo) ?? [];
  }

  find(repo: GitRepo, number: number): PullRequest | undefined {
    return this.list(repo).find(pull => pull.number === number);
  }

  /** An open pull request follows its branch; without the branch it is closed, as on a real host. */
  onUpdate(repo: GitRepo, updates: RefUpdate[]): void {
    for (const { ref, after } of updates) {
      for (const pull of this.list(repo)) {
        if (pull.state !== 'open' || ref !== `refs/heads/${pull.head}`)
          continue;
        pull.updatedAt = this.now();
        if (after) pull.headSha = after;
        else this.close(pull);
      }
    }
  }

  async open(
    repo: GitRepo,
    options: {
      user: Account;
      title: string;
      body: string;
      base: string;
      head: string;
    },
  ): Promise<PullRequest> {
    const { base, head } = options;
    const headSha = repo.branchHead(head);
    if (!headSha || !repo.branchHead(base))
      throw new GitRefusal('not-found', "The target couldn't be found.");
    const existing = this.list(repo).find(
      pull => pull.state === 'open' && pull.base === base && pull.head === head,
    );
    if (existing) {
      throw new GitRefusal(
        'conflict',
        `pull request already exists for these targets [id: ${existing.number}, issue_id: ${existing.number}, head_repo_id: 1, base_repo_id: 1, head_branch: ${head}, base_branch: ${base}]`,
      );
    }
    if (base === head) {
      throw new GitRefusal(
        'invalid',
        'There are no changes between the head and the base',
      );
    }
    const pull: PullRequest = {
      ...options,
      number: this.list(repo).length + 1,
      repo,
      headSha,
      state: 'open',
      createdAt: this.now(),
      updatedAt: this.now(),
      reviews: [],
    };
    this.byRepo.set(repo, [...this.list(repo), pull]);
    return pull;
  }

  close(pull: PullRequest): void {
    pull.state = 'closed';
    pull.closedAt = this.now();
    pull.updatedAt = this.now();
  }

  review(
    pull: PullRequest,
    review: Pick<Review, 'user' | 'state' | 'body'>,
  ): Review {
    if (review.user === pull.user && review.state !== 'COMMENT') {
      throw new GitRefusal(
        'invalid',
        `${
          review.state === 'APPROVED' ? 'approve' : 'reject'
        } your own pull is not allowed`,
      );
    }
    const added = {
      ...review,
      id: this.nextReviewId++,
      commit: pull.headSha,
      submittedAt: this.now(),
    };
    pull.reviews.push(added);
    return added;
  }

  async mergeable(pull: PullRequest): Promise<boolean> {
    const ours = pull.repo.branchHead(pull.base);
    if (pull.state !== 'open' || !ours) return false;
    const base = await pull.repo.mergeBase(ours, pull.headSha);
    const { conflicts } = await mergeTrees(pull.repo, {
      base,
      ours,
      theirs: pull.headSha,
    });
    return conflicts.length === 0;
  }

  async merge(
    pull: PullRequest,
    options: MergeOptions & { headCommit?: string },
  ): Promise<string> {
    const { repo } = pull;
    return repo.exclusively(async () => {
      if (pull.merged)
        throw new GitRefusal('invalid', 'The PR is already merged');
      if (pull.state !== 'open')
        throw new GitRefusal('invalid', 'The PR is closed');
      const ours = repo.branchHead(pull.base);
      if (!ours)
        throw new GitRefusal('not-found', "The target couldn't be found.");
      if (options.headCommit && options.headCommit !== pull.headSha) {
        throw new GitRefusal('conflict', 'head out of date');
      }
      const base = await repo.mergeBase(ours, pull.headSha);
      const sha = await this.write(pull, ours, base, options);
      pull.merged = { sha, at: this.now(), by: options.by };
      this.close(pull);
      return sha;
    });
  }

  private async write(
    pull: PullRequest,
    ours: string,
    base: string | undefined,
    options: MergeOptions,
  ): Promise<string> {
    const { repo, headSha } = pull;
    if (options.style === 'merge' || options.style === 'squash')
      return this.mergeOrSquash(pull, headSha, { ours, base }, options);
    const onto = await this.rebase(pull, ours, base, options.style);
    if (options.style === 'rebase-merge')
      return this.mergeOrSquash(pull, onto, { ours, base: ours }, options);
    await repo.updateRef(`refs/heads/${pull.base}`, onto);
    return onto;
  }

  private async mergeOrSquash(
    pull: PullRequest,
    headSha: string,
    { ours, base }: { ours: string; base: string | undefined },
    options: MergeOptions,
  ): Promise<string> {
    const { repo, number, title, head, base: target } = pull;
    const { changes, conflicts } = await mergeTrees(repo, {
      base,
      ours,
      theirs: headSha,
    });
    if (conflicts.length > 0)
      throw new GitRefusal(
        'conflict',
        `merge conflict: ${conflicts.join(', ')}`,
      );
    const squash = options.style === 'squash';
    const subject =
      options.title ??
      (squash
        ? `${title} (#${number})`
        : `Merge pull request '${title}' (#${number}) from ${head} into ${target}`);
    const signature = { name: options.by.fullName, email: options.by.email };
    const poster = { name: pull.user.fullName, email: pull.user.email };
    // What the request does not say is left out: a squashed commit loses the trailers of its commits.
    const body = options.message;
    const [sha] = await repo.writeCommits([
      {
        branch: target,
        parent: ours,
        mergeParents: squash ? [] : [headSha],
        files: changes,
        message: `${[subject, body].filter(Boolean).join('\n\n')}\n`,
        author: squash ? poster : signature,
        committer: signature,
        authorDate: this.now(),
      },
    ]);
    return sha;
  }

  /** The pull request's commits on top of the target, which stays where it is. */
  private async rebase(
    pull: PullRequest,
    ours: string,
    base: string | undefined,
    style: MergeStyle,
  ): Promise<string> {
    const { repo, headSha } = pull;
    if (base === ours) return headSha;
    if (style === 'fast-forward-only')
      throw new GitRefusal(
        'invalid',
        'Not possible to fast-forward, aborting.',
      );
    const commits = (
      await repo.log({ revision: headSha, exclude: ours })
    ).reverse();
    // Every step is written on a ref of its own, so that a conflict half way leaves the target alone and nobody sees it.
    const scratch = `refs/simulator/rebase-${pull.number}`;
    let onto = ours;
    try {
      for (const commit of commits)
        onto = await this.pick(repo, scratch, onto, commit);
    } finally {
      if (await repo.resolve(scratch)) await repo.updateRef(scratch, undefined);
    }
    return onto;
  }

  private async pick(
    repo: GitRepo,
    branch: string,
    onto: string,
    commit: CommitInfo,
  ): Promise<string> {
    const { changes, conflicts } = await mergeTrees(repo, {
      base: commit.parents[0],
      ours: onto,
      theirs: commit.sha,
    });
    if (conflicts.length > 0)
      throw new GitRefusal(
        'conflict',
        `merge conflict: ${conflicts.join(', ')}`,
      );
    const write: WriteCommitOptions = {
      branch,
      parent: onto,
      files: changes,
      message: commit.message,
      author: commit.author,
      authorDate: commit.author.date,
      committer: commit.committer,
      committerDate: this.now(),
    };
    return (await repo.writeCommits([write]))[0];
  }
}
