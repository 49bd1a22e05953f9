import { GitCommit } from '@fairway/backstage-plugin-argocd-promotion-node';

/** What is read of an entry of the `src` resource. */
export interface CloudEntry {
  type: 'commit_file' | 'commit_directory';
  path: string;
  size?: number;
}

/** What is read of a commit. */
export interface CloudCommit {
  hash: string;
  message: string;
  /** Also the committer's: the host tells no other. */
  date: string;
  author: { raw: string };
  parents: Array<{ hash: string }>;
}

/** What is read of a build status. */
export interface CloudStatus {
  key: string;
  name?: string;
  state: string;
  description?: string;
  url?: string;
}

/** What is read of a pull request. */
export interface CloudPullRequest {
  id: number;
  state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
  draft?: boolean;
  summary?: { raw?: string };
  description?: string;
  source: { branch: { name: string } };
  destination: { branch: { name: string } };
  /** Cut off after some digits. */
  merge_commit?: { hash: string } | null;
  closed_by?: { display_name?: string } | null;
  links: { html?: { href?: string } };
}

export function toCommit(raw: CloudCommit): GitCommit {
  const author = /^(.*?)\s*<([^>]*)>$/.exec(raw.author.raw);
  return {
    sha: raw.hash,
    parents: raw.parents.map(({ hash }) => hash),
    message: raw.message,
    author: author
      ? { name: author[1], email: author[2] }
      : { name: raw.author.raw, email: '' },
    committedAt: new Date(raw.date).toISOString(),
  };
}
