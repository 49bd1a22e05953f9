import type { CommitSchema, MergeRequestSchema } from '@gitbeaker/core';
import {
  GitCommit,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';

export function toCommit(raw: CommitSchema): GitCommit {
  return {
    sha: raw.id,
    parents: raw.parent_ids ?? [],
    message: raw.message,
    author: { name: raw.author_name, email: raw.author_email },
    committedAt: new Date(raw.committed_date ?? raw.created_at).toISOString(),
  };
}

/** A merge request, in the words of the port. While one is being merged it is locked, and still open. */
export function toPullRequest(raw: MergeRequestSchema): PullRequest {
  const merged = raw.state === 'merged';
  const closed = raw.state === 'closed' ? 'closed' : 'open';
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' ? value : undefined;
  // Without a merge commit (fast-forward) the squashed one, or the branch's head, is what the target has got.
  const mergeCommit =
    text(raw.merge_commit_sha) ?? text(raw.squash_commit_sha) ?? text(raw.sha);
  const mergedBy = raw.merged_by?.name ?? raw.merged_by?.username;
  return {
    number: raw.iid,
    url: raw.web_url,
    state: merged ? 'merged' : closed,
    head: raw.source_branch,
    base: raw.target_branch,
    ...(merged && mergeCommit ? { mergeCommit } : {}),
    ...(merged && mergedBy ? { mergedBy } : {}),
    body: raw.description ?? '',
    ...(raw.draft ? { draft: true } : {}),
  };
}
