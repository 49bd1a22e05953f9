import { Request, Router } from 'express';
import { GitRefusal } from '@fairway/argocd-simulator';
import { FakePull } from '../contract/FakePulls';
import { CloudContext, refuse } from './startBitbucketCloud';

/** Pull requests. */
export function addCloudPullRoutes(
  router: Router,
  context: CloudContext,
): void {
  const { host } = context;
  const base = '/repositories/:workspace/:slug/pullrequests';

  const shape = (pull: FakePull) => {
    const closed = pull.state === 'closed' ? 'DECLINED' : 'OPEN';
    return {
      id: pull.number,
      state: pull.merged ? 'MERGED' : closed,
      title: pull.title,
      draft: pull.draft ?? false,
      summary: { raw: pull.body },
      source: { branch: { name: pull.head } },
      destination: { branch: { name: pull.base } },
      // Cut off, as the host does.
      merge_commit: pull.merged ? { hash: pull.merged.sha.slice(0, 12) } : null,
      closed_by: pull.merged ? { display_name: pull.merged.by.fullName } : null,
      links: {
        html: {
          href: `${host.url}/${pull.repo.fullName}/pull-requests/${pull.number}`,
        },
      },
    };
  };

  const pullOf = (request: Request) => {
    const pull = host.pulls.find(
      context.repo(request),
      Number(request.params.number),
    );
    if (!pull) throw refuse(404, 'Pull request not found');
    return pull;
  };

  router.get(base, (request, response) => {
    const states = [request.query.state ?? 'OPEN'].flat().map(String);
    const query = /^source\.branch\.name = (".*")$/.exec(
      String(request.query.q ?? ''),
    );
    if (request.query.q && !query) throw refuse(400, 'Invalid query');
    const head: unknown = query && JSON.parse(query[1]);
    const values = host.pulls
      .list(context.repo(request))
      .map(shape)
      .filter(pull => states.includes(pull.state))
      .filter(pull => !head || pull.source.branch.name === head)
      .reverse();
    response.json({ values });
  });

  router.post(base, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const {
      title,
      description = '',
      source,
      destination,
      draft,
    } = request.body;
    if (!title || !source?.branch?.name)
      throw refuse(400, 'title, source: required');
    try {
      const pull = await host.pulls.open(repo, {
        title,
        body: description,
        base: destination.branch.name,
        head: source.branch.name,
        draft,
      });
      response.status(201).json(shape(pull));
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      throw refuse(400, error.message);
    }
  });

  router.get(`${base}/:number`, (request, response) => {
    response.json(shape(pullOf(request)));
  });

  router.put(`${base}/:number`, (request, response) => {
    context.requireWriter(response);
    const pull = pullOf(request);
    for (const { account_id: account } of request.body.reviewers ?? [])
      if (!host.git.accounts.find(account))
        throw refuse(400, `reviewers: ${account} is not a valid user`);
    response.json(shape(pull));
  });

  router.post(`${base}/:number/decline`, (request, response) => {
    context.requireWriter(response);
    const pull = pullOf(request);
    if (pull.state !== 'open') throw refuse(400, 'already closed');
    host.pulls.close(pull);
    response.json(shape(pull));
  });
}
