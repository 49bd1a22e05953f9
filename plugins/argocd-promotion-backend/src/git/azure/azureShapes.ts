import type { GitCommitRef } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { GitCommit } from '@fairway/backstage-plugin-argocd-promotion-node';

/** What the client has as a `Date` or a number comes as text over the wire. */
export type Json<T> = T extends Date
  ? string
  : T extends Array<infer E>
  ? Json<E>[]
  : T extends object
  ? { [K in keyof T]: Json<T[K]> }
  : T;

/** A list as the API wraps it. */
export interface List<T> {
  value?: Json<T>[];
}

/** Every call says which version of the API it means; this one Azure DevOps Server 2022 has as well. */
export function withVersion(
  path: string,
  query: Record<string, string> = {},
): string {
  return `${path}?${new URLSearchParams({ ...query, 'api-version': '7.0' })}`;
}

export function toCommit(raw: Json<GitCommitRef>): GitCommit {
  const date = raw.committer?.date ?? raw.author?.date;
  return {
    sha: raw.commitId ?? '',
    parents: raw.parents ?? [],
    message: raw.comment ?? '',
    author: {
      name: raw.author?.name ?? '',
      email: raw.author?.email ?? '',
    },
    committedAt: new Date(date ?? 0).toISOString(),
  };
}
