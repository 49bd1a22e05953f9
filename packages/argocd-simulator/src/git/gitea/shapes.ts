import { Account } from '../accounts';
import { GitRepo } from '../GitRepo';
import { PullRequest, Review } from '../pullRequests';
import { CommitInfo, Signature, TreeEntry } from '../types';
import { GiteaContext } from './context';
import { CommitStatus } from './statuses';
import { Webhook } from './webhooks';

/** Bigger files and blobs are described without their content. */
const MAX_CONTENT_BYTES = 10 * 1024 * 1024;

/** The content of a file or blob as the API gives it. */
export function encoded(content: Buffer | undefined): {
  encoding: 'base64' | null;
  content: string | null;
} {
  return content && content.length <= MAX_CONTENT_BYTES
    ? { encoding: 'base64', content: content.toString('base64') }
    : { encoding: null, content: null };
}

/** Dates as the API writes them: seconds, UTC. */
export function date(value: Date): string {
  return value.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The JSON of the API, as Gitea 1.24's swagger describes it and Gitea 1.26 answers. */
export class Shapes {
  constructor(private readonly context: GiteaContext) {}

  private get url(): string {
    return this.context.store.url;
  }

  api(repo: GitRepo): string {
    return `${this.url}/api/v1/repos/${repo.fullName}`;
  }

  user(account: Account): object {
    return {
      id: account.id,
      login: account.login,
      login_name: '',
      full_name: account.fullName,
      email: account.email,
      avatar_url: '',
      html_url: `${this.url}/${account.login}`,
      is_admin: false,
      active: true,
      username: account.login,
    };
  }

  repository(repo: GitRepo, viewer: Account | undefined): object {
    return {
      id: this.context.store.list().indexOf(repo) + 1,
      owner: {
        id: 1,
        login: repo.owner,
        full_name: repo.owner,
        email: '',
        username: repo.owner,
      },
      name: repo.name,
      full_name: repo.fullName,
      description: '',
      empty: repo.branches().length === 0,
      private: false,
      fork: false,
      mirror: false,
      size: 1,
      html_url: `${this.url}/${repo.fullName}`,
      url: this.api(repo),
      ssh_url: `git@${new URL(this.url).host}:${repo.fullName}.git`,
      clone_url: this.context.store.cloneUrl(repo),
      default_branch: repo.defaultBranch,
      archived: false,
      created_at: date(repo.createdAt),
      updated_at: date(repo.createdAt),
      permissions: { admin: false, push: viewer?.writer ?? false, pull: true },
      has_pull_requests: true,
      allow_merge_commits: true,
      allow_rebase: true,
      allow_squash_merge: true,
      default_merge_style: 'merge',
      object_format_name: 'sha1',
    };
  }

  private person(signature: Signature & { date: Date }): object {
    return {
      name: signature.name,
      email: signature.email,
      date: date(signature.date),
    };
  }

  private parents(repo: GitRepo, commit: CommitInfo): object[] {
    return commit.parents.map(sha => ({
      url: `${this.api(repo)}/git/commits/${sha}`,
      sha,
      created: '0001-01-01T00:00:00Z',
    }));
  }

  commit(
    repo: GitRepo,
    commit: CommitInfo,
    files?: Array<{ filename: string; status: string }>,
  ): object {
    const url = `${this.api(repo)}/git/commits/${commit.sha}`;
    return {
      url,
      sha: commit.sha,
      created: date(commit.committer.date),
      html_url: `${this.url}/${repo.fullName}/commit/${commit.sha}`,
      commit: {
        url,
        author: this.person(commit.author),
        committer: this.person(commit.committer),
        message: commit.message,
        tree: {
          url: `${this.api(repo)}/git/trees/${commit.tree}`,
          sha: commit.tree,
          created: date(commit.committer.date),
        },
      },
      author: null,
      committer: null,
      parents: this.parents(repo, commit),
      ...(files ? { files } : {}),
    };
  }

  /** The commit of an answer to a file change: its facts stand at the top. */
  fileCommit(repo: GitRepo, commit: CommitInfo): object {
    return {
      url: `${this.api(repo)}/git/commits/${commit.sha}`,
      sha: commit.sha,
      created: '0001-01-01T00:00:00Z',
      html_url: `${this.url}/${repo.fullName}/commit/${commit.sha}`,
      author: this.person(commit.author),
      committer: this.person(commit.committer),
      parents: this.parents(repo, commit),
      message: commit.message,
      tree: {
        url: `${this.api(repo)}/git/trees/${commit.tree}`,
        sha: commit.tree,
        created: '0001-01-01T00:00:00Z',
      },
    };
  }

  payloadCommit(repo: GitRepo, commit: CommitInfo): object {
    const person = ({ name, email }: Signature) => ({
      name,
      email,
      username: '',
    });
    return {
      id: commit.sha,
      message: commit.message,
      url: `${this.url}/${repo.fullName}/commit/${commit.sha}`,
      author: person(commit.author),
      committer: person(commit.committer),
      verification: null,
      timestamp: date(commit.committer.date),
      added: null,
      removed: null,
      modified: null,
    };
  }

  branch(repo: GitRepo, name: string, commit: CommitInfo): object {
    return {
      name,
      commit: this.payloadCommit(repo, commit),
      protected: false,
      required_approvals: 0,
      enable_status_check: false,
      status_check_contexts: [],
      user_can_push: true,
      user_can_merge: true,
      effective_branch_protection_name: '',
    };
  }

  contents(
    repo: GitRepo,
    entry: TreeEntry,
    ref: string,
    last: CommitInfo | undefined,
    content?: Buffer,
  ): object {
    const name = entry.path.split('/').at(-1)!;
    const path = entry.path.split('/').map(encodeURIComponent).join('/');
    const isFile = entry.type === 'blob';
    const url = `${this.api(repo)}/contents/${path}?ref=${encodeURIComponent(
      ref,
    )}`;
    return {
      name,
      path: entry.path,
      sha: entry.sha,
      last_commit_sha: last?.sha ?? '',
      ...(last
        ? {
            last_committer_date: date(last.committer.date),
            last_author_date: date(last.author.date),
          }
        : {}),
      type: isFile ? 'file' : 'dir',
      size: entry.size ?? 0,
      ...encoded(content),
      target: null,
      url,
      html_url: `${this.url}/${repo.fullName}/src/commit/${ref}/${path}`,
      git_url: `${this.api(repo)}/git/${isFile ? 'blobs' : 'trees'}/${
        entry.sha
      }`,
      download_url: isFile
        ? `${this.url}/${repo.fullName}/raw/commit/${ref}/${path}`
        : null,
      submodule_git_url: null,
      _links: { self: url, git: null, html: null },
    };
  }

  /** In a list, who merged is left out. */
  async listedPull(
    pull: PullRequest,
    viewer: Account | undefined,
  ): Promise<object> {
    return { ...(await this.pull(pull, viewer)), merged_by: null };
  }

  async pull(pull: PullRequest, viewer: Account | undefined): Promise<object> {
    const { repo, number } = pull;
    const html = `${this.url}/${repo.fullName}/pulls/${number}`;
    const baseSha = repo.branchHead(pull.base) ?? '';
    const side = (ref: string, sha: string) => ({
      label: ref,
      ref,
      sha,
      repo_id: 1,
      repo: this.repository(repo, viewer),
    });
    const headExists = repo.branchHead(pull.head) !== undefined;
    return {
      id: number,
      url: `${this.api(repo)}/pulls/${number}`,
      number,
      user: this.user(pull.user),
      title: pull.title,
      body: pull.body,
      labels: [],
      milestone: null,
      assignee: null,
      assignees: null,
      requested_reviewers: [],
      state: pull.state,
      draft: /^(WIP:|\[WIP\])/i.test(pull.title),
      is_locked: false,
      comments: 0,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      mergeable: pull.merged ? false : await this.context.pulls.mergeable(pull),
      merged: pull.merged !== undefined,
      merged_at: pull.merged ? date(pull.merged.at) : null,
      merge_commit_sha: pull.merged?.sha ?? null,
      merged_by: pull.merged ? this.user(pull.merged.by) : null,
      allow_maintainer_edit: false,
      base: side(pull.base, baseSha),
      head: {
        ...side(pull.head, pull.headSha),
        ref: headExists ? pull.head : `refs/pull/${number}/head`,
      },
      merge_base:
        (baseSha && (await repo.mergeBase(baseSha, pull.headSha))) || '',
      due_date: null,
      created_at: date(pull.createdAt),
      updated_at: date(pull.updatedAt),
      closed_at: pull.closedAt ? date(pull.closedAt) : null,
      pin_order: 0,
    };
  }

  review(pull: PullRequest, review: Review): object {
    const html = `${this.url}/${pull.repo.fullName}/pulls/${pull.number}`;
    return {
      id: review.id,
      user: this.user(review.user),
      team: null,
      state: review.state,
      body: review.body,
      commit_id: review.commit,
      stale: review.commit !== pull.headSha,
      official: review.user.writer,
      dismissed: false,
      comments_count: 0,
      submitted_at: date(review.submittedAt),
      updated_at: date(review.submittedAt),
      html_url: `${html}#review-${review.id}`,
      pull_request_url: html,
    };
  }

  status(repo: GitRepo, status: CommitStatus): object {
    return {
      id: status.id,
      status: status.state,
      target_url: status.targetUrl,
      description: status.description,
      url: `${this.api(repo)}/statuses/${status.sha}`,
      context: status.context,
      creator: this.user(status.creator),
      created_at: date(status.createdAt),
      updated_at: date(status.createdAt),
    };
  }

  hook(hook: Webhook): object {
    return {
      id: hook.id,
      type: hook.type,
      branch_filter: '*',
      config: { content_type: hook.contentType, url: hook.url },
      events: hook.events,
      authorization_header: '',
      active: hook.active,
      created_at: date(hook.createdAt),
      updated_at: date(hook.createdAt),
    };
  }
}
