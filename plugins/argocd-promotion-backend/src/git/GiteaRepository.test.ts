import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../manifests/bytes';
import { GiteaHostProvider } from './GiteaHostProvider';

const head = 'd'.repeat(40);

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

/** A server that answers as Gitea's handlers do: 422 for another blob, 404 for a missing branch, 409 for what exists. */
describe('GiteaRepository', () => {
  let server: Server;
  let host: string;
  let repository: GitRepository;
  let content = Buffer.from('\uFEFFa: 1\r\n');
  let failures = 0;
  let requests: Array<{
    method?: string;
    url?: string;
    authorization?: string;
    body: Record<string, unknown>;
  }> = [];

  beforeEach(async () => {
    content = Buffer.from('\uFEFFa: 1\r\n');
    failures = 0;
    requests = [];
    server = createServer(async (req, res) => {
      const body = await bodyOf(req);
      requests.push({
        method: req.method,
        url: req.url,
        authorization: req.headers.authorization,
        body,
      });
      const url = new URL(req.url ?? '/', `http://${host}`);
      const answer = (status: number, value: unknown) =>
        res
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(value));
      const api = '/api/v1/repos/shop/deploy%20it';
      if (failures-- > 0)
        return res.writeHead(502).end('<html>bad gateway</html>');
      switch (`${req.method} ${url.pathname}`) {
        case `GET ${api}`:
          return answer(200, { default_branch: 'main' });
        case `GET ${api}/branches/main`:
        case `GET ${api}/branches/promote/x%23y`:
          return answer(200, { commit: { id: head } });
        case `GET ${api}/git/trees/${head}`: {
          const page = Number(url.searchParams.get('page'));
          return answer(200, {
            truncated: page === 1,
            total_count: 2,
            tree: [
              {
                path: `${page === 1 ? 'prod' : 'dev'}/a.yaml`,
                type: 'blob',
                sha: 'b',
                size: 3,
              },
            ],
          });
        }
        case `GET ${api}/contents/prod/a%3F.yaml`:
          return answer(200, {
            type: 'file',
            sha: gitBlobId(content),
            content: null,
            encoding: null,
          });
        case `GET ${api}/git/blobs/${gitBlobId(content)}`:
          return answer(200, {
            content: content.toString('base64'),
            encoding: 'base64',
          });
        case `POST ${api}/contents`: {
          const [file] = body.files as Array<{ sha: string }>;
          if (body.branch === 'kept')
            return answer(403, { message: 'user cannot commit to repo' });
          if (file.sha !== gitBlobId(content))
            return answer(422, { message: 'sha does not match' });
          return answer(201, {
            commit: {
              sha: 'e'.repeat(40),
              parents: [{ sha: head }],
              message: body.message,
              author: body.author,
            },
          });
        }
        case `POST ${api}/branches`:
          return answer(409, { message: 'The branch already exists.' });
        case `POST ${api}/pulls`:
          return answer(409, {
            message: 'pull request already exists for these targets',
          });
        case `GET ${api}/pulls`:
          return answer(200, [
            {
              number: 7,
              state: 'open',
              head: { label: 'p1' },
              base: { ref: 'main' },
              body: 'x',
            },
            {
              number: 6,
              state: 'closed',
              merged: true,
              merge_commit_sha: head,
              head: { label: 'p2' },
              base: { ref: 'main' },
            },
          ]);
        case `GET ${api}/pulls/6`:
          return answer(200, {
            number: 6,
            state: 'closed',
            merged: true,
            merged_by: { login: 'bo' },
            merge_commit_sha: head,
            head: { label: 'p2' },
            base: { ref: 'main' },
          });
        case `GET ${api}/branches/kept`:
          return answer(200, { commit: { id: head }, user_can_push: false });
        case `GET /api/v1/repos/shop/old`:
          return res
            .writeHead(301, { location: '/api/v1/repos/shop/new' })
            .end('<a href="/api/v1/repos/shop/new">Moved Permanently</a>.');
        case `GET ${api}/compare/${head}...${'f'.repeat(40)}`:
          return answer(200, { total_commits: 1, commits: [] });
        default:
          return answer(404, { message: 'not found' });
      }
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new GiteaHostProvider({
      hosts: [{ host, baseUrl: `http://${host}/`, password: 'sesame' }],
    });
    const found = provider.getRepository(
      `http://user:pw@${host}/shop/deploy%20it.git/`,
    );
    if (!found) throw new Error('The host is configured');
    repository = found;
  });

  afterEach(() => new Promise(resolve => server.close(resolve)));

  it('finds its repository by every form of URL, and no other', () => {
    const provider = new GiteaHostProvider({
      hosts: [{ host: 'git.example.com' }],
    });
    for (const url of [
      'https://git.example.com/a/b',
      'https://GIT.example.com/a/b.git',
      'ssh://git@git.example.com:2222/a/b.git',
      'git@git.example.com:a/b.git',
    ]) {
      expect(provider.getRepository(url)?.commitUrl('1')).toBe(
        'https://git.example.com/a/b/commit/1',
      );
    }
    for (const url of [
      'https://evil.example.com/a/b',
      'https://git.example.com:8443/a/b',
      'https://git.example.com/a',
      'oci://git.example.com/a/b',
      'nothing',
    ]) {
      expect(provider.getRepository(url)).toBeUndefined();
    }
    expect(repository.url).toBe(`http://${host}/shop/deploy%20it.git/`);
  });

  it('lists all pages of a tree and gives exact bytes', async () => {
    expect(
      (await repository.listFiles({ commit: head })).map(({ path }) => path),
    ).toEqual(['prod/a.yaml', 'dev/a.yaml']);
    expect(
      (await repository.listFiles({ commit: head, directory: 'dev' })).map(
        ({ path }) => path,
      ),
    ).toEqual(['dev/a.yaml']);
    expect(
      Buffer.from(
        (await repository.readFile({ commit: head, path: 'prod/a?.yaml' }))
          .content,
      ),
    ).toEqual(content);
    expect(requests[0].authorization).toBe('token sesame');
  });

  const write = (blobBefore: string, branch = 'main') =>
    repository.commitFiles({
      branch,
      base: head,
      files: [
        { path: 'prod/a?.yaml', content: Buffer.from('a: 2\n'), blobBefore },
      ],
      message: 'Promote\n\nPromotion-Id: 1',
      author: { name: 'Ana', email: 'ana@example.com' },
    });

  it('commits under the condition that the blobs are the planned ones', async () => {
    const commit = await write(gitBlobId(content));
    expect(commit).toMatchObject({
      sha: 'e'.repeat(40),
      parents: [head],
      author: { name: 'Ana' },
    });
    expect(requests[0].body).toMatchObject({
      branch: 'main',
      files: [
        { operation: 'update', path: 'prod/a?.yaml', sha: gitBlobId(content) },
      ],
    });
  });

  it('says that a branch is protected', async () => {
    await expect(write(gitBlobId(content), 'kept')).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringContaining('delivery: pull-request'),
    });
  });

  it('says where a repository has moved to', async () => {
    const moved = new GiteaHostProvider({
      hosts: [{ host, baseUrl: `http://${host}`, password: 'sesame' }],
    }).getRepository(`http://${host}/shop/old`);
    await expect(moved?.getDefaultBranch()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('moved to /api/v1/repos/shop/new'),
    });
  });

  it('tells a changed file as a conflict', async () => {
    await expect(write('0'.repeat(40))).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining('prod/a?.yaml was changed'),
    });
  });

  it('tries reads again, but never a write, and tells no credentials', async () => {
    failures = 2;
    expect(await repository.getDefaultBranch()).toBe('main');
    failures = 1;
    requests = [];
    await expect(write(gitBlobId(content))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.not.stringContaining('sesame'),
    });
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('takes an existing branch or pull request for its own only when it is', async () => {
    await expect(
      repository.createBranch({ branch: 'promote/x#y', commit: head }),
    ).resolves.toBeUndefined();
    await expect(
      repository.createBranch({ branch: 'main', commit: 'e'.repeat(40) }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    const pull = { base: 'main', title: 't', body: 'b' };
    expect(
      await repository.openPullRequest({ ...pull, head: 'p1' }),
    ).toMatchObject({ number: 7, state: 'open' });
    await expect(
      repository.openPullRequest({ ...pull, head: 'p2' }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect(
      await repository.findPullRequest({ base: 'main', head: 'p2' }),
    ).toMatchObject({ state: 'merged', mergeCommit: head, mergedBy: 'bo' });
  });

  it('tells branches from other names, and ancestors from strangers', async () => {
    expect(await repository.isBranch('main')).toBe(true);
    expect(await repository.isBranch('v1')).toBe(false);
    expect(
      await repository.contains({ ancestor: 'f'.repeat(40), commit: head }),
    ).toBe(false);
  });
});
