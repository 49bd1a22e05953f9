import { Request, Router } from 'express';
import { GitRefusal } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import { FakePull } from '../contract/FakePulls';
import type { GitlabContext } from './startGitlab';

/** Merge requests. */
export function addMergeRequestRoutes(
  router: Router,
  context: GitlabContext,
): void {
  const { host } = context;
  const base = '/projects/:id/merge_requests';

  const shape = async (pull: FakePull) => {
    const merged = pull.merged && (await pull.repo.commit(pull.merged.sha));
    const closed = pull.state === 'closed' ? 'closed' : 'opened';
    // A fast-forward leaves nothing but the branch's head.
    const style = merged && merged.parents.length > 1 ? 'merge' : 'squash';
    return {
      iid: pull.number,
      web_url: `${host.url}/${pull.repo.fullName}/-/merge_requests/${pull.number}`,
      state: merged ? 'merged' : closed,
      title: pull.title,
      draft: /^Draft:/.test(pull.title),
      description: pull.body,
      source_branch: pull.head,
      target_branch: pull.base,
      sha: merged?.message.includes('Promotion-Id') ? merged.sha : pull.headSha,
      merge_commit_sha: merged && style === 'merge' ? merged.sha : null,
      squash_commit_sha:
        merged && style === 'squash' && !merged.message.includes('Promotion-Id')
          ? merged.sha
          : null,
      merged_by: pull.merged ? { name: pull.merged.by.fullName } : null,
    };
  };

  const pullOf = (request: Request) => {
    const pull = host.pulls.find(
      context.repo(request),
      Number(request.params.iid),
    );
    if (!pull) throw new FakeAnswer(404, { message: '404 Not found' });
    return pull;
  };

  router.get(base, async (request, response) => {
    const { state, source_branch: source } = request.query;
    const found = host.pulls
      .list(context.repo(request))
      .filter(pull => state === 'all' || pull.state === 'open')
      .filter(pull => !source || pull.head === source)
      .reverse();
    response.json(await Promise.all(found.map(shape)));
  });

  router.post(base, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const {
      title,
      description,
      source_branch: head,
      target_branch: target,
    } = request.body;
    if (!title || !head || !target)
      throw new FakeAnswer(400, {
        error: 'title, source_branch, target_branch are missing',
      });
    try {
      const pull = await host.pulls.open(repo, {
        title,
        body: description ?? '',
        base: target,
        head,
      });
      response.status(201).json(await shape(pull));
    } catch (error) {
      if (!(error instanceof GitRefusal) || error.reason !== 'conflict')
        throw error;
      throw new FakeAnswer(409, {
        message: [
          'Another open merge request already exists for this source branch: !1',
        ],
      });
    }
  });

  router.get(`${base}/:iid`, async (request, response) => {
    response.json(await shape(pullOf(request)));
  });

  router.put(`${base}/:iid`, async (request, response) => {
    context.requireWriter(response);
    const pull = pullOf(request);
    if (request.body.state_event === 'close') host.pulls.close(pull);
    response.json(await shape(pull));
  });
}
