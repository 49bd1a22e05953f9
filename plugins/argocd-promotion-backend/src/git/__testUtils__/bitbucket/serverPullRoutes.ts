import { Request, Router } from 'express';
import { GitRefusal } from '@fairway/argocd-simulator';
import { FakePull } from '../contract/FakePulls';
import { refuseServer, ServerContext } from './startBitbucketServer';

/** Pull requests; pages hold two, so that the tests meet the next one. */
export function addServerPullRoutes(
  router: Router,
  context: ServerContext,
): void {
  const { host } = context;
  const base = '/rest/api/1.0/projects/:key/repos/:slug/pull-requests';

  const shape = (pull: FakePull) => {
    const closed = pull.state === 'closed' ? 'DECLINED' : 'OPEN';
    const ref = (branch: string) => ({
      id: `refs/heads/${branch}`,
      displayId: branch,
    });
    return {
      id: pull.number,
      version: pull.number + 3,
      state: pull.merged ? 'MERGED' : closed,
      title: pull.title,
      description: pull.body,
      draft: pull.draft ?? false,
      fromRef: ref(pull.head),
      toRef: ref(pull.base),
      properties: pull.merged ? { mergeCommit: { id: pull.merged.sha } } : {},
      links: {
        self: [{ href: `${host.url}/pull-requests/${pull.number}` }],
      },
    };
  };

  const pullOf = (request: Request) => {
    const pull = host.pulls.find(
      context.repo(request),
      Number(request.params.number),
    );
    if (!pull) throw refuseServer(404, 'Pull request does not exist');
    return pull;
  };

  router.get(base, (request, response) => {
    const { state = 'OPEN', at, direction = 'INCOMING' } = request.query;
    const found = host.pulls
      .list(context.repo(request))
      .map(shape)
      .filter(pull => state === 'ALL' || pull.state === state)
      .filter(
        pull =>
          !at ||
          (direction === 'OUTGOING' ? pull.fromRef.id : pull.toRef.id) === at,
      )
      .reverse();
    const start = Number(request.query.start ?? 0);
    const isLastPage = start + 2 >= found.length;
    response.json({
      values: found.slice(start, start + 2),
      isLastPage,
      nextPageStart: isLastPage ? null : start + 2,
    });
  });

  router.post(base, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const { title, description = '', fromRef, toRef, draft } = request.body;
    if (!title || fromRef?.repository?.slug !== repo.name)
      throw refuseServer(400, 'title and fromRef are required');
    try {
      const pull = await host.pulls.open(repo, {
        title,
        body: description,
        base: toRef.id.replace('refs/heads/', ''),
        head: fromRef.id.replace('refs/heads/', ''),
        draft,
      });
      response.status(201).json(shape(pull));
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      throw refuseServer(409, 'Only one pull request may be open', {
        exceptionName:
          'com.atlassian.bitbucket.pull.DuplicatePullRequestException',
      });
    }
  });

  router.get(`${base}/:number`, (request, response) => {
    response.json(shape(pullOf(request)));
  });

  router.post(`${base}/:number/participants`, (request, response) => {
    context.requireWriter(response);
    pullOf(request);
    const { user, role } = request.body;
    if (role !== 'REVIEWER' || !host.git.accounts.find(user.name))
      throw refuseServer(409, `${user.name} is not a user`);
    response.json({ user, role });
  });

  router.post(`${base}/:number/decline`, (request, response) => {
    context.requireWriter(response);
    const pull = pullOf(request);
    if (request.header('x-atlassian-token') !== 'no-check')
      throw refuseServer(403, 'XSRF check failed');
    if (Number(request.query.version) !== shape(pull).version)
      throw refuseServer(409, 'The pull request was updated since');
    host.pulls.close(pull);
    response.json(shape(pull));
  });
}
