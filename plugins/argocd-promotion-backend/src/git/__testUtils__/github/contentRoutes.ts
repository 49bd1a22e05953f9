import { Router } from 'express';
import { CommitInfo, GitRepo } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import { GithubContext } from './types';

const notFound = (message = 'Not Found') => new FakeAnswer(404, { message });
const unprocessable = (message: string) => new FakeAnswer(422, { message });

const signature = ({ name, email, date }: CommitInfo['author']) => ({
  name,
  email,
  date: date.toISOString(),
});

const parents = (commit: CommitInfo) => commit.parents.map(sha => ({ sha }));

const gitCommit = (commit: CommitInfo) => ({
  sha: commit.sha,
  message: commit.message.trimEnd(),
  author: signature(commit.author),
  committer: signature(commit.committer),
  parents: parents(commit),
});

const listedCommit = (commit: CommitInfo) => {
  const { sha, message, author, committer } = gitCommit(commit);
  return {
    sha,
    commit: { message, author, committer },
    parents: parents(commit),
  };
};

function page(query: Record<string, unknown>, standard = 30) {
  const limit = Math.min(100, Number(query.per_page ?? standard));
  return { limit, skip: (Number(query.page ?? 1) - 1) * limit };
}

async function resolve(repo: GitRepo, revision: string): Promise<string> {
  const sha = await repo.resolve(revision);
  if (!sha) throw notFound(`No commit found for SHA: ${revision}`);
  return sha;
}

/** Refs, trees, files, commits, checks and rules. */
export function addContentRoutes(router: Router, context: GithubContext): void {
  const base = '/repos/:owner/:repo';
  const { host } = context;

  router.get(base, (request, response) => {
    response.json({
      full_name: context.repo(request).fullName,
      default_branch: 'main',
    });
  });

  router.get(`${base}/git/ref/:ref`, (request, response) => {
    const branch = request.params.ref.replace(/^heads\//, '');
    const sha = context.repo(request).branchHead(branch);
    if (!sha) throw notFound();
    response.json({
      ref: `refs/heads/${branch}`,
      object: { type: 'commit', sha },
    });
  });

  router.post(`${base}/git/refs`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(request, response);
    const { ref, sha } = request.body;
    if (!/^refs\/heads\/./.test(ref))
      throw unprocessable('Reference name is invalid');
    await repo.exclusively(async () => {
      if (repo.branchHead(ref.slice('refs/heads/'.length)))
        throw unprocessable('Reference already exists');
      if (!(await repo.resolve(sha)))
        throw unprocessable('Object does not exist');
      await repo.updateRef(ref, sha);
    });
    response.status(201).json({ ref, object: { type: 'commit', sha } });
  });

  router.delete(`${base}/git/refs/:ref`, async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(request, response);
    const branch = request.params.ref.replace(/^heads\//, '');
    await repo.exclusively(async () => {
      if (!repo.branchHead(branch))
        throw unprocessable('Reference does not exist');
      await repo.updateRef(`refs/heads/${branch}`, undefined);
    });
    response.status(204).end();
  });

  router.get(`${base}/git/trees/:sha`, async (request, response) => {
    const repo = context.repo(request);
    const recursive = request.query.recursive !== undefined;
    const entries = await repo.tree(request.params.sha, recursive).catch(() => {
      throw notFound();
    });
    // A small limit, so that the tests meet it.
    const truncated = recursive && entries.length > 200;
    response.json({
      sha: request.params.sha,
      truncated,
      tree: (truncated ? entries.slice(0, 200) : entries).map(
        ({ path, mode, type, sha, size }) => ({ path, mode, type, sha, size }),
      ),
    });
  });

  router.get(`${base}/git/blobs/:sha`, async (request, response) => {
    const content = await context.repo(request).blob(request.params.sha);
    if (!content) throw notFound();
    response.json({
      sha: request.params.sha,
      encoding: 'base64',
      // As GitHub does: in lines.
      content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
    });
  });

  router.get(`${base}/contents/:path`, async (request, response) => {
    const repo = context.repo(request);
    const { path } = request.params;
    const commit = await resolve(repo, String(request.query.ref ?? 'main'));
    const entry = await repo.entry(commit, path);
    if (!entry) {
      const below = (await repo.files(commit)).filter(each =>
        each.path.startsWith(`${path}/`),
      );
      if (below.length === 0) throw notFound();
      response.json(below.map(each => ({ type: 'file', path: each.path })));
      return;
    }
    const content = (await repo.blob(entry.sha)) ?? Buffer.alloc(0);
    const large = content.length > 1024 * 1024;
    response.json({
      type: 'file',
      path,
      sha: entry.sha,
      size: content.length,
      encoding: large ? 'none' : 'base64',
      content: large ? '' : content.toString('base64'),
    });
  });

  router.get(`${base}/git/commits/:sha`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await repo.resolve(request.params.sha);
    if (!sha) throw notFound();
    response.json(gitCommit(await repo.commit(sha)));
  });

  router.get(`${base}/commits`, async (request, response) => {
    const repo = context.repo(request);
    const { sha = 'main', path } = request.query;
    const commits = await repo.log({
      revision: await resolve(repo, String(sha)),
      ...page(request.query),
      ...(path ? { path: String(path) } : {}),
    });
    response.json(commits.map(listedCommit));
  });

  router.get(`${base}/compare/:basehead`, async (request, response) => {
    const repo = context.repo(request);
    const [a, b] = await Promise.all(
      request.params.basehead.split('...').map(each => resolve(repo, each)),
    );
    const [ahead, behind] = await Promise.all([
      repo.log({ revision: b, exclude: a }),
      repo.log({ revision: a, exclude: b }),
    ]);
    let status = 'identical';
    if (ahead.length > 0) status = behind.length > 0 ? 'diverged' : 'ahead';
    else if (behind.length > 0) status = 'behind';
    const { skip, limit } = page(request.query, 250);
    response.json({
      status,
      total_commits: ahead.length,
      commits: ahead
        .reverse()
        .slice(skip, skip + limit)
        .map(listedCommit),
    });
  });

  router.get(`${base}/commits/:ref/statuses`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.ref);
    const { skip, limit } = page(request.query);
    response.json(
      host.checks
        .filter(check => check.repo === repo && check.sha === sha)
        .filter(check => check.name !== 'lint')
        .slice(skip, skip + limit)
        .map(({ name, state }) => ({
          context: name,
          state,
          description: null,
          target_url: null,
        })),
    );
  });

  // The check `lint` is a check run, the others are commit statuses.
  router.get(`${base}/commits/:ref/check-runs`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.ref);
    const runs = host.checks.filter(
      check =>
        check.repo === repo && check.sha === sha && check.name === 'lint',
    );
    response.json({
      total_count: runs.length,
      check_runs: runs.map(({ name, state }) => ({
        name,
        status: state === 'pending' ? 'in_progress' : 'completed',
        conclusion: state === 'pending' ? null : state,
        html_url: null,
        output: { title: null },
      })),
    });
  });

  router.get(`${base}/branches/:branch`, (request, response) => {
    const repo = context.repo(request);
    const { branch } = request.params;
    const sha = repo.branchHead(branch);
    if (!sha) throw notFound('Branch not found');
    const guarded = host.isProtected(repo, branch);
    response.json({ name: branch, commit: { sha }, protected: guarded });
  });

  router.get(`${base}/rules/branches/:branch`, (request, response) => {
    const guarded = host.isProtected(
      context.repo(request),
      request.params.branch,
    );
    response.json(
      guarded
        ? [
            {
              type: 'pull_request',
              parameters: { required_approving_review_count: 1 },
            },
            {
              type: 'required_status_checks',
              parameters: { required_status_checks: [{ context: 'build' }] },
            },
          ]
        : [],
    );
  });
}
