import express, { Request, Response } from 'express';
import PromiseRouter from 'express-promise-router';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { GitRepo } from '@fairway/argocd-simulator';
import { GitlabHostProvider } from '../../gitlab/GitlabHostProvider';
import { answerErrors, FakeAnswer, startFakeHost } from '../contract/FakeHost';
import { HostUnderTest } from '../contract/HostUnderTest';
import { addCommitRoute } from './commitRoute';
import { addMergeRequestRoutes } from './mergeRequestRoutes';
import { addRepositoryRoutes } from './repositoryRoutes';

/** What the routes of the fake share. */
export interface GitlabContext {
  host: Awaited<ReturnType<typeof startFakeHost>>;
  repo(request: Request): GitRepo;
  requireWriter(response: Response): void;
}

/** GitLab's API, version 4. */
export async function startGitlab(): Promise<HostUnderTest> {
  const host = await startFakeHost();
  const { app, git, tokens, troubles } = host;
  const context: GitlabContext = {
    host,
    repo(request) {
      const found = git.store.find(
        ...(request.params.id.split('/') as [string, string]),
      );
      if (!found)
        throw new FakeAnswer(404, { message: '404 Project Not Found' });
      return found;
    },
    requireWriter(response) {
      if (response.locals.login !== 'backstage')
        throw new FakeAnswer(403, { message: '403 Forbidden' });
    },
  };
  app.use(express.json({ limit: '50mb' }));
  app.use((request, response, next) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const logins = new Map([
      [tokens.writer, 'backstage'],
      [tokens.reader, 'reader'],
    ]);
    response.locals.login = logins.get(token);
    if (response.locals.login) next();
    else response.status(401).json({ message: '401 Unauthorized' });
  });
  const routes = PromiseRouter();
  routes.get('/users', (request, response) => {
    const found = git.accounts.find(String(request.query.username));
    response.json(found ? [{ id: found.id, username: found.login }] : []);
  });
  addRepositoryRoutes(routes, context);
  addCommitRoute(routes, context);
  addMergeRequestRoutes(routes, context);
  app.use('/api/v4', routes);
  answerErrors(app);
  const { host: name } = new URL(host.url);
  return {
    store: git.store,
    secrets: Object.values(tokens),
    open(repository, as = 'writer') {
      const found = GitlabHostProvider.fromIntegrations(
        ScmIntegrations.fromConfig(
          new ConfigReader({
            integrations: {
              gitlab: [
                {
                  host: name,
                  baseUrl: host.url,
                  apiBaseUrl: `${host.url}/api/v4`,
                  token: tokens[as],
                },
              ],
            },
          }),
        ),
      ).getRepository(`${host.url}/${repository}.git`);
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
    rules: { protected: true, pullRequestRequired: true },
    async check(repository, sha, check) {
      host.addCheck(repository, sha, check);
    },
    authorIsPerson: true,
    listsBlobs: true,
    close: () => host.close(),
  };
}
