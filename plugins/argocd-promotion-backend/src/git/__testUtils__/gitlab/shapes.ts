import type { CommitSchema } from '@gitbeaker/core';
import { CommitInfo } from '@fairway/argocd-simulator';

/** With the offset of some other zone, as a server may have it. */
const date = (value: Date) =>
  new Date(value.getTime() + 2 * 3_600_000)
    .toISOString()
    .replace('Z', '+02:00');

export const commitShape = (commit: CommitInfo): CommitSchema => ({
  id: commit.sha,
  short_id: commit.sha.slice(0, 8),
  title: commit.message.split('\n')[0],
  message: commit.message,
  parent_ids: commit.parents,
  author_name: commit.author.name,
  author_email: commit.author.email,
  authored_date: date(commit.author.date),
  committer_name: commit.committer.name,
  committer_email: commit.committer.email,
  committed_date: date(commit.committer.date),
  created_at: date(commit.committer.date),
  web_url: `https://gitlab.example.com/-/commit/${commit.sha}`,
});
