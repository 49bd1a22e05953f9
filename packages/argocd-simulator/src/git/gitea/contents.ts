import { Router } from 'express';
import { Account } from '../accounts';
import { GitRepo } from '../GitRepo';
import { FileChanges, Signature } from '../types';
import {
  ApiError,
  commitAt,
  GiteaContext,
  notFound,
  repoOf,
  requireWriter,
  text,
  wildcard,
} from './context';
import { Shapes } from './shapes';

interface FileOperation {
  operation: string;
  path: string;
  content?: string;
  sha?: string;
  from_path?: string;
}

interface ChangeOptions {
  branch?: string;
  new_branch?: string;
  message?: string;
  author?: Partial<Signature>;
  committer?: Partial<Signature>;
  dates?: { author?: string; committer?: string };
  signoff?: boolean;
}

function checkPath(path: string): void {
  if (
    !path ||
    path.startsWith('/') ||
    path.split('/').some(part => ['', '.', '..', '.git'].includes(part))
  ) {
    throw new ApiError(
      422,
      `path contains a malformed path component [path: ${path}]`,
    );
  }
}

function decode(path: string, content: string | undefined): Buffer {
  if (content !== undefined && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) {
    throw new ApiError(422, `illegal base64 data of ${path}`);
  }
  return Buffer.from(content ?? '', 'base64');
}

/** Checks each operation against the head as Gitea does, and gives the files to write. */
async function plan(
  repo: GitRepo,
  head: string | undefined,
  operations: FileOperation[],
): Promise<FileChanges> {
  const changes: FileChanges = {};
  for (const {
    operation,
    path,
    content,
    sha,
    from_path: fromPath,
  } of operations) {
    checkPath(path);
    const source = fromPath ?? path;
    const existing = head ? await repo.entry(head, source) : undefined;
    if (operation === 'create') {
      if (existing)
        throw new ApiError(
          422,
          `repository file already exists [path: ${path}]`,
        );
    } else if (operation === 'update' || operation === 'delete') {
      if (!existing)
        throw new ApiError(
          404,
          `repository file does not exist [path: ${source}]`,
        );
      // Without a sha the file is overwritten whatever it holds.
      if (sha && sha !== existing.sha) {
        throw new ApiError(
          422,
          `sha does not match [given: ${sha}, expected: ${existing.sha}]`,
        );
      }
      if (source !== path) changes[source] = null;
    } else {
      throw new ApiError(422, `[Operation]: Invalid operation ${operation}`);
    }
    changes[path] = operation === 'delete' ? null : decode(path, content);
  }
  return changes;
}

export function addContentRoutes(
  router: Router,
  context: GiteaContext,
  shapes: Shapes,
): void {
  const write = async (
    repo: GitRepo,
    user: Account,
    options: ChangeOptions,
    operations: FileOperation[],
  ) => {
    if (operations.length === 0) throw new ApiError(422, '[Files]: Required');
    const branch = text(options.branch) ?? repo.defaultBranch;
    const target = text(options.new_branch) ?? branch;
    const head = repo.branchHead(branch);
    return repo.exclusively(async () => {
      if (!head && repo.branches().length > 0) {
        throw new ApiError(
          404,
          `branch does not exist [repo_id: 1 name: ${branch}]`,
        );
      }
      if (target !== branch && repo.branchHead(target)) {
        throw new ApiError(422, `branch already exists [name: ${target}]`);
      }
      const files = await plan(repo, head, operations);
      // The head is read when the request comes in; a push that gets there first refuses this one.
      const now = repo.branchHead(branch);
      if (now !== head) {
        throw new ApiError(
          403,
          `cannot lock ref 'refs/heads/${branch}': is at ${now} but expected ${head}`,
        );
      }
      const doer = { name: user.fullName, email: user.email };
      const signature = (
        given: Partial<Signature> | undefined,
        fallback: Signature,
      ) =>
        given?.email
          ? { name: given.name || fallback.name, email: given.email }
          : fallback;
      const author = signature(
        options.author,
        signature(options.committer, doer),
      );
      const committer = signature(
        options.committer,
        signature(options.author, doer),
      );
      const first = operations[0];
      const verb =
        { create: 'Add', update: 'Update', delete: 'Delete' }[
          first.operation
        ] ?? 'Change';
      const message = text(options.message) ?? `${verb} ${first.path}`;
      const [sha] = await repo.writeCommits([
        {
          branch: target,
          parent: head,
          files,
          message: `${message.trimEnd()}${
            options.signoff
              ? `\n\nSigned-off-by: ${committer.name} <${committer.email}>`
              : ''
          }\n`,
          author,
          committer,
          authorDate: new Date(options.dates?.author ?? context.now()),
          committerDate: new Date(options.dates?.committer ?? context.now()),
        },
      ]);
      return repo.commit(sha);
    });
  };

  const describe = async (
    repo: GitRepo,
    sha: string,
    path: string,
    ref: string,
  ) => {
    const entry = await repo.entry(sha, path);
    if (!entry) return null;
    const [last] = await repo.log({ revision: sha, path, limit: 1 });
    return shapes.contents(repo, entry, ref, last, await repo.blob(entry.sha));
  };

  const answer = async (
    repo: GitRepo,
    sha: string,
    paths: string[],
    ref: string,
  ) => ({
    files: await Promise.all(paths.map(path => describe(repo, sha, path, ref))),
    commit: shapes.fileCommit(repo, await repo.commit(sha)),
    verification: {
      verified: false,
      reason: 'gpg.error.not_signed_commit',
      signature: '',
      signer: null,
      payload: '',
    },
  });

  router.get(
    ['/repos/:owner/:repo/contents', '/repos/:owner/:repo/contents/*'],
    async (request, response) => {
      const repo = repoOf(context, request);
      const sha = await commitAt(repo, request.query.ref);
      const ref = text(request.query.ref) ?? repo.defaultBranch;
      const path = wildcard(request).replace(/^\/+|\/+$/g, '');
      const file = path ? await describe(repo, sha, path, ref) : null;
      if (file) {
        response.json(file);
        return;
      }
      const all = await repo.tree(sha, true);
      if (path && !all.some(entry => entry.path === path)) throw notFound();
      const below = all.filter(
        entry => entry.path.split('/').slice(0, -1).join('/') === path,
      );
      response.json(
        below.map(entry => shapes.contents(repo, entry, ref, undefined)),
      );
    },
  );

  router.get('/repos/:owner/:repo/raw/*', async (request, response) => {
    const repo = repoOf(context, request);
    const content = await repo.read(
      await commitAt(repo, request.query.ref),
      wildcard(request),
    );
    if (!content) throw notFound();
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(content);
  });

  router.post('/repos/:owner/:repo/contents', async (request, response) => {
    const user = requireWriter(response);
    const repo = repoOf(context, request);
    const files: FileOperation[] = Array.isArray(request.body.files)
      ? request.body.files
      : [];
    const commit = await write(repo, user, request.body, files);
    const ref =
      text(request.body.new_branch) ??
      text(request.body.branch) ??
      repo.defaultBranch;
    response.status(201).json(
      await answer(
        repo,
        commit.sha,
        files.map(file => file.path),
        ref,
      ),
    );
  });

  const single =
    (
      operationOf: (body: { sha?: string }) => string,
      status: (operation: string) => number,
    ) =>
    async (
      request: Parameters<typeof repoOf>[1],
      response: Parameters<typeof requireWriter>[0],
    ) => {
      const user = requireWriter(response);
      const repo = repoOf(context, request);
      const body = { ...request.query, ...request.body } as ChangeOptions &
        FileOperation;
      const operation = operationOf(body);
      const path = wildcard(request);
      const commit = await write(repo, user, body, [
        {
          operation,
          path,
          content: body.content,
          sha: body.sha,
          from_path: body.from_path,
        },
      ]);
      const ref =
        text(body.new_branch) ?? text(body.branch) ?? repo.defaultBranch;
      const { files, ...rest } = await answer(repo, commit.sha, [path], ref);
      response.status(status(operation)).json({ content: files[0], ...rest });
    };
  router.post(
    '/repos/:owner/:repo/contents/*',
    single(
      () => 'create',
      () => 201,
    ),
  );
  router.put(
    '/repos/:owner/:repo/contents/*',
    single(
      body => (body.sha ? 'update' : 'create'),
      operation => (operation === 'create' ? 201 : 200),
    ),
  );
  router.delete(
    '/repos/:owner/:repo/contents/*',
    single(
      () => 'delete',
      () => 200,
    ),
  );
}
