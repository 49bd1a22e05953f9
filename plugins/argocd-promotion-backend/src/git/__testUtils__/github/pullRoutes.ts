import { Router } from 'express';
import { GitRefusal } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import { FakePull } from '../contract/FakePulls';
import { GithubContext } from './types';

const invalid = (message: string) =>
  new FakeAnswer(422, {
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequest', code: 'custom', message }],
  });

const shape = (pull: FakePull, url: string) => ({
  number: pull.number,
  node_id: `PR_${pull.number}`,
  html_url: `${url}/${pull.repo.fullName}/pull/${pull.number}`,
  state: pull.state,
  title: pull.title,
  body: pull.body,
  draft: pull.draft ?? false,
  head: { ref: pull.head, label: `${pull.repo.owner}:${pull.head}` },
  base: { ref: pull.base },
  // An open one has the commit of a trial merge here.
  merge_commit_sha: pull.merged?.sha ?? pull.headSha,
  merged_at: pull.merged?.at.toISOString() ?? null,
});

/** Pull requests and what decorates them. */
export function addPullRoutes(router: Router, context: GithubContext): void {
  const base = '/repos/:owner/:repo';
  const { host } = context;

  router.get(`${base}/pulls`, (request, response) => {
    const repo = context.repo(request);
    const { head, state = 'open', direction = 'desc' } = request.query;
    const found = host.pulls
      .list(repo)
      .filter(pull => state === 'all' || pull.state === state)
      .filter(pull => !head || head === `${repo.owner}:${pull.head}`);
    if (direction === 'desc') found.reverse();
    response.json(
      found
        .slice(0, Number(request.query.per_page ?? 30))
        .map(pull => shape(pull, host.url)),
    );
  });

  router.post(`${base}/pulls`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(request, response);
    const { title, body = '', base: target, head, draft } = request.body;
    if (draft && !context.drafts())
      throw new FakeAnswer(422, {
        message: 'Draft pull requests are not supported in this repository.',
      });
    try {
      const pull = await host.pulls.open(repo, {
        title,
        body,
        base: target,
        head,
        draft,
      });
      response.status(201).json(shape(pull, host.url));
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      throw invalid(
        error.reason === 'conflict'
          ? `A pull request already exists for ${repo.owner}:${head}.`
          : error.message,
      );
    }
  });

  const pullOf = (request: Parameters<GithubContext['repo']>[0]) => {
    const pull = host.pulls.find(
      context.repo(request),
      Number(request.params.number),
    );
    if (!pull) throw new FakeAnswer(404, { message: 'Not Found' });
    return pull;
  };

  router.get(`${base}/pulls/:number`, (request, response) => {
    const pull = pullOf(request);
    response.json({
      ...shape(pull, host.url),
      merged: pull.merged !== undefined,
      merged_by: pull.merged ? { login: pull.merged.by.login } : null,
    });
  });

  router.patch(`${base}/pulls/:number`, (request, response) => {
    context.requireWriter(request, response);
    const pull = pullOf(request);
    if (request.body.state === 'closed' && pull.state === 'open')
      host.pulls.close(pull);
    response.json(shape(pull, host.url));
  });

  router.post(
    `${base}/pulls/:number/requested_reviewers`,
    (request, response) => {
      context.requireWriter(request, response);
      const pull = pullOf(request);
      for (const name of request.body.reviewers ?? [])
        if (!host.git.accounts.find(name))
          throw new FakeAnswer(422, {
            message: `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${pull.repo.fullName} repository.`,
          });
      response.status(201).json(shape(pull, host.url));
    },
  );

  router.post(`${base}/issues/:number/labels`, (request, response) => {
    context.requireWriter(request, response);
    pullOf(request);
    response.json(
      request.body.labels.map((name: string) => ({ name, color: 'ededed' })),
    );
  });
}
