import { Router } from 'express';
import { MergeStyle } from '../pullRequests';
import {
  ApiError,
  GiteaContext,
  notFound,
  paging,
  pullOf,
  repoOf,
  requireUser,
  requireWriter,
  sendPage,
  text,
  userOf,
  wildcard,
} from './context';
import { Shapes } from './shapes';

const STYLES = [
  'merge',
  'rebase',
  'rebase-merge',
  'squash',
  'fast-forward-only',
];
const REVIEW_STATES = ['APPROVED', 'REQUEST_CHANGES', 'COMMENT'] as const;

export function addPullRoutes(
  router: Router,
  context: GiteaContext,
  shapes: Shapes,
): void {
  const base = '/repos/:owner/:repo/pulls';

  router.get(base, async (request, response) => {
    const repo = repoOf(context, request);
    const state = text(request.query.state) ?? 'open';
    const all = context.pulls
      .list(repo)
      .filter(pull => state === 'all' || pull.state === state)
      .reverse();
    const { skip, limit } = paging(request);
    const shown = await Promise.all(
      all
        .slice(skip, skip + limit)
        .map(pull => shapes.listedPull(pull, userOf(response))),
    );
    sendPage(request, response, shown, all.length);
  });

  router.post(base, async (request, response) => {
    const user = requireUser(response);
    const repo = repoOf(context, request);
    const { title, body = '', base: target, head } = request.body;
    if (!text(title) || !text(target) || !text(head)) {
      throw new ApiError(422, '[Title, Base, Head]: Required');
    }
    const pull = await context.pulls.open(repo, {
      user,
      title,
      body,
      base: target,
      head: String(head).replace(/^[^:]+:/, ''),
    });
    response.status(201).json(await shapes.pull(pull, user));
  });

  router.get(`${base}/:number(\\d+)`, async (request, response) => {
    response.json(
      await shapes.pull(pullOf(context, request), userOf(response)),
    );
  });

  router.patch(`${base}/:number(\\d+)`, async (request, response) => {
    const user = requireWriter(response);
    const pull = pullOf(context, request);
    const { state, title, body } = request.body;
    if (pull.merged && state !== undefined)
      throw new ApiError(412, 'cannot change state of a merged pull request');
    if (text(title)) pull.title = title;
    if (text(request.body.base)) {
      if (!pull.repo.branchHead(request.body.base)) throw notFound();
      pull.base = request.body.base;
    }
    if (typeof body === 'string') pull.body = body;
    if (state === 'closed' && pull.state === 'open') context.pulls.close(pull);
    if (state === 'open' && pull.state === 'closed') {
      pull.state = 'open';
      pull.closedAt = undefined;
    }
    response.status(201).json(await shapes.pull(pull, user));
  });

  router.get(`${base}/:number(\\d+)/merge`, (request, response) => {
    if (!pullOf(context, request).merged) throw notFound();
    response.status(204).end();
  });

  router.post(`${base}/:number(\\d+)/merge`, async (request, response) => {
    const user = requireWriter(response);
    const pull = pullOf(context, request);
    const {
      Do: style,
      MergeTitleField: title,
      MergeMessageField: message,
    } = request.body;
    if (!STYLES.includes(style))
      throw new ApiError(422, `[Do]: Invalid merge style: ${style}`);
    if (pull.state !== 'open')
      throw new ApiError(405, 'The PR is closed or already merged');
    await context.pulls.merge(pull, {
      style: style as MergeStyle,
      by: user,
      title: text(title),
      message: text(message),
      headCommit: text(request.body.head_commit_id),
    });
    if (request.body.delete_branch_after_merge) {
      await pull.repo.exclusively(() =>
        pull.repo.updateRef(`refs/heads/${pull.head}`, undefined),
      );
    }
    response.status(200).end();
  });

  router.get(`${base}/:number(\\d+)/commits`, async (request, response) => {
    const { repo, headSha, base: target } = pullOf(context, request);
    const commits = await repo.log({
      revision: headSha,
      exclude: repo.branchHead(target),
    });
    sendPage(
      request,
      response,
      commits.map(commit => shapes.commit(repo, commit)),
      commits.length,
    );
  });

  router.get(`${base}/:number(\\d+)/reviews`, (request, response) => {
    const pull = pullOf(context, request);
    sendPage(
      request,
      response,
      pull.reviews.map(review => shapes.review(pull, review)),
      pull.reviews.length,
    );
  });

  router.post(`${base}/:number(\\d+)/reviews`, (request, response) => {
    const user = requireUser(response);
    const pull = pullOf(context, request);
    const state = REVIEW_STATES.find(
      candidate => candidate === request.body.event,
    );
    if (!state)
      throw new ApiError(422, `[Event]: ${request.body.event} is no review`);
    response.json(
      shapes.review(
        pull,
        context.pulls.review(pull, {
          user,
          state,
          body: text(request.body.body) ?? '',
        }),
      ),
    );
  });

  router.post(
    `${base}/:number(\\d+)/requested_reviewers`,
    async (request, response) => {
      requireWriter(response);
      const pull = pullOf(context, request);
      const { reviewers = [], team_reviewers: teams = [] } = request.body;
      for (const name of [...reviewers, ...teams])
        if (!context.accounts.find(name))
          throw new ApiError(
            404,
            `user does not exist [uid: 0, name: ${name}]`,
          );
      response.status(201).json([await shapes.pull(pull, userOf(response))]);
    },
  );

  router.post(
    '/repos/:owner/:repo/issues/:number(\\d+)/labels',
    (request, response) => {
      requireWriter(response);
      pullOf(context, request);
      const { labels = [] } = request.body;
      response.json(
        labels.map((name: string, index: number) => ({ id: index + 1, name })),
      );
    },
  );

  // By branches; the newest that is open, else the newest.
  router.get(`${base}/*`, async (request, response) => {
    const repo = repoOf(context, request);
    const path = wildcard(request);
    const fits = context.pulls
      .list(repo)
      .filter(pull => `${pull.base}/${pull.head}` === path);
    const pull =
      fits.findLast(candidate => candidate.state === 'open') ?? fits.at(-1);
    if (!pull) throw notFound();
    response.json(await shapes.pull(pull, userOf(response)));
  });
}
