import express, { Request, Response } from 'express';
import PromiseRouter from 'express-promise-router';
import { request as forward } from 'node:http';
import { GitRepo } from '@fairway/argocd-simulator';
import { BitbucketServerHostProvider } from '../../bitbucket/BitbucketServerHostProvider';
import { answerErrors, FakeAnswer, startFakeHost } from '../contract/FakeHost';
import { HostUnderTest } from '../contract/HostUnderTest';
import { protectByHook } from '../contract/protectByHook';
import { addServerPullRoutes } from './serverPullRoutes';

/** What the routes of the fake share. */
export interface ServerContext {
  host: Awaited<ReturnType<typeof startFakeHost>>;
  repo(request: Request): GitRepo;
  requireWriter(response: Response): void;
}

/** An error as Bitbucket Data Center words it. */
export const refuseServer = (
  status: number,
  message: string,
  more: object = {},
) => new FakeAnswer(status, { errors: [{ context: null, message, ...more }] });

/** Bitbucket Data Center: git by smart HTTP below `/scm`, pull requests and build statuses by REST. */
export async function startBitbucketServer(): Promise<HostUnderTest> {
  const host = await startFakeHost();
  const { app, git, tokens, troubles } = host;
  const context: ServerContext = {
    host,
    repo(request) {
      const { key, slug } = request.params;
      const found = git.store.find(key, slug);
      if (!found)
        throw refuseServer(404, `Repository ${key}/${slug} does not exist.`);
      return found;
    },
    requireWriter(response) {
      if (response.locals.login !== 'backstage')
        throw refuseServer(
          403,
          'You are not permitted to access this resource',
        );
    },
  };
  const accounts = new Map([
    [tokens.writer, 'backstage'],
    [tokens.reader, 'reader'],
  ]);
  app.use((request, response, next) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    response.locals.login = accounts.get(token);
    if (response.locals.login) next();
    else
      response
        .status(401)
        .set('WWW-Authenticate', 'Basic realm="Atlassian Bitbucket"')
        .json({ errors: [{ message: 'Authentication failed.' }] });
  });
  app.use('/scm', (request, response) => {
    const target = new URL(git.url);
    const login: string = response.locals.login;
    const { authorization: _, ...headers } = request.headers;
    const call = forward(
      {
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: request.url,
        headers: { ...headers, authorization: `token ${git.tokens[login]}` },
      },
      answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () => response.end(Buffer.concat(chunks)));
      },
    );
    request.pipe(call);
  });
  app.use(express.json());
  const routes = PromiseRouter();
  addServerPullRoutes(routes, context);
  routes.get('/rest/build-status/1.0/commits/:sha', (request, response) => {
    const words = {
      success: 'SUCCESSFUL',
      pending: 'INPROGRESS',
      failure: 'FAILED',
    };
    const values = host.checks
      .filter(({ sha }) => sha === request.params.sha)
      .map(({ name, state }) => ({ key: name, state: words[state] }));
    response.json({ size: values.length, isLastPage: true, values });
  });
  app.use(routes);
  answerErrors(app);
  const providers: BitbucketServerHostProvider[] = [];
  return {
    store: git.store,
    secrets: Object.values(tokens),
    open(name, as = 'writer') {
      const provider = new BitbucketServerHostProvider({
        hosts: [
          {
            host: new URL(host.url).host,
            apiBaseUrl: `${host.url}/rest/api/1.0`,
            token: tokens[as],
          },
        ],
      });
      providers.push(provider);
      const found = provider.getRepository(`${host.url}/scm/${name}.git`);
      if (!found) throw new Error('The host is configured');
      return found;
    },
    requests: () => troubles.requests(),
    trouble: trouble => troubles.add(trouble),
    person: (name, number, act) => host.pulls.act(name, number, act),
    mergeStyles: ['merge', 'squash', 'rebase'],
    protect: (name, branch) => protectByHook(git.store, name, branch),
    async check(name, sha, check) {
      host.addCheck(name, sha, check);
    },
    authorIsPerson: true,
    listsBlobs: true,
    async close() {
      await Promise.all(providers.map(provider => provider.close()));
      await host.close();
    },
  };
}
