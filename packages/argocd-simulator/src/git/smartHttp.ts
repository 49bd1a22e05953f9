import { spawn } from 'node:child_process';
import { createGunzip } from 'node:zlib';
import { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Accounts } from './accounts';
import { GitRepo } from './GitRepo';
import { GitStore } from './GitStore';
import { gitEnvironment } from './runGit';

const SERVICES = ['git-upload-pack', 'git-receive-pack'];

function pktLine(text: string): string {
  return `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
}

async function runService(
  repo: GitRepo,
  service: string,
  flags: string[],
  request: Request,
): Promise<Buffer> {
  const protocol = request.header('git-protocol');
  const child = spawn(
    'git',
    [
      '-c',
      'uploadpack.allowAnySHA1InWant=true',
      '-c',
      'uploadpack.allowFilter=true',
      // It would go on in the background, after the repository may be gone.
      '-c',
      'receive.autogc=false',
      service.slice('git-'.length),
      '--stateless-rpc',
      ...flags,
      repo.directory,
    ],
    { env: gitEnvironment(protocol ? { GIT_PROTOCOL: protocol } : {}) },
  );
  const out: Buffer[] = [];
  child.stdout.on('data', chunk => out.push(chunk));
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  if (flags.length > 0) child.stdin.end();
  else if (request.header('content-encoding') === 'gzip')
    request.pipe(createGunzip()).pipe(child.stdin);
  else request.pipe(child.stdin);
  // A client that goes away must not leave a process waiting for the rest.
  request.on('aborted', () => child.stdin.end());
  await ended;
  return Buffer.concat(out);
}

/** Git's smart HTTP over the machine's own `upload-pack` and `receive-pack`: any git client clones, fetches and pushes. */
export function createSmartHttpRouter(
  store: GitStore,
  accounts: Accounts,
): Router {
  const router = PromiseRouter();

  const repoFor = (
    request: Request,
    response: Response,
    service: string,
  ): GitRepo | undefined => {
    const account = accounts.authenticate(request.headers.authorization);
    const writes = service === 'git-receive-pack';
    if (account === 'invalid' || (account === 'anonymous' && writes)) {
      response.status(401).setHeader('WWW-Authenticate', 'Basic realm="Git"');
      response.end('Unauthorized\n');
      return undefined;
    }
    if (writes && account !== 'anonymous' && !account.writer) {
      response.status(403).end('User permission denied for writing.\n');
      return undefined;
    }
    const repo = store.find(
      request.params.owner,
      request.params.repo.replace(/\.git$/, ''),
    );
    if (!repo) response.status(404).end('Not found.\n');
    return repo;
  };

  router.get('/:owner/:repo/info/refs', async (request, response) => {
    const service = String(request.query.service ?? '');
    if (!SERVICES.includes(service)) {
      response.status(403).end('Only smart HTTP is served.\n');
      return;
    }
    const repo = repoFor(request, response, service);
    if (!repo) return;
    const refs = await runService(repo, service, ['--advertise-refs'], request);
    response.setHeader(
      'Content-Type',
      `application/x-${service}-advertisement`,
    );
    response.setHeader('Cache-Control', 'no-cache, max-age=0, must-revalidate');
    response.end(
      Buffer.concat([
        Buffer.from(`${pktLine(`# service=${service}\n`)}0000`),
        refs,
      ]),
    );
  });

  router.post(
    '/:owner/:repo/:service(git-upload-pack|git-receive-pack)',
    async (request, response) => {
      const { service } = request.params;
      const repo = repoFor(request, response, service);
      if (!repo) return;
      const work = () => runService(repo, service, [], request);
      const answer =
        service === 'git-upload-pack'
          ? await work()
          : await repo.exclusively(async () => {
              const result = await work();
              // Before the client hears of it: what it asks next must know the push.
              await repo.refreshRefs();
              return result;
            });
      response.setHeader('Content-Type', `application/x-${service}-result`);
      response.setHeader(
        'Cache-Control',
        'no-cache, max-age=0, must-revalidate',
      );
      response.end(answer);
    },
  );
  return router;
}
