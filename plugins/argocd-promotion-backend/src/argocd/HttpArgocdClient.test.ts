import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { HttpArgocdClient } from './HttpArgocdClient';

const key = { namespace: 'argocd', name: 'a', project: 'shop' };

describe('HttpArgocdClient', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (
    handler: (request: IncomingMessage, response: ServerResponse) => void,
    credentials: { token: string } | { username: string; password: string } = {
      token: 'secret',
    },
  ) => {
    const server = createServer(handler);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const client = HttpArgocdClient.fromConfig(
      {
        name: 'main',
        url: `http://127.0.0.1:${
          (server.address() as AddressInfo).port
        }/prefix`,
        credentials,
        skipTlsVerify: false,
        headers: { 'x-extra': 'yes' },
      },
      { timeoutMs: 300 },
    );
    stops.push(
      () => new Promise(resolve => server.close(resolve)),
      async () => server.closeAllConnections(),
      () => client.close(),
    );
    return client;
  };

  it('encodes names, and refuses those that would walk to another endpoint', async () => {
    const urls: string[] = [];
    const client = await start((request, response) => {
      urls.push(`${request.url}`);
      response.end('{}');
    });
    await client.getResourceTree({ ...key, name: '../projects?x' });
    expect(urls).toEqual([
      '/prefix/api/v1/applications/..%2Fprojects%3Fx/resource-tree?appNamespace=argocd&project=shop',
    ]);
    await expect(
      client.getResourceTree({ ...key, name: '..' }),
    ).rejects.toThrow(/not a name/);
    expect(urls).toHaveLength(1);
  });

  it('reads rendered manifests at the revisions of single and several sources, bounded', async () => {
    const queries: Array<string | null | string[]> = [];
    let answer = JSON.stringify({ manifests: ['{"kind":"Service"}'] });
    const client = await start((request, response) => {
      const { searchParams } = new URL(`${request.url}`, 'http://a');
      queries.push([
        ...searchParams.getAll('revision'),
        ...searchParams.getAll('revisions'),
        ...searchParams.getAll('sourcePositions'),
      ]);
      response.end(answer);
    });
    expect(await client.getManifests(key)).toEqual([{ kind: 'Service' }]);
    await client.getManifests(key, { revisions: [{ revision: 'c1' }] });
    await client.getManifests(key, {
      revisions: [
        { position: 1, revision: '2.0.0' },
        { position: 3, revision: 'c2' },
      ],
    });
    expect(queries).toEqual([[], ['c1'], ['2.0.0', 'c2', '1', '3']]);
    answer = JSON.stringify({ manifests: null });
    expect(await client.getManifests(key)).toEqual([]);
    answer = JSON.stringify({ manifests: ['no JSON'] });
    await expect(client.getManifests(key)).rejects.toThrow(/manifests/);
    await expect(client.getManifests(key, { maxBytes: 10 })).rejects.toThrow(
      /more than 10 bytes/,
    );
  });

  it('lists Applications with what Argo CD leaves out of a list trimmed by fields', async () => {
    const item = {
      metadata: { name: 'a', namespace: 'argocd', resourceVersion: '7' },
      spec: { project: 'shop' },
      status: {
        sync: { status: 'Synced', revision: 'abc' },
        operationState: { phase: 'Succeeded', message: 'done' },
        history: [{ id: 1, revision: 'abc' }],
      },
    };
    const client = await start((request, response) => {
      const trimmed = new URL(`http://h${request.url}`).searchParams.has(
        'fields',
      );
      const { metadata, spec, status } = item;
      response.end(
        JSON.stringify({
          metadata: { resourceVersion: '9' },
          items: [
            trimmed
              ? {
                  metadata: { name: metadata.name },
                  spec,
                  status: { sync: { status: status.sync.status } },
                }
              : item,
          ],
        }),
      );
    });
    const found: unknown[] = [];
    await client.listApplications(application => found.push(application));
    expect(found).toMatchObject([item]);
  });

  it('sends a content type with every write, and its headers', async () => {
    const seen: IncomingMessage[] = [];
    const client = await start((request, response) => {
      seen.push(request);
      response.end('{}');
    });
    await client.sync(key, { revision: 'abc' });
    expect(seen[0].headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer secret',
      'x-extra': 'yes',
    });
  });

  it.each<[string, (response: ServerResponse) => void, string, RegExp]>([
    [
      '403',
      r => r.writeHead(403).end('{"message":"permission denied"}'),
      'NotAllowedError',
      /permission denied/,
    ],
    [
      '404',
      r => r.writeHead(404).end('Not Found\n'),
      'NotFoundError',
      /Not Found/,
    ],
    [
      '500 in HTML',
      r => r.writeHead(500).end('<html>'),
      'ServiceUnavailableError',
      /answered 500$/,
    ],
    [
      '200 in HTML',
      r => r.end('<html>'),
      'ServiceUnavailableError',
      /not JSON/,
    ],
    [
      'a redirect',
      r => r.writeHead(307, { location: '/x' }).end(),
      'ServiceUnavailableError',
      /307/,
    ],
    [
      'silence',
      () => undefined,
      'ServiceUnavailableError',
      /no answer in time/,
    ],
    ['a cut', r => r.destroy(), 'ServiceUnavailableError', /cut/],
    [
      'half an answer',
      r => r.writeHead(200).write('{'),
      'ServiceUnavailableError',
      /no answer in time/,
    ],
  ])(
    'tells %s as what it is, without address and token',
    async (_, answer, name, message) => {
      const client = await start((_request, response) => answer(response));
      const error = await client.getResourceTree(key).catch(e => e);
      expect(error).toMatchObject({
        name,
        message: expect.stringMatching(message),
      });
      expect(error.message).not.toMatch(/127\.0\.0\.1|secret/);
    },
  );

  it('logs in once for all who wait, and once more when the session is no longer accepted', async () => {
    let logins = 0;
    let accepted = 'session-1';
    const client = await start(
      (request, response) => {
        if (request.url?.endsWith('/session')) {
          logins += 1;
          response.end(JSON.stringify({ token: `session-${logins}` }));
        } else if (request.headers.authorization === `Bearer ${accepted}`)
          response.end('{}');
        else response.writeHead(401).end('{"message":"token is expired"}');
      },
      { username: 'u', password: 'p' },
    );
    const all = () =>
      Promise.all([1, 2, 3, 4].map(() => client.getResourceTree(key)));
    await all();
    expect(logins).toBe(1);
    accepted = 'session-2';
    await all();
    expect(logins).toBe(2);
  });
});
