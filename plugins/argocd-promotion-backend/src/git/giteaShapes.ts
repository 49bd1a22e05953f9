import type { PullRequest as GiteaPullRequest } from 'gitea-js';
import {
  GitCommit,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';

/** Bytes of a file or blob; undefined where the server leaves them out. */
export function decodeContent({
  content,
  encoding,
}: {
  content?: string | null;
  encoding?: string | null;
}): Uint8Array | undefined {
  if (
    content === undefined ||
    content === null ||
    (encoding && encoding !== 'base64')
  )
    return undefined;
  return new Uint8Array(Buffer.from(content, 'base64'));
}

interface AnyCommit {
  sha?: string;
  message?: string;
  parents?: Array<{ sha?: string }> | null;
  author?: unknown;
  committer?: unknown;
  commit?: { message?: string; author?: Person; committer?: Person } | null;
}

interface Person {
  name?: string;
  email?: string;
  date?: string;
}

/** Of a commit of the list (facts under `commit`) or of a written one (facts at the top). */
export function toCommit(
  raw: AnyCommit,
  known: {
    sha?: string;
    message?: string;
    author?: { name: string; email: string };
  } = {},
): GitCommit {
  const person = (value: unknown): Person | undefined =>
    value && typeof value === 'object' ? value : undefined;
  const author =
    person(raw.commit?.author) ?? person(raw.author) ?? known.author;
  const date =
    person(raw.commit?.committer)?.date ?? person(raw.committer)?.date;
  const time = new Date(date ?? Date.now());
  return {
    sha: raw.sha ?? known.sha ?? '',
    parents: (raw.parents ?? []).flatMap(({ sha }) => (sha ? [sha] : [])),
    message: raw.commit?.message ?? raw.message ?? known.message ?? '',
    author: { name: author?.name ?? '', email: author?.email ?? '' },
    committedAt: (Number.isNaN(time.getTime())
      ? new Date()
      : time
    ).toISOString(),
  };
}

/** A pull request of Gitea's API in the words of the port. */
export function toPullRequest(raw: GiteaPullRequest): PullRequest {
  const mergedBy = raw.merged
    ? raw.merged_by?.full_name || raw.merged_by?.login
    : undefined;
  const closed = raw.state === 'closed' ? 'closed' : 'open';
  return {
    number: raw.number ?? 0,
    ...(raw.html_url ? { url: raw.html_url } : {}),
    state: raw.merged ? 'merged' : closed,
    // The ref becomes `refs/pull/…` once the branch is deleted; the label keeps its name.
    head: (raw.head?.label ?? raw.head?.ref ?? '').replace(/^[^:]+:/, ''),
    base: raw.base?.ref ?? raw.base?.label ?? '',
    ...(raw.merged && raw.merge_commit_sha
      ? { mergeCommit: raw.merge_commit_sha }
      : {}),
    ...(mergedBy ? { mergedBy } : {}),
    body: raw.body ?? '',
    ...(raw.draft ? { draft: true } : {}),
  };
}
