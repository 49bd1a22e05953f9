import { Octokit } from '@octokit/rest';
import { CommitStatus } from '@fairway/backstage-plugin-argocd-promotion-node';
import { latestStatuses, toCommitStatus } from '../latestStatuses';

const PAGE = 100;
const MAX_PAGES = 20;

/** Commit statuses and check runs; the newest of each name. A check that is skipped or neutral is no obstacle. */
export async function listStatuses(
  octokit: Octokit,
  repo: { owner: string; repo: string },
  sha: string,
): Promise<CommitStatus[]> {
  const statuses = await pages(async page => {
    const { data } = await octokit.rest.repos.listCommitStatusesForRef({
      ...repo,
      ref: sha,
      per_page: PAGE,
      page,
    });
    return data.map(({ context, state, description, target_url: url }) =>
      toCommitStatus(
        { name: context, state, description, url },
        { success: ['success'], failure: ['failure', 'error'] },
      ),
    );
  });
  const checks = await pages(async page => {
    const { data } = await octokit.rest.checks.listForRef({
      ...repo,
      ref: sha,
      filter: 'latest',
      per_page: PAGE,
      page,
    });
    return data.check_runs.map(run =>
      toCommitStatus(
        {
          name: run.name,
          state: run.conclusion ?? run.status,
          description: run.output.title,
          url: run.html_url,
        },
        {
          success: ['success', 'neutral', 'skipped'],
          failure: [
            'failure',
            'timed_out',
            'cancelled',
            'action_required',
            'stale',
            'startup_failure',
          ],
        },
      ),
    );
  });
  return latestStatuses([...statuses, ...checks]);
}

async function pages<T>(read: (page: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const batch = await read(page);
    all.push(...batch);
    if (batch.length < PAGE) break;
  }
  return all;
}
