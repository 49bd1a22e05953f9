import express, { Request, Response } from 'express';
import PromiseRouter from 'express-promise-router';
import { GitRepo } from '@fairway/argocd-simulator';
import { BitbucketCloudHostProvider } from '../../bitbucket/BitbucketCloudHostProvider';
import { answerErrors, FakeAnswer, startFakeHost } from '../contract/FakeHost';
import { HostUnderTest } from '../contract/HostUnderTest';
import { addCloudPullRoutes } from './cloudPullRoutes';
import { addCloudReadRoutes } from './cloudReadRoutes';
import { addCloudSourceRoute } from './cloudSourceRoute';

/** What the routes of the fake share. */
export interface CloudContext {
  host: Awaited<ReturnType<typeof startFakeHost>>;
  repo(request: Request): GitRepo;
  requireWriter(response: Response): void;
}

/** An error as Bitbucket words it. */
export const refuse = (status: number, message: string) =>
  new FakeAnswer(status, { type: 'error', error: { message } });

/** Bitbucket Cloud's API, version 2.0. */
export async function startBitbucketCloud(): Promise<HostUnderTest> {
  const host = await startFakeHost();
  const { app, git, tokens, troubles } = host;
  const context: CloudContext = {
    host,
    repo(request) {
      const { workspace, slug } = request.params;
      const found = git.store.find(workspace, slug);
      if (!found)
        throw refuse(404, `Repository ${workspace}/${slug} not found`);
      return found;
    },
    requireWriter(response) {
      if (response.locals.login !== 'backstage')
        throw refuse(
          403,
          'Your credentials lack one or more required privilege scopes.',
        );
    },
  };
  app.use((request, response, next) => {
    const basic = (request.headers.authorization ?? '').replace('Basic ', '');
    const [, token] = Buffer.from(basic, 'base64').toString().split(':');
    const logins = new Map([
      [tokens.writer, 'backstage'],
      [tokens.reader, 'reader'],
    ]);
    response.locals.login = logins.get(token);
    if (response.locals.login) next();
    else
      response
        .status(401)
        .json({ type: 'error', error: { message: 'Token is invalid' } });
  });
  const routes = PromiseRouter();
  addCloudSourceRoute(routes, context);
  routes.use(express.json());
  addCloudReadRoutes(routes, context);
  addCloudPullRoutes(routes, context);
  app.use('/2.0', routes);
  answerErrors(app);
  return {
    store: git.store,
    secrets: Object.values(tokens).flatMap(token => [
      token,
      Buffer.from(`promotions@example.com:${token}`).toString('base64'),
    ]),
    open(name, as = 'writer') {
      const found = new BitbucketCloudHostProvider({
        hosts: [
          {
            host: 'bitbucket.org',
            apiBaseUrl: `${host.url}/2.0`,
            username: 'promotions@example.com',
            token: tokens[as],
          },
        ],
      }).getRepository(`git@bitbucket.org:${name}.git`);
      if (!found) throw new Error('The host is configured');
      return found;
    },
    requests: () => troubles.requests(),
    trouble: trouble => troubles.add(trouble),
    person: (name, number, act) => host.pulls.act(name, number, act),
    mergeStyles: ['merge', 'squash', 'rebase'],
    async protect(name, branch) {
      host.protect(name, branch);
    },
    async check(name, sha, check) {
      host.addCheck(name, sha, check);
    },
    authorIsPerson: true,
    listsBlobs: false,
    close: () => host.close(),
  };
}
