import { CommitStatus } from '@fairway/backstage-plugin-argocd-promotion-node';

/** The newest of each name, given newest first. */
export function latestStatuses(statuses: CommitStatus[]): CommitStatus[] {
  const seen = new Set<string>();
  return statuses.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** A status of any host in the words of the port: what is not known to be good or bad is pending. */
export function toCommitStatus(
  raw: {
    name: string | undefined;
    state: string | undefined;
    description?: string | null;
    url?: string | null;
  },
  words: { success: string[]; failure: string[] },
): CommitStatus {
  const { name, description, url } = raw;
  const word = (raw.state ?? '').toLowerCase();
  let state: CommitStatus['state'] = 'pending';
  if (words.success.includes(word)) state = 'success';
  else if (words.failure.includes(word)) state = 'failure';
  return {
    name: name ?? 'default',
    state,
    ...(description ? { description } : {}),
    ...(url ? { url } : {}),
  };
}
