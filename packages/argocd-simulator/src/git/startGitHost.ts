import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { RequestHandler } from 'express';
import { listen } from '../listen';
import { Accounts } from './accounts';
import { CommitStatuses } from './gitea/statuses';
import { createGiteaRouter } from './gitea/giteaRouter';
import { GiteaContext } from './gitea/context';
import { Webhooks } from './gitea/webhooks';
import { GitStore } from './GitStore';
import { createPages } from './pages/pages';
import { PullRequests } from './pullRequests';
import { createSmartHttpRouter } from './smartHttp';

export interface GitHost {
  /** `http://127.0.0.1:port`; repositories at `<url>/<owner>/<name>.git`, the REST API at `<url>/api/v1`. */
  readonly url: string;
  /** API tokens by user; `backstage` and `reviewer` may write, `reader` may not. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly accounts: Accounts;
  /** The hand API, and the repo-server's view of the repositories. */
  readonly store: GitStore;
  close(): Promise<void>;
}

/** Starts the git host; without a data folder it keeps its repositories in a temporary one, gone when it closes. */
export async function startGitHost(
  options: {
    port?: number;
    dataDirectory?: string;
    now?: () => Date;
    before?: RequestHandler[];
  } = {},
): Promise<GitHost> {
  const { now = () => new Date(), dataDirectory } = options;
  if (dataDirectory) await mkdir(dataDirectory, { recursive: true });
  const directory = await mkdtemp(join(dataDirectory ?? tmpdir(), 'git-'));
  const store = new GitStore({ directory, now });
  const accounts = new Accounts();
  accounts.add({ login: 'backstage', fullName: 'Backstage' });
  accounts.add({ login: 'reviewer', fullName: 'Demo reviewer' });
  accounts.add({ login: 'reader', fullName: 'Reader', writer: false });
  const tokens = Object.fromEntries(
    ['backstage', 'reviewer', 'reader'].map(login => [
      login,
      accounts.createToken(login, 'simulator').token,
    ]),
  );
  const context: GiteaContext = {
    store,
    accounts,
    pulls: new PullRequests(now),
    statuses: new CommitStatuses(),
    hooks: new Webhooks(),
    now,
  };

  const app = express();
  app.disable('x-powered-by');
  for (const handler of options.before ?? []) app.use(handler);
  app.use('/api/v1', createGiteaRouter(context));
  app.use(createSmartHttpRouter(store, accounts));
  app.use(createPages(context));
  const server = await listen(app, options.port);
  store.url = `http://127.0.0.1:${server.port}`;

  return {
    url: store.url,
    tokens,
    accounts,
    store,
    async close() {
      context.hooks.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
