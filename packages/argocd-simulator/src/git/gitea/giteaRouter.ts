import express, { ErrorRequestHandler, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { GitRefusal } from '../types';
import { addCommitRoutes } from './commits';
import { addContentRoutes } from './contents';
import {
  ApiError,
  GiteaContext,
  notFound,
  repoOf,
  requireUser,
  requireWriter,
  sendPage,
  text,
  userOf,
} from './context';
import { addPullRoutes } from './pulls';
import { Shapes } from './shapes';

const REFUSAL_STATUS = { 'not-found': 404, conflict: 409, invalid: 422 };

function addUserRoutes(
  router: Router,
  context: GiteaContext,
  shapes: Shapes,
): void {
  router.get('/version', (_request, response) => {
    response.json({ version: '1.26.0' });
  });
  router.get('/user', (_request, response) => {
    response.json(shapes.user(requireUser(response)));
  });
  router.get('/users/:login', (request, response) => {
    const account = context.accounts.find(request.params.login);
    if (!account)
      throw new ApiError(
        404,
        `user redirect does not exist [name: ${request.params.login}]`,
      );
    response.json(shapes.user(account));
  });
  router.use('/users/:login/tokens', (request, response, next) => {
    if (requireUser(response).login !== request.params.login)
      throw new ApiError(403, 'token does not belong to you');
    next();
  });
  router.get('/users/:login/tokens', (request, response) => {
    const tokens = context.accounts.tokensOf(request.params.login);
    const shown = tokens.map(({ id, name, token }) => ({
      id,
      name,
      sha1: '',
      token_last_eight: token.slice(-8),
      scopes: ['all'],
    }));
    sendPage(request, response, shown, tokens.length);
  });
  router.post('/users/:login/tokens', (request, response) => {
    const name = text(request.body.name);
    if (!name) throw new ApiError(422, '[Name]: Required');
    const { id, token } = context.accounts.createToken(
      request.params.login,
      name,
    );
    response.status(201).json({
      id,
      name,
      sha1: token,
      token_last_eight: token.slice(-8),
      scopes: ['all'],
    });
  });
  router.delete('/users/:login/tokens/:token', (request, response) => {
    if (
      !context.accounts.deleteToken(request.params.login, request.params.token)
    )
      throw notFound();
    response.status(204).end();
  });
}

function addRepositoryRoutes(
  router: Router,
  context: GiteaContext,
  shapes: Shapes,
): void {
  router.post(
    ['/user/repos', '/orgs/:org/repos', '/org/:org/repos'],
    async (request, response) => {
      const user = requireWriter(response);
      const name = text(request.body.name);
      if (!name) throw new ApiError(422, '[Name]: Required');
      const fullName = `${request.params.org ?? user.login}/${name}`;
      if (context.store.find(...(fullName.split('/') as [string, string]))) {
        throw new ApiError(
          409,
          'The repository with the same name already exists.',
        );
      }
      const author = { name: user.fullName, email: user.email };
      await context.store.createRepository(
        fullName,
        request.body.auto_init
          ? {
              files: { 'README.md': `# ${name}\n` },
              author,
              message: 'Initial commit',
            }
          : {},
      );
      response
        .status(201)
        .json(shapes.repository(context.store.get(fullName), user));
    },
  );
  router.get('/repos/search', (request, response) => {
    const query = String(request.query.q ?? '').toLowerCase();
    const found = context.store
      .list()
      .filter(repo => repo.fullName.toLowerCase().includes(query));
    response.json({
      ok: true,
      data: found.map(repo => shapes.repository(repo, userOf(response))),
    });
  });
  router.get('/repos/:owner/:repo', (request, response) => {
    response.json(
      shapes.repository(repoOf(context, request), userOf(response)),
    );
  });
  router.get('/repos/:owner/:repo/hooks', (request, response) => {
    requireWriter(response);
    const hooks = context.hooks.list(repoOf(context, request));
    sendPage(
      request,
      response,
      hooks.map(hook => shapes.hook(hook)),
      hooks.length,
    );
  });
  router.post('/repos/:owner/:repo/hooks', (request, response) => {
    requireWriter(response);
    const {
      type = 'gitea',
      config = {},
      events = ['push'],
      active = false,
    } = request.body;
    if (!text(config.url) || !URL.canParse(config.url))
      throw new ApiError(422, 'Invalid url');
    const hook = context.hooks.add(repoOf(context, request), {
      type,
      url: config.url,
      secret: config.secret ?? '',
      contentType: config.content_type ?? 'json',
      events,
      active,
      createdAt: context.now(),
    });
    response.status(201).json(shapes.hook(hook));
  });
  const hookOf = (request: Parameters<typeof repoOf>[1]) => {
    const hook = context.hooks
      .list(repoOf(context, request))
      .find(({ id }) => String(id) === request.params.id);
    if (!hook) throw notFound();
    return hook;
  };
  router.get('/repos/:owner/:repo/hooks/:id', (request, response) => {
    requireWriter(response);
    response.json(shapes.hook(hookOf(request)));
  });
  router.patch('/repos/:owner/:repo/hooks/:id', (request, response) => {
    requireWriter(response);
    const hook = hookOf(request);
    const { config = {}, events, active } = request.body;
    if (text(config.url)) hook.url = config.url;
    if (Array.isArray(events)) hook.events = events;
    if (typeof active === 'boolean') hook.active = active;
    response.json(shapes.hook(hook));
  });
  router.delete('/repos/:owner/:repo/hooks/:id', (request, response) => {
    requireWriter(response);
    context.hooks.delete(repoOf(context, request), hookOf(request).id);
    response.status(204).end();
  });
}

/** The part of Gitea's REST API that a client of deployments needs, below `/api/v1`. */
export function createGiteaRouter(context: GiteaContext): Router {
  const shapes = new Shapes(context);
  const router = PromiseRouter();
  router.use(express.json({ limit: '20mb' }));
  router.use((request, response, next) => {
    const query = text(request.query.token) ?? text(request.query.access_token);
    const account = context.accounts.authenticate(
      query ? `token ${query}` : request.headers.authorization,
    );
    if (account === 'invalid')
      throw new ApiError(401, 'invalid username, password or token');
    if (account !== 'anonymous') response.locals.user = account;
    request.body ??= {};
    next();
  });
  addUserRoutes(router, context, shapes);
  addRepositoryRoutes(router, context, shapes);
  addCommitRoutes(router, context, shapes);
  addContentRoutes(router, context, shapes);
  addPullRoutes(router, context, shapes);
  router.use(() => {
    throw notFound();
  });

  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    let status = 500;
    if (error instanceof ApiError) status = error.status;
    else if (error instanceof GitRefusal) status = REFUSAL_STATUS[error.reason];
    else if (typeof error.status === 'number') status = error.status;
    response.status(status).json({
      ...(status === 404 ? { errors: [] } : {}),
      message: error.message,
      url: `${context.store.url}/api/swagger`,
    });
  };
  router.use(onError);

  context.store.onUpdate((repo, updates) => {
    context.pulls.onUpdate(repo, updates);
    if (context.hooks.list(repo).length === 0) return;
    const zero = '0'.repeat(40);
    for (const { ref, before, after } of updates) {
      if (!/^refs\/(heads|tags)\//.test(ref)) continue;
      context.hooks.deliver(repo, 'push', {
        ref,
        before: before ?? zero,
        after: after ?? zero,
        compare_url: `${context.store.url}/${repo.fullName}/compare/${
          before ?? zero
        }...${after ?? zero}`,
        repository: shapes.repository(repo, undefined),
      });
    }
  });
  return router;
}
