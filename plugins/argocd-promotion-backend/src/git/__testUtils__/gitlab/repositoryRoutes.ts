import { Router } from 'express';
import type { BranchSchema } from '@gitbeaker/core';
import { GitRepo } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import { commitShape } from './shapes';
import type { GitlabContext } from './startGitlab';

const notFound = (what: string) =>
  new FakeAnswer(404, { message: `404 ${what} Not Found` });

function page(query: Record<string, unknown>) {
  const limit = Math.min(100, Number(query.per_page ?? 20));
  return { limit, skip: (Number(query.page ?? 1) - 1) * limit };
}

async function resolve(repo: GitRepo, revision: unknown): Promise<string> {
  const sha = await repo.resolve(String(revision));
  if (!sha) throw notFound('Commit');
  return sha;
}

/** Branches, trees, files, commits. */
export function addRepositoryRoutes(
  router: Router,
  context: GitlabContext,
): void {
  const { host } = context;
  const base = '/projects/:id/repository';

  router.get('/projects/:id', (request, response) => {
    response.json({
      path_with_namespace: context.repo(request).fullName,
      default_branch: 'main',
    });
  });

  router.get(`${base}/branches/:branch`, async (request, response) => {
    const repo = context.repo(request);
    const { branch } = request.params;
    const head = repo.branchHead(branch);
    if (!head) throw notFound('Branch');
    const isProtected = host.isProtected(repo, branch);
    const shape: BranchSchema = {
      name: branch,
      merged: false,
      protected: isProtected,
      default: branch === 'main',
      developers_can_push: !isProtected,
      developers_can_merge: true,
      can_push: !isProtected,
      web_url: '',
      commit: commitShape(await repo.commit(head)),
    };
    response.json(shape);
  });

  router.post(`${base}/branches`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const { branch, ref } = request.query;
    if (!branch || !ref)
      throw new FakeAnswer(400, { error: 'branch, ref are missing' });
    await repo.exclusively(async () => {
      if (repo.branchHead(String(branch)))
        throw new FakeAnswer(400, { message: 'Branch already exists' });
      const sha = await repo.resolve(String(ref));
      if (!sha)
        throw new FakeAnswer(400, {
          message: `Invalid reference name: ${ref}`,
        });
      await repo.updateRef(`refs/heads/${branch}`, sha);
    });
    response.status(201).json({ name: branch });
  });

  router.delete(`${base}/branches/:branch`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    await repo.exclusively(async () => {
      if (!repo.branchHead(request.params.branch)) throw notFound('Branch');
      await repo.updateRef(`refs/heads/${request.params.branch}`, undefined);
    });
    response.status(204).end();
  });

  router.get(`${base}/tree`, async (request, response) => {
    const repo = context.repo(request);
    const {
      ref,
      path,
      page_token: token,
      pagination,
      recursive,
    } = request.query;
    if (pagination !== 'keyset' || recursive !== 'true')
      throw new FakeAnswer(400, { error: 'only keyset pagination is faked' });
    const all = (await repo.tree(await resolve(repo, ref), true)).filter(
      entry => !path || entry.path.startsWith(`${path}/`),
    );
    const start = token ? all.findIndex(({ sha }) => sha === token) + 1 : 0;
    const { limit } = page(request.query);
    const shown = all.slice(start, start + limit);
    if (start + limit < all.length) {
      const next = new URL(`${host.url}${request.originalUrl}`);
      next.searchParams.set('page_token', shown[shown.length - 1].sha);
      response.set('Link', `<${next}>; rel="next", <${next}>; rel="first"`);
    }
    response.json(
      shown.map(entry => ({
        id: entry.sha,
        name: entry.path.split('/').at(-1),
        type: entry.type,
        path: entry.path,
        mode: entry.mode,
      })),
    );
  });

  router.get(`${base}/files/:path`, async (request, response) => {
    const repo = context.repo(request);
    const { path } = request.params;
    const commit = await resolve(repo, request.query.ref);
    const entry = await repo.entry(commit, path);
    const content = entry && (await repo.blob(entry.sha));
    if (!content) throw notFound('File');
    const [last] = await repo.log({ revision: commit, path, limit: 1 });
    response.json({
      file_name: path.split('/').at(-1),
      file_path: path,
      size: content.length,
      encoding: 'base64',
      content: content.toString('base64'),
      ref: request.query.ref,
      blob_id: entry.sha,
      commit_id: commit,
      last_commit_id: last.sha,
    });
  });

  router.get(`${base}/commits`, async (request, response) => {
    const repo = context.repo(request);
    const { ref_name: ref = 'main', path } = request.query;
    // A ref that is none has no commits.
    const sha = await repo.resolve(String(ref));
    const commits = sha
      ? await repo.log({
          revision: sha,
          ...page(request.query),
          ...(path ? { path: String(path) } : {}),
        })
      : [];
    response.json(commits.map(commitShape));
  });

  router.get(`${base}/commits/:sha`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    response.json(commitShape(await repo.commit(sha)));
  });

  router.get(`${base}/commits/:sha/statuses`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    const words = { success: 'success', pending: 'running', failure: 'failed' };
    response.json(
      host.checks
        .filter(check => check.repo === repo && check.sha === sha)
        .map(({ name, state }) => ({ name, status: words[state], sha })),
    );
  });

  router.get(`${base}/merge_base`, async (request, response) => {
    const repo = context.repo(request);
    const refs = Array.isArray(request.query.refs) ? request.query.refs : [];
    if (refs.length < 2)
      throw new FakeAnswer(400, { message: 'Provide at least 2 refs' });
    const [a, b] = await Promise.all(refs.map(ref => resolve(repo, ref)));
    const id = await repo.mergeBase(a, b);
    if (!id) throw notFound('Merge Base');
    response.json(commitShape(await repo.commit(id)));
  });

  router.get(`${base}/compare`, async (request, response) => {
    const repo = context.repo(request);
    const [from, to] = await Promise.all(
      [request.query.from, request.query.to].map(ref => resolve(repo, ref)),
    );
    const commits = await repo.log({ revision: to, exclude: from });
    response.json({ commits: commits.reverse().map(commitShape) });
  });
}
