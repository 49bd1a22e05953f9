import { Request, Router } from 'express';
import { GitRefusal } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import { FakePull } from '../contract/FakePulls';
import type { AzureContext } from './startAzure';

const shape = (pull: FakePull) => {
  const closed = pull.state === 'closed' ? 'abandoned' : 'active';
  return {
    pullRequestId: pull.number,
    status: pull.merged ? 'completed' : closed,
    title: pull.title,
    description: pull.body,
    isDraft: pull.draft ?? false,
    sourceRefName: `refs/heads/${pull.head}`,
    targetRefName: `refs/heads/${pull.base}`,
    // Of an active one it is a trial.
    lastMergeCommit: { commitId: pull.merged?.sha ?? pull.headSha },
    createdBy: { id: '11111111-2222-3333-4444-555555555555' },
    ...(pull.merged
      ? { closedBy: { displayName: pull.merged.by.fullName } }
      : {}),
  };
};

/** Pull requests. */
export function addPullRequestRoutes(
  router: Router,
  context: AzureContext,
): void {
  const { host } = context;
  const base = '/repositories/:repository/pullrequests';

  const pullOf = (request: Request) => {
    const pull = host.pulls.find(
      context.repo(request),
      Number(request.params.number),
    );
    if (!pull)
      throw new FakeAnswer(404, {
        message: `TF401180: The requested pull request was not found.`,
      });
    return pull;
  };

  router.get(base, (request, response) => {
    const source = request.query['searchCriteria.sourceRefName'];
    const status = request.query['searchCriteria.status'] ?? 'active';
    const value = host.pulls
      .list(context.repo(request))
      .map(shape)
      .filter(pull => status === 'all' || pull.status === status)
      .filter(pull => !source || pull.sourceRefName === source)
      .reverse();
    response.json({ count: value.length, value });
  });

  router.post(base, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const { title, description, sourceRefName, targetRefName, isDraft } =
      request.body;
    if (!title || !sourceRefName || description.length > 4_000)
      throw new FakeAnswer(400, { message: 'Invalid argument value.' });
    const branch = (ref: string) => ref.replace('refs/heads/', '');
    try {
      const pull = await host.pulls.open(repo, {
        title,
        body: description,
        base: branch(targetRefName),
        head: branch(sourceRefName),
        draft: isDraft,
      });
      response.status(201).json(shape(pull));
    } catch (error) {
      if (!(error instanceof GitRefusal) || error.reason !== 'conflict')
        throw error;
      throw new FakeAnswer(409, {
        message:
          'TF401179: An active pull request for the source and target branch already exists.',
        typeKey: 'GitPullRequestExistsException',
      });
    }
  });

  router.get(`${base}/:number`, (request, response) => {
    response.json(shape(pullOf(request)));
  });

  router.patch(`${base}/:number`, (request, response) => {
    context.requireWriter(response);
    const pull = pullOf(request);
    if (request.body.status === 'abandoned') host.pulls.close(pull);
    response.json(shape(pull));
  });
}
