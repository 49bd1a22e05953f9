import { Request, Response, Router } from 'express';
import { CommitInfo, GitRepo } from '@fairway/argocd-simulator';
import { CloudContext, refuse } from './startBitbucketCloud';

const commitShape = (commit: CommitInfo) => ({
  type: 'commit',
  hash: commit.sha,
  message: commit.message,
  date: commit.committer.date.toISOString().replace('.000Z', '+00:00'),
  author: { raw: `${commit.author.name} <${commit.author.email}>` },
  parents: commit.parents.map(hash => ({ type: 'commit', hash })),
});

async function resolve(repo: GitRepo, revision: unknown): Promise<string> {
  const sha = await repo.resolve(String(revision));
  if (!sha) throw refuse(404, `Commit not found: ${revision}`);
  return sha;
}

/** Branches, sources, commits and statuses. */
export function addCloudReadRoutes(
  router: Router,
  context: CloudContext,
): void {
  const { host } = context;
  const base = '/repositories/:workspace/:slug';

  /** A page, with the address of the next one. */
  const send = (request: Request, response: Response, all: unknown[]) => {
    const limit = Math.min(100, Number(request.query.pagelen ?? 10));
    const page = Number(request.query.page ?? 1);
    const next = new URL(`${host.url}${request.originalUrl}`);
    next.searchParams.set('page', String(page + 1));
    response.json({
      pagelen: limit,
      values: all.slice((page - 1) * limit, page * limit),
      ...(page * limit < all.length ? { next: next.href } : {}),
    });
  };

  router.get(base, (request, response) => {
    response.json({
      full_name: context.repo(request).fullName,
      mainbranch: { type: 'branch', name: 'main' },
    });
  });

  router.get(`${base}/refs/branches/:branch`, (request, response) => {
    const hash = context.repo(request).branchHead(request.params.branch);
    if (!hash) throw refuse(404, 'Branch not found');
    response.json({ name: request.params.branch, target: { hash } });
  });

  router.post(`${base}/refs/branches`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const { name, target } = request.body;
    await repo.exclusively(async () => {
      if (repo.branchHead(name))
        throw refuse(400, `Branch "${name}" already exists.`);
      if (!(await repo.resolve(target.hash)))
        throw refuse(400, `Commit ${target.hash} not found`);
      await repo.updateRef(`refs/heads/${name}`, target.hash);
    });
    response.status(201).json({ name, target });
  });

  router.delete(`${base}/refs/branches/:branch`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    await repo.exclusively(async () => {
      if (!repo.branchHead(request.params.branch))
        throw refuse(404, 'Branch not found');
      await repo.updateRef(`refs/heads/${request.params.branch}`, undefined);
    });
    response.status(204).end();
  });

  router.get(`${base}/src/:commit/*`, async (request, response) => {
    const repo = context.repo(request);
    const commit = await resolve(repo, request.params.commit);
    const path = String(Reflect.get(request.params, '0')).replace(/\/$/, '');
    const all = await repo.tree(commit, true);
    const entry = all.find(each => each.path === path);
    if (path !== '' && !entry)
      throw refuse(404, `No such file or directory: ${path}`);
    const shape = (each: { path: string; type: string; size?: number }) =>
      each.type === 'blob'
        ? { type: 'commit_file', path: each.path, size: each.size }
        : { type: 'commit_directory', path: each.path };
    if (request.query.format === 'meta' && entry) {
      response.json(shape(entry));
    } else if (entry?.type === 'blob') {
      response
        .type('application/octet-stream')
        .send(await repo.blob(entry.sha));
    } else {
      const prefix = path === '' ? '' : `${path}/`;
      const depth = Number(request.query.max_depth ?? 1);
      const below = all.filter(
        each =>
          each.path.startsWith(prefix) &&
          each.path.slice(prefix.length).split('/').length <= depth,
      );
      send(request, response, below.map(shape));
    }
  });

  router.get(`${base}/commits`, async (request, response) => {
    const repo = context.repo(request);
    const { include = 'main', exclude, path } = request.query;
    const commits = await repo.log({
      revision: await resolve(repo, include),
      ...(exclude ? { exclude: await resolve(repo, exclude) } : {}),
      ...(path ? { path: String(path) } : {}),
    });
    send(request, response, commits.map(commitShape));
  });

  router.get(`${base}/commit/:sha`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    response.json(commitShape(await repo.commit(sha)));
  });

  router.get(`${base}/commit/:sha/statuses`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    const words = {
      success: 'SUCCESSFUL',
      pending: 'INPROGRESS',
      failure: 'FAILED',
    };
    const found = host.checks
      .filter(check => check.repo === repo && check.sha === sha)
      .map(({ name, state }) => ({ key: name, state: words[state] }));
    send(request, response, found);
  });

  router.get(`${base}/merge-base/:revspec`, async (request, response) => {
    const repo = context.repo(request);
    const [a, b] = await Promise.all(
      request.params.revspec.split('..').map(each => resolve(repo, each)),
    );
    const ancestor = await repo.mergeBase(a, b);
    if (!ancestor) throw refuse(404, 'No common ancestor');
    response.json(commitShape(await repo.commit(ancestor)));
  });
}
