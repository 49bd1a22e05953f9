import express, { Express } from 'express';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { GitHost, GitRepo, startGitHost } from '@fairway/argocd-simulator';
import { FakePulls } from './FakePulls';
import { Troubles } from './Troubles';

/** An answer other than success, in the host's words. */
export class FakeAnswer extends Error {
  constructor(readonly status: number, readonly body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
  }
}

/** What a check said of a commit. */
export interface FakeCheck {
  repo: GitRepo;
  sha: string;
  name: string;
  state: 'success' | 'pending' | 'failure';
}

/** What the fakes of all hosts share: git's repositories, pull requests, protected branches, checks, trouble. */
export interface FakeHost {
  readonly url: string;
  readonly git: GitHost;
  readonly app: Express;
  readonly pulls: FakePulls;
  readonly troubles: Troubles;
  readonly checks: FakeCheck[];
  /** Who asks: by the credentials in a request. */
  readonly tokens: { writer: string; reader: string; nobody: string };
  protect(name: string, branch: string): void;
  isProtected(repo: GitRepo, branch: string): boolean;
  addCheck(
    name: string,
    sha: string,
    check: Pick<FakeCheck, 'name' | 'state'>,
  ): void;
  close(): Promise<void>;
}

/** Starts a fake without any routes: add them to `app`, and last `answerErrors`. */
export async function startFakeHost(): Promise<FakeHost> {
  const git = await startGitHost();
  const app = express();
  const troubles = new Troubles();
  const protectedBranches = new Set<string>();
  const checks: FakeCheck[] = [];
  app.disable('x-powered-by');
  // An ETag would let a second read go unanswered.
  app.disable('etag');
  app.use(troubles.handler);
  const server: Server = createServer(app);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    git,
    app,
    pulls: new FakePulls(git),
    troubles,
    checks,
    tokens: {
      writer: 'writers-secret',
      reader: 'readers-secret',
      nobody: 'strangers-secret',
    },
    protect: (name, branch) => {
      protectedBranches.add(`${git.store.get(name).fullName} ${branch}`);
    },
    isProtected: (repo, branch) =>
      protectedBranches.has(`${repo.fullName} ${branch}`),
    addCheck: (name, sha, check) => {
      checks.unshift({ repo: git.store.get(name), sha, ...check });
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await git.close();
    },
  };
}

/** Sends what handlers have thrown. */
export function answerErrors(app: Express): void {
  app.use(
    (
      error: unknown,
      _request: express.Request,
      response: express.Response,
      _next: express.NextFunction,
    ) => {
      if (error instanceof FakeAnswer)
        response.status(error.status).json(error.body);
      else response.status(500).json({ message: String(error) });
    },
  );
}
