import express, { Request, Response } from 'express';
import PromiseRouter from 'express-promise-router';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { GitRepo } from '@fairway/argocd-simulator';
import { AzureHostProvider } from '../../azure/AzureHostProvider';
import { answerErrors, FakeAnswer, startFakeHost } from '../contract/FakeHost';
import { HostUnderTest } from '../contract/HostUnderTest';
import { addPullRequestRoutes } from './pullRequestRoutes';
import { addPushRoutes } from './pushRoutes';
import { addReadRoutes } from './readRoutes';

/** What the routes of the fake share. */
export interface AzureContext {
  host: Awaited<ReturnType<typeof startFakeHost>>;
  repo(request: Request): GitRepo;
  requireWriter(response: Response): void;
}

/** The git part of Azure DevOps' API, version 7.0. */
export async function startAzure(): Promise<HostUnderTest> {
  const host = await startFakeHost();
  const { app, git, tokens, troubles } = host;
  const context: AzureContext = {
    host,
    repo(request) {
      const { organization, repository } = request.params;
      const found = git.store.find(organization, repository);
      if (!found)
        throw new FakeAnswer(404, {
          message: `TF401019: The Git repository with name or identifier ${repository} does not exist or you do not have permissions for the operation you are attempting.`,
          typeKey: 'GitRepositoryNotFoundException',
        });
      return found;
    },
    requireWriter(response) {
      if (response.locals.login !== 'backstage')
        throw new FakeAnswer(403, {
          message:
            "TF401027: You need the Git 'GenericContribute' permission to perform this action.",
          typeKey: 'GitNeedsPermissionException',
        });
    },
  };
  app.use(express.json({ limit: '50mb' }));
  app.use((request, response, next) => {
    const basic = (request.headers.authorization ?? '').replace('Basic ', '');
    const token = Buffer.from(basic, 'base64').toString().replace(/^:/, '');
    const logins = new Map([
      [tokens.writer, 'backstage'],
      [tokens.reader, 'reader'],
    ]);
    response.locals.login = logins.get(token);
    // Who is not known gets a page to sign in at.
    if (!response.locals.login)
      response.status(203).type('html').send('<html>Sign In</html>');
    else if (request.query['api-version'] !== '7.0')
      response.status(400).json({ message: 'No api-version was supplied' });
    else next();
  });
  const routes = PromiseRouter({ mergeParams: true });
  addReadRoutes(routes, context);
  addPushRoutes(routes, context);
  addPullRequestRoutes(routes, context);
  app.use('/:organization/shop/_apis/git', routes);
  answerErrors(app);
  const { host: name } = new URL(host.url);
  return {
    store: git.store,
    secrets: Object.values(tokens).flatMap(token => [
      token,
      Buffer.from(`:${token}`).toString('base64'),
    ]),
    open(repository, as = 'writer') {
      const [organization, project] = repository.split('/');
      const found = AzureHostProvider.fromIntegrations(
        ScmIntegrations.fromConfig(
          new ConfigReader({
            integrations: {
              azure: [
                {
                  host: name,
                  credentials: [{ personalAccessToken: tokens[as] }],
                },
              ],
            },
          }),
        ),
        () => host.url,
      ).getRepository(`${host.url}/${organization}/shop/_git/${project}`);
      if (!found) throw new Error('The host is configured');
      return found;
    },
    requests: () => troubles.requests(),
    trouble: trouble => troubles.add(trouble),
    person: (repository, number, act) =>
      host.pulls.act(repository, number, act),
    mergeStyles: ['merge', 'squash', 'rebase'],
    async protect(repository, branch) {
      host.protect(repository, branch);
    },
    rules: {
      protected: true,
      pullRequestRequired: true,
      requiredApprovals: 2,
      requiredChecks: ['build'],
    },
    async check(repository, sha, check) {
      host.addCheck(repository, sha, check);
    },
    authorIsPerson: true,
    listsBlobs: true,
    close: () => host.close(),
  };
}
