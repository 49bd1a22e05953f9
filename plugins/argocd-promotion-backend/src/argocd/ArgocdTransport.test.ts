import {
  createServer,
  IncomingMessage,
  RequestListener,
  Server,
  ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { InstanceConfig } from '../config/types';
import { until } from '../__testUtils__/until';
import { ArgocdTransport, TransportOptions } from './ArgocdTransport';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function transportTo(
  url: string,
  config: Partial<InstanceConfig> = {},
  options: Partial<TransportOptions> = {},
): ArgocdTransport {
  const transport = new ArgocdTransport({
    config: {
      name: 'main',
      url,
      credentials: { token: 'configured-token' },
      skipTlsVerify: false,
      headers: {},
      ...config,
    },
    timeoutMs: 5_000,
    random: () => 0,
    ...options,
  });
  stops.push(() => transport.close());
  return transport;
}

async function start(
  handler: RequestListener,
  config: Partial<InstanceConfig> = {},
  options: Partial<TransportOptions> = {},
): Promise<ArgocdTransport> {
  const port = await listen(createServer(handler));
  return transportTo(`http://127.0.0.1:${port}`, config, options);
}

const version = { path: ['version'] };

describe('requests', () => {
  it('reuses connections, and opens no more than allowed at once', async () => {
    const ports = new Set<number | undefined>();
    let now = 0;
    let most = 0;
    const transport = await start(
      async (request, response) => {
        ports.add(request.socket.remotePort);
        now += 1;
        most = Math.max(most, now);
        // The first to come wait for as many as can come at once.
        if (ports.size < 3) await until(() => (most < 3 ? undefined : true));
        now -= 1;
        response.end('{}');
      },
      {},
      { connections: 3 },
    );
    await Promise.all(
      Array.from({ length: 40 }, () => transport.json(version)),
    );
    expect(most).toBe(3);
    expect(ports.size).toBe(3);
  });

  it('leaves connections for the watch when viewers use all of theirs', async () => {
    const transport = await start(
      (request, response) => {
        if (request.url !== '/api/slow') response.end('{"Version":"v3"}');
      },
      {},
      { connections: 1 },
    );
    const slow = transport.json({ path: ['slow'] }).catch(error => error);
    await expect(
      transport.json({ ...version, lane: 'watch' }),
    ).resolves.toEqual({ Version: 'v3' });
    await transport.close();
    expect(await slow).toMatchObject({ name: 'ServiceUnavailableError' });
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['a gateway that is about to be back', r => r.writeHead(503).end()],
    ['a connection that is cut', r => r.destroy()],
  ])('reads once more after %s', async (_, fail) => {
    let asked = 0;
    const transport = await start((_request, response) => {
      asked += 1;
      if (asked < 3) fail(response);
      else response.end('{"ok":true}');
    });
    expect(await transport.json(version)).toEqual({ ok: true });
    expect(asked).toBe(3);
  });

  it('gives up after three attempts, and does not wait for a server that asks for long', async () => {
    let asked = 0;
    let headers: Record<string, string> = {};
    const transport = await start((_request, response) => {
      asked += 1;
      response.writeHead(429, headers).end('{"message":"slow down"}');
    });
    await expect(transport.json(version)).rejects.toThrow(/429: slow down/);
    expect(asked).toBe(3);
    headers = { 'retry-after': '3600' };
    await expect(transport.json(version)).rejects.toThrow(/429/);
    expect(asked).toBe(4);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['an answer of 503', r => r.writeHead(503).end()],
    ['a cut', r => r.destroy()],
  ])('sends a write once, whatever comes of it: %s', async (_, fail) => {
    let asked = 0;
    const transport = await start((_request, response) => {
      asked += 1;
      fail(response);
    });
    await expect(
      transport.json({ ...version, method: 'POST', body: {} }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    expect(asked).toBe(1);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'says with %s that it sends JSON, body or not',
    async method => {
      const seen: Array<string | undefined> = [];
      const transport = await start((request, response) => {
        seen.push(request.headers['content-type']);
        response.end('{}');
      });
      await transport.json({ ...version, method });
      await transport.json({ ...version, method, body: {} });
      expect(seen).toEqual(['application/json', 'application/json']);
    },
  );

  it('stops at its deadline, retries and all', async () => {
    const transport = await start((_request, response) => {
      response.writeHead(503, { 'retry-after': '1' }).end('{"message":"busy"}');
    });
    const begin = Date.now();
    await expect(
      transport.json({ ...version, timeoutMs: 100 }),
    ).rejects.toThrow(/busy/);
    expect(Date.now() - begin).toBeLessThan(900);
  });

  it('does not read further in a body that is too large, be it compressed', async () => {
    const small = { maxBodyBytes: 100_000 };
    const endless = await start(
      (_request, response) => {
        const more = () => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      },
      {},
      small,
    );
    await expect(endless.json(version)).rejects.toThrow(/more than 100000/);
    const bomb = await start(
      (_request, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(50_000_000, 32))),
      {},
      small,
    );
    await expect(bomb.json(version)).rejects.toThrow(/more than 100000/);
  });

  it('tells of every request what it was and what came of it', async () => {
    const finished: unknown[] = [];
    const transport = await start(
      (request, response) =>
        request.method === 'GET'
          ? response.end('{}')
          : response.writeHead(403).end(),
      {},
      { onRequest: request => finished.push(request) },
    );
    await transport.json({ ...version, operation: 'GetVersion' });
    await expect(
      transport.json({ ...version, method: 'POST' }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
    const common = { instance: 'main', durationMs: expect.any(Number) };
    expect(finished).toEqual([
      { ...common, operation: 'GetVersion', method: 'GET', status: 200 },
      { ...common, operation: 'other', method: 'POST', status: 403 },
    ]);
  });

  it('ends the answer when nobody reads on', async () => {
    let closed = false;
    const transport = await start((_request, response) => {
      response.on('close', () => (closed = true));
      response.write('1\n');
    });
    for await (const chunk of await transport.stream(version)) {
      expect(Buffer.from(chunk).toString()).toBe('1\n');
      break;
    }
    await until(() => (closed ? true : undefined));
  });
});

describe('credentials', () => {
  const account = { username: 'backstage', password: 'correct horse' };
  const isLogin = ({ url }: IncomingMessage) => url === '/api/v1/session';

  it('does not try refused credentials again at once, whoever asks', async () => {
    let logins = 0;
    const transport = await start(
      (request, response) => {
        if (isLogin(request)) logins += 1;
        response
          .writeHead(401)
          .end('{"message":"Invalid username or password"}');
      },
      { credentials: account },
    );
    for (let i = 0; i < 3; i += 1)
      await Promise.all(
        [1, 2, 3].map(() =>
          expect(transport.json(version)).rejects.toThrow(
            /Invalid username or password/,
          ),
        ),
      );
    expect(logins).toBe(1);
  });

  it('does not log in at every call when a fresh session is refused too', async () => {
    let logins = 0;
    const transport = await start(
      (request, response) => {
        if (isLogin(request)) {
          logins += 1;
          response.end(`{"token":"session-${logins}"}`);
        } else response.writeHead(401).end('{"message":"no"}');
      },
      { credentials: account },
    );
    for (let i = 0; i < 5; i += 1)
      await expect(transport.json(version)).rejects.toThrow(/401: no/);
    expect(logins).toBe(2);
  });

  it('lets a call end at its own deadline while the login that all share goes on', async () => {
    let answer = () => {};
    const transport = await start(
      (request, response) => {
        if (isLogin(request)) answer = () => response.end('{"token":"s-1"}');
        else response.end(JSON.stringify(request.headers.authorization));
      },
      { credentials: account },
    );
    const patient = transport.json(version);
    await expect(transport.json({ ...version, timeoutMs: 50 })).rejects.toThrow(
      /no answer in time/,
    );
    answer();
    expect(await patient).toBe('Bearer s-1');
  });
});

describe('certificates', () => {
  let secure: { private: string; cert: string };
  beforeAll(() => {
    secure = generate([{ name: 'commonName', value: 'localhost' }], {
      days: 2,
      keySize: 2048,
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
  });
  const startTls = async () =>
    `https://127.0.0.1:${await listen(
      createTlsServer({ key: secure.private, cert: secure.cert }, (_, r) =>
        r.end('{}'),
      ),
    )}`;

  it('trusts the CA or skips the check for one Instance, and for no other', async () => {
    const url = await startTls();
    const untrusted = /its certificate is not trusted .* caFile/;
    const strict = transportTo(url);
    await expect(strict.json(version)).rejects.toThrow(untrusted);
    const trusting = transportTo(url, { ca: secure.cert });
    expect(await trusting.json(version)).toEqual({});
    const careless = transportTo(url, { skipTlsVerify: true });
    expect(await careless.json(version)).toEqual({});
    await expect(strict.json(version)).rejects.toThrow(untrusted);
    await expect(transportTo(url).json(version)).rejects.toThrow(untrusted);
  });

  describe('behind a proxy', () => {
    const saved = { ...process.env };
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
    const unset = () => {
      for (const name of names) {
        delete process.env[name];
        delete process.env[name.toLowerCase()];
      }
    };
    beforeEach(unset);
    afterEach(() => {
      unset();
      Object.assign(process.env, saved);
    });

    const startProxy = async () => {
      const passed: string[] = [];
      const server = createServer((request, response) => {
        passed.push(`${request.method} ${request.url}`);
        response.end('{"by":"proxy"}');
      });
      server.on('connect', (request, client) => {
        passed.push(`CONNECT ${request.url}`);
        const [host, port] = `${request.url}`.split(':');
        const upstream = connect(Number(port), host, () => {
          client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          upstream.pipe(client).pipe(upstream);
        });
        const end = () => {
          upstream.destroy();
          client.destroy();
        };
        upstream.on('error', end).on('close', end);
        client.on('error', end).on('close', end);
        stops.push(async () => end());
      });
      const port = await listen(server);
      return { passed, url: `http://127.0.0.1:${port}` };
    };

    it('reaches an https Instance through the tunnel, with its own trust', async () => {
      const proxy = await startProxy();
      const url = await startTls();
      process.env.HTTPS_PROXY = proxy.url;
      const trusting = transportTo(url, { ca: secure.cert });
      expect(await trusting.json(version)).toEqual({});
      expect(proxy.passed).toEqual([`CONNECT ${new URL(url).host}`]);
      await expect(transportTo(url).json(version)).rejects.toThrow(
        /not trusted/,
      );
    });

    it('hands plain http to the proxy, but not for hosts that need none', async () => {
      const proxy = await startProxy();
      process.env.HTTP_PROXY = proxy.url;
      const far = transportTo('http://argocd.example/prefix');
      expect(await far.json(version)).toEqual({ by: 'proxy' });
      expect(proxy.passed).toEqual([
        'GET http://argocd.example/prefix/api/version',
      ]);
      process.env.NO_PROXY = '127.0.0.1,.internal';
      const near = await start((_, response) => response.end('{"by":"self"}'));
      expect(await near.json(version)).toEqual({ by: 'self' });
      expect(proxy.passed).toHaveLength(1);
    });
  });
});

describe('what the Instance says', () => {
  it('is passed on without secrets, tokens and addresses, in whatever form they come back', async () => {
    const credentials = { username: 'backstage', password: 'pa"ss/word+1' };
    const headers = { 'x-api-key': 'key-of-the-gateway' };
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    let host = '';
    const transport = await start(
      (request, response) => {
        host = `${request.headers.host}`;
        if (request.url === '/api/v1/session') {
          response.end('{"token":"opaque-session-1"}');
          return;
        }
        const echo = [
          `${request.headers['x-api-key']} ${request.headers.authorization}`,
          encodeURIComponent(credentials.password),
          JSON.stringify(credentials.password),
          Buffer.from(credentials.password).toString('base64'),
          `other ${jwt} at https://u:p@inner.example/path?q=1 and ${host}`,
        ].join(' | ');
        response
          .writeHead(400)
          .end(JSON.stringify({ message: `not permitted: ${echo}` }));
      },
      { credentials, headers },
    );
    const error: Error = await transport.json<Error>(version).catch(e => e);
    expect(error.message).toMatch(/answered 400: not permitted: \*\*\*/);
    for (const secret of [
      'pa"ss',
      'word+1',
      encodeURIComponent(credentials.password),
      Buffer.from(credentials.password).toString('base64'),
      'key-of-the-gateway',
      'opaque-session',
      jwt.slice(0, 12),
      'inner.example',
      host,
    ])
      expect(error.message).not.toContain(secret);
  });
});
