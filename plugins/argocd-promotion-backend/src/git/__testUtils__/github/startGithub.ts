import express, { Request, Response } from 'express';
import PromiseRouter from 'express-promise-router';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { GitRepo } from '@fairway/argocd-simulator';
import { GithubHostProvider } from '../../github/GithubHostProvider';
import { answerErrors, FakeAnswer, startFakeHost } from '../contract/FakeHost';
import { HostUnderTest } from '../contract/HostUnderTest';
import { addContentRoutes } from './contentRoutes';
import { addGraphqlRoute } from './graphqlRoute';
import { addPullRoutes } from './pullRoutes';
import { GithubContext } from './types';
import { validateRest } from './validateRest';

const notFound = () => new FakeAnswer(404, { message: 'Not Found' });

/** GitHub's API as its published descriptions have it. */
export async function startGithub(): Promise<
  HostUnderTest & { url: string; refuseDrafts(): void }
> {
  const host = await startFakeHost();
  const { app, git, tokens, troubles } = host;
  let drafts = true;
  const context: GithubContext = {
    host,
    drafts: () => drafts,
    repo(request: Request): GitRepo {
      const found = git.store.find(request.params.owner, request.params.repo);
      if (!found) throw notFound();
      return found;
    },
    requireWriter(_request: Request, response: Response) {
      if (response.locals.login !== 'backstage')
        throw new FakeAnswer(403, {
          message: 'Resource not accessible by personal access token',
        });
    },
  };
  app.use(express.json({ limit: '50mb' }));
  app.use((request, response, next) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    const logins = new Map([
      [tokens.writer, 'backstage'],
      [tokens.reader, 'reader'],
    ]);
    const login = logins.get(token);
    if (!/^(bearer|token)$/i.test(scheme) || !login) {
      response.status(401).json({ message: 'Bad credentials' });
      return;
    }
    response.locals.login = login;
    next();
  });
  addGraphqlRoute(app, context);
  const routes = PromiseRouter();
  routes.use(validateRest());
  addContentRoutes(routes, context);
  addPullRoutes(routes, context);
  app.use(routes);
  answerErrors(app);

  return {
    url: host.url,
    refuseDrafts: () => {
      drafts = false;
    },
    store: git.store,
    secrets: Object.values(tokens),
    open(name, as = 'writer') {
      const integrations = ScmIntegrations.fromConfig(
        new ConfigReader({
          integrations: {
            github: [
              {
                host: new URL(host.url).host,
                apiBaseUrl: host.url,
                token: tokens[as],
              },
            ],
          },
        }),
      );
      const found = GithubHostProvider.fromIntegrations(
        integrations,
      ).getRepository(`${host.url}/${name}.git`);
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
    rules: {
      protected: true,
      pullRequestRequired: true,
      requiredApprovals: 1,
      signedCommitsRequired: false,
      requiredChecks: ['build'],
    },
    async check(name, sha, check) {
      host.addCheck(name, sha, check);
    },
    authorIsPerson: false,
    listsBlobs: true,
    close: () => host.close(),
  };
}
