import { Router } from 'express';
import { CommitInfo, GitRepo } from '@fairway/argocd-simulator';
import { FakeAnswer } from '../contract/FakeHost';
import type { AzureContext } from './startAzure';

const LISTED_COMMENT = 20;

const person = ({ name, email, date }: CommitInfo['author']) => ({
  name,
  email,
  date: date.toISOString(),
});

export const commitShape = (commit: CommitInfo) => ({
  commitId: commit.sha,
  comment: commit.message,
  author: person(commit.author),
  committer: person(commit.committer),
  parents: commit.parents,
});

async function resolve(repo: GitRepo, revision: unknown): Promise<string> {
  const sha = await repo.resolve(String(revision));
  if (!sha)
    throw new FakeAnswer(404, {
      message: `TF401175:The version descriptor <Branch: ${revision} > could not be resolved to a version in the repository`,
    });
  return sha;
}

/** Refs, items, blobs, commits, statuses and policies. */
export function addReadRoutes(router: Router, context: AzureContext): void {
  const { host } = context;
  const base = '/repositories/:repository';

  router.get(base, (request, response) => {
    const repo = context.repo(request);
    response.json({
      id: repo.fullName,
      name: repo.name,
      defaultBranch: 'refs/heads/main',
    });
  });

  router.get(`${base}/refs`, (request, response) => {
    const filter = `refs/${request.query.filter ?? ''}`;
    const value = context
      .repo(request)
      .branches()
      .map(({ name, sha }) => ({ name: `refs/heads/${name}`, objectId: sha }))
      .filter(({ name }) => name.startsWith(filter));
    response.json({ count: value.length, value });
  });

  router.get(`${base}/items`, async (request, response) => {
    const repo = context.repo(request);
    const { path, scopePath, recursionLevel } = request.query;
    const commit = await resolve(
      repo,
      request.query['versionDescriptor.version'],
    );
    const shape = (entry: { path: string; sha: string; type: string }) => ({
      objectId: entry.sha,
      gitObjectType: entry.type,
      path: `/${entry.path}`,
      ...(entry.type === 'tree' ? { isFolder: true } : {}),
    });
    const all = await repo.tree(commit, true);
    if (path !== undefined) {
      const entry = all.find(each => `/${each.path}` === path);
      if (!entry)
        throw new FakeAnswer(404, {
          message: `TF401174: The item '${path}' could not be found in the repository`,
          typeKey: 'GitItemNotFoundException',
        });
      response.json(shape(entry));
      return;
    }
    if (recursionLevel !== 'Full')
      throw new FakeAnswer(400, { message: 'only whole trees are faked' });
    const below = String(scopePath).replace(/\/?$/, '/');
    const value = all.map(shape).filter(each => each.path.startsWith(below));
    response.json({ count: value.length, value });
  });

  router.get(`${base}/blobs/:sha`, async (request, response) => {
    const content = await context.repo(request).blob(request.params.sha);
    if (!content || request.query.$format !== 'octetstream')
      throw new FakeAnswer(404, { message: 'TF401180: no such blob' });
    response.type('application/octet-stream').send(content);
  });

  router.get(`${base}/commits`, async (request, response) => {
    const repo = context.repo(request);
    const search = (name: string) => request.query[`searchCriteria.${name}`];
    const path = search('itemPath');
    const item = await resolve(repo, search('itemVersion.version'));
    const compare = search('compareVersion.version');
    const commits = await repo.log({
      // "If provided, start walking history starting at this commit."
      ...(compare
        ? { revision: await resolve(repo, compare), exclude: item }
        : { revision: item }),
      limit: Number(search('$top') ?? 100),
      skip: Number(search('$skip') ?? 0),
      ...(path ? { path: String(path).slice(1) } : {}),
    });
    const value = commits.map(commit => {
      const { parents: _, ...shape } = commitShape(commit);
      return shape.comment.length > LISTED_COMMENT
        ? {
            ...shape,
            comment: shape.comment.slice(0, LISTED_COMMENT),
            commentTruncated: true,
          }
        : shape;
    });
    response.json({ count: value.length, value });
  });

  router.get(`${base}/commits/:sha`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    response.json(commitShape(await repo.commit(sha)));
  });

  router.get(`${base}/commits/:sha/mergebases`, async (request, response) => {
    const repo = context.repo(request);
    const [a, b] = await Promise.all([
      resolve(repo, request.params.sha),
      resolve(repo, request.query.otherCommitId),
    ]);
    const id = await repo.mergeBase(a, b);
    response.json({ value: id ? [{ commitId: id }] : [] });
  });

  router.get(`${base}/commits/:sha/statuses`, async (request, response) => {
    const repo = context.repo(request);
    const sha = await resolve(repo, request.params.sha);
    const words = {
      success: 'succeeded',
      pending: 'pending',
      failure: 'failed',
    };
    const value = host.checks
      .filter(check => check.repo === repo && check.sha === sha)
      .map(({ name, state }) => ({ context: { name }, state: words[state] }));
    response.json({ count: value.length, value });
  });

  router.get('/policy/configurations', (request, response) => {
    const repo = host.git.store.get(String(request.query.repositoryId));
    const branch = String(request.query.refName).replace('refs/heads/', '');
    const policy = (id: string, settings: object) => ({
      isEnabled: true,
      isBlocking: true,
      type: { id },
      settings,
    });
    const value = host.isProtected(repo, branch)
      ? [
          policy('fa4e907d-c16b-4a4c-9dfa-4906e5d171dd', {
            minimumApproverCount: 2,
          }),
          policy('0609b952-1397-4640-95ec-e00a01b2c241', {
            displayName: 'build',
          }),
        ]
      : [];
    response.json({ count: value.length, value });
  });
}
