import { StoredPromotion } from '../types';

/** What git has of a promotion already, for the message of an end that comes too early; '' when it has nothing. */
export function butWritten(
  promotion: Pick<StoredPromotion, 'deliveries'>,
): string {
  const written = promotion.deliveries.flatMap(
    ({ repo, branch, commit, pullRequest }) => {
      if (commit) return [`${commit.sha.slice(0, 12)} on ${branch} of ${repo}`];
      return pullRequest
        ? [`pull request #${pullRequest.number} of ${repo}`]
        : [];
    },
  );
  return written.length > 0 ? `. Written already: ${written.join(', ')}` : '';
}
