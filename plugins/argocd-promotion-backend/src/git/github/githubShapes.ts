import { RestEndpointMethodTypes } from '@octokit/rest';
import {
  GitCommit,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';

type Responses = RestEndpointMethodTypes;
type RawCommit =
  | Responses['repos']['listCommits']['response']['data'][number]
  | Responses['git']['getCommit']['response']['data'];
type RawPull = Pick<
  Responses['pulls']['get']['response']['data'],
  'number' | 'html_url' | 'merge_commit_sha' | 'body' | 'draft'
> & {
  state: string;
  head: { ref: string };
  base: { ref: string };
  merged_at: string | null;
  merged_by?: { login: string } | null;
};

/** A commit of the list (facts under `commit`) or of the git database (facts at the top). */
export function toCommit(raw: RawCommit): GitCommit {
  const facts = 'commit' in raw ? raw.commit : raw;
  return {
    sha: raw.sha,
    parents: raw.parents.map(({ sha }) => sha),
    message: facts.message,
    author: {
      name: facts.author?.name ?? '',
      email: facts.author?.email ?? '',
    },
    committedAt: new Date(facts.committer?.date ?? 0).toISOString(),
  };
}

export function toPullRequest(raw: RawPull): PullRequest {
  const merged = raw.merged_at !== null;
  const closed = raw.state === 'closed' ? 'closed' : 'open';
  return {
    number: raw.number,
    url: raw.html_url,
    state: merged ? 'merged' : closed,
    head: raw.head.ref,
    base: raw.base.ref,
    // Of an open one it is only a trial of the merge.
    ...(merged && raw.merge_commit_sha
      ? { mergeCommit: raw.merge_commit_sha }
      : {}),
    ...(merged && raw.merged_by ? { mergedBy: raw.merged_by.login } : {}),
    body: raw.body ?? '',
    ...(raw.draft ? { draft: true } : {}),
  };
}
