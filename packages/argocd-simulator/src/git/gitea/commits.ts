import { Router } from 'express';
import {
  ApiError,
  commitAt,
  GiteaContext,
  notFound,
  paging,
  repoOf,
  requireWriter,
  sendPage,
  text,
  userOf,
  wildcard,
} from './context';
import { encoded, Shapes } from './shapes';

const TREE_PAGE = 1_000;
const STATES = ['pending', 'success', 'error', 'failure', 'warning'];

/** Branches, commits, trees, blobs, comparisons and commit statuses. */
export function addCommitRoutes(
  router: Router,
  context: GiteaContext,
  shapes: Shapes,
): void {
  const base = '/repos/:owner/:repo';

  router.get(`${base}/branches`, async (request, response) => {
    const repo = repoOf(context, request);
    const { skip, limit } = paging(request);
    const branches = repo.branches();
    const shown = await Promise.all(
      branches
        .slice(skip, skip + limit)
        .map(async ({ name, sha }) =>
          shapes.branch(repo, name, await repo.commit(sha)),
        ),
    );
    sendPage(request, response, shown, branches.length);
  });

  router.get(`${base}/branches/*`, async (request, response) => {
    const repo = repoOf(context, request);
    const name = wildcard(request);
    const sha = repo.branchHead(name);
    if (!sha)
      throw new ApiError(
        404,
        `branch does not exist [repo_id: 1 name: ${name}]`,
      );
    response.json(shapes.branch(repo, name, await repo.commit(sha)));
  });

  router.post(`${base}/branches`, async (request, response) => {
    requireWriter(response);
    const repo = repoOf(context, request);
    const name = text(request.body.new_branch_name);
    if (
      !name ||
      !/^(?!.*(?:\.\.|\/\/|@\{|\.lock$))[^\s~^:?*[\\/.-][^\s~^:?*[\\]*$/.test(
        name,
      )
    ) {
      throw new ApiError(422, '[NewBranchName]: GitRefNameError');
    }
    const from =
      text(request.body.old_ref_name) ??
      text(request.body.old_branch_name) ??
      repo.defaultBranch;
    const commit = await repo.exclusively(async () => {
      const sha = await repo.resolve(from);
      if (!sha) throw new ApiError(500, '');
      if (repo.branchHead(name))
        throw new ApiError(409, 'The branch already exists.');
      const beside = repo
        .branches()
        .some(
          other =>
            other.name.startsWith(`${name}/`) ||
            name.startsWith(`${other.name}/`),
        );
      if (beside)
        throw new ApiError(
          409,
          'The branch with the same name already exists.',
        );
      await repo.updateRef(`refs/heads/${name}`, sha);
      return repo.commit(sha);
    });
    response.status(201).json(shapes.branch(repo, name, commit));
  });

  router.delete(`${base}/branches/*`, async (request, response) => {
    requireWriter(response);
    const repo = repoOf(context, request);
    const name = wildcard(request);
    if (name === repo.defaultBranch)
      throw new ApiError(403, 'can not delete default branch');
    await repo.exclusively(async () => {
      if (!repo.branchHead(name)) throw notFound();
      await repo.updateRef(`refs/heads/${name}`, undefined);
    });
    response.status(204).end();
  });

  router.get(`${base}/git/trees/*`, async (request, response) => {
    const repo = repoOf(context, request);
    const name = wildcard(request);
    const sha = (await repo.resolve(name)) ?? name;
    const recursive = ['1', 'true'].includes(
      String(request.query.recursive ?? ''),
    );
    const entries = await repo.tree(sha, recursive).catch(() => undefined);
    if (!entries)
      throw new ApiError(
        400,
        `object does not exist [id: ${name}, rel_path: ]`,
      );
    const page = Math.max(Number(request.query.page) || 1, 1);
    const size = Math.min(
      Number(request.query.per_page) || TREE_PAGE,
      TREE_PAGE,
    );
    const shown = entries.slice((page - 1) * size, page * size);
    response.json({
      sha,
      url: `${shapes.api(repo)}/git/trees/${sha}`,
      tree:
        shown.length === 0
          ? null
          : shown.map(entry => ({
              ...entry,
              size: entry.size ?? 0,
              url: `${shapes.api(repo)}/git/${
                entry.type === 'blob' ? 'blobs' : 'trees'
              }/${entry.sha}`,
            })),
      truncated: page * size < entries.length,
      page,
      total_count: entries.length,
    });
  });

  router.get(`${base}/git/blobs/:sha`, async (request, response) => {
    const repo = repoOf(context, request);
    const { sha } = request.params;
    const content = await repo.blob(sha);
    if (!content)
      throw new ApiError(400, `object does not exist [id: ${sha}, rel_path: ]`);
    response.json({
      ...encoded(content),
      url: `${shapes.api(repo)}/git/blobs/${sha}`,
      sha,
      size: content.length,
    });
  });

  router.get(`${base}/git/commits/:sha`, async (request, response) => {
    const repo = repoOf(context, request);
    const sha = await repo.resolve(request.params.sha);
    if (!sha) throw notFound();
    const commit = await repo.commit(sha);
    response.json(
      shapes.commit(
        repo,
        commit,
        request.query.files === 'false'
          ? undefined
          : await repo.changedFiles(commit),
      ),
    );
  });

  router.get(`${base}/commits`, async (request, response) => {
    const repo = repoOf(context, request);
    if (repo.branches().length === 0)
      throw new ApiError(409, 'Git Repository is empty.');
    const revision = await commitAt(repo, request.query.sha);
    const { skip, limit } = paging(request);
    const path = text(request.query.path);
    const commits = await repo.log({ revision, path, skip, limit });
    if (path && commits.length === 0 && skip === 0) throw notFound();
    const shown = commits.map(commit => shapes.commit(repo, commit));
    sendPage(request, response, shown, await repo.count(revision, path));
  });

  router.get(`${base}/compare/*`, async (request, response) => {
    const repo = repoOf(context, request);
    const [from, to] = wildcard(request).split('...');
    const [a, b] = await Promise.all([
      repo.resolve(from),
      repo.resolve(to ?? repo.defaultBranch),
    ]);
    if (!a || !b) throw notFound();
    const commits = await repo.log({ revision: b, exclude: a });
    response.json({
      total_commits: commits.length,
      commits: commits.map(commit => shapes.commit(repo, commit)),
    });
  });

  router.post(`${base}/statuses/:sha`, async (request, response) => {
    const creator = requireWriter(response);
    const repo = repoOf(context, request);
    const sha = await repo.resolve(request.params.sha);
    if (!sha) throw notFound();
    const {
      state,
      description = '',
      target_url: targetUrl = '',
      context: name = 'default',
    } = request.body;
    if (!STATES.includes(state))
      throw new ApiError(422, `[State]: ${state} is no state`);
    const status = context.statuses.add(repo, {
      sha,
      state,
      description,
      targetUrl,
      context: name,
      creator,
      createdAt: context.now(),
    });
    response.status(201).json(shapes.status(repo, status));
  });

  router.get(
    [`${base}/statuses/:sha`, `${base}/commits/:sha/statuses`],
    async (request, response) => {
      const repo = repoOf(context, request);
      const all = context.statuses.of(
        repo,
        await commitAt(repo, request.params.sha),
      );
      const { skip, limit } = paging(request);
      sendPage(
        request,
        response,
        all
          .slice(skip, skip + limit)
          .map(status => shapes.status(repo, status)),
        all.length,
      );
    },
  );

  router.get(`${base}/commits/:sha/status`, async (request, response) => {
    const repo = repoOf(context, request);
    const sha = await commitAt(repo, request.params.sha);
    const { state, statuses } = context.statuses.combined(repo, sha);
    response.json({
      state,
      sha,
      total_count: statuses.length,
      statuses:
        statuses.length === 0
          ? null
          : statuses.map(status => shapes.status(repo, status)),
      repository: shapes.repository(repo, userOf(response)),
      commit_url: `${shapes.api(repo)}/commits/${sha}`,
      url: `${shapes.api(repo)}/commits/${sha}/status`,
    });
  });
}
