import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import express from 'express';
import { createAuditLog } from '../__testUtils__/auditLog';
import { until } from '../__testUtils__/until';
import { HttpArgocdClient } from '../argocd/HttpArgocdClient';
import { parseApplication } from '../argocd/parseApplication';
import { DeployedApplication, ResolvedPipeline } from '../deployments/types';
import { AnswerBounds } from '../proxy/maskedAnswer';
import { ArgocdPassage } from '../proxy/ArgocdPassage';
import { createProxyRouter } from './createProxyRouter';

jest.setTimeout(30_000);

const VALUE = 'c2VjcmV0LXZhbHVl';
const entity = '/v1/entities/component/default/checkout';
const api = `${entity}/proxy/main/api/v1/applications`;

function deployed(name: string, namespace: string): DeployedApplication {
  const application = parseApplication({
    metadata: { name, namespace },
    spec: { project: 'shop' },
    status: { sync: { revision: 'abc' } },
  });
  if (!application) throw new Error('that is no Application');
  return {
    instance: 'main',
    application,
    binding: { kind: 'proof', reason: 'its label' },
    images: [],
  };
}

/** One environment of which everything may be read. */
const pipeline = {
  entityRef: 'component:default/checkout',
  pipeline: { name: 'default', environments: [] },
  deployments: [
    {
      entityRef: 'component:default/checkout',
      environment: { name: 'dev' },
      applications: [
        deployed('checkout', 'argocd'),
        deployed('twin', 'team-a'),
        deployed('twin', 'team-b'),
        deployed('apart', 'team-b'),
      ],
    },
  ],
  problems: [],
  lookedFor: [],
} as unknown as ResolvedPipeline;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('the passage to a hostile Argo CD', () => {
  const stops: Array<() => Promise<unknown> | unknown> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const listen = async (listener: Answer) => {
    const server = createServer(listener);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  };

  const start = async (
    answer: Answer,
    options: { bounds?: Partial<AnswerBounds>; deadlineMs?: number } = {},
  ) => {
    const requests: string[] = [];
    const argocd = await listen((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    const client = HttpArgocdClient.fromConfig({
      name: 'main',
      url: `http://127.0.0.1:${argocd}`,
      credentials: { token: 'hidden-token' },
      skipTlsVerify: false,
      headers: {},
    });
    stops.push(() => client.close());
    const { audit, factory: _ } = createAuditLog();
    const httpAuth = mockServices.httpAuth();
    const credentials = mockCredentials.user();
    const app = express();
    app.use(
      createProxyRouter({
        load: {
          pipeline: async () => ({
            pipeline,
            credentials,
            entity: {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: { name: 'checkout' },
            },
          }),
        },
        passage: new ArgocdPassage({
          client: name => (name === 'main' ? client : undefined),
          ...(options.bounds ? { bounds: options.bounds } : {}),
        }),
        httpAuth,
        auditor: mockServices.auditor.mock({
          createEvent: async ({ eventId }) => ({
            success: async () =>
              audit({ eventId, status: 'succeeded', meta: {} }),
            fail: async ({ error }) =>
              audit({
                eventId,
                status: 'failed',
                meta: {},
                error: error.message,
              }),
          }),
        }),
        ...(options.deadlineMs ? { deadlineMs: options.deadlineMs } : {}),
      }),
    );
    app.use(mockErrorHandler());
    const port = await listen(app);
    return {
      requests,
      audit,
      port,
      get: (path: string) => fetch(`http://127.0.0.1:${port}${path}`),
    };
  };
  const json =
    (body: unknown): Answer =>
    (_, response) =>
      response
        .writeHead(200, {
          'content-type': 'application/json',
          'set-cookie': 'argocd.token=hidden-token',
          'x-internal': 'argocd-server-0',
          location: 'http://internal.example.com',
        })
        .end(JSON.stringify(body));

  it('masks Secrets that it sends bare', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', data: { a: VALUE } };
    const bare = JSON.stringify(secret);
    const { get } = await start((request, response) => {
      const [, below] = /checkout(\/[a-z-]*)?\?/.exec(request.url ?? '') ?? [];
      json(
        {
          '/managed-resources': {
            items: [
              {
                kind: 'Secret',
                name: 'a',
                liveState: bare,
                targetState: bare,
                normalizedLiveState: bare,
                predictedLiveState: bare,
              },
            ],
          },
          '/manifests': { manifests: [bare] },
          '/resource-tree': {
            nodes: [
              {
                kind: 'Secret',
                version: 'v1',
                namespace: 'n',
                name: 'a',
                uid: 'u',
              },
            ],
          },
          '/resource': { manifest: JSON.stringify({ data: { a: VALUE } }) },
          '/events': { items: [{ involvedObject: secret }] },
        }[below ?? ''] ?? { metadata: { annotations: { a: bare } } },
      )(request, response);
    });
    for (const path of [
      '',
      '/managed-resources',
      '/manifests',
      '/events',
      '/resource?kind=Secret&resourceName=a&namespace=n',
    ]) {
      const response = await get(`${api}/checkout${path}`);
      const text = await response.text();
      expect([path, response.status]).toEqual([path, 200]);
      expect(text).toContain('++++++++');
      expect(text).not.toContain(VALUE);
    }
  });

  it('brings back no header of its, and no status but of ours', async () => {
    const { get } = await start(json({}));
    const response = await get(`${api}/checkout`);
    expect(
      [...response.headers.keys()].filter(
        name =>
          !['connection', 'date', 'keep-alive', 'transfer-encoding'].includes(
            name,
          ),
      ),
    ).toEqual([
      'cache-control',
      'content-type',
      'x-content-type-options',
      'x-powered-by',
    ]);
  });

  it.each<[string, Answer, number]>([
    [
      'HTML',
      (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      503,
    ],
    ['a script as JSON', (_, r) => r.end('"<script>"'), 503],
    [
      'a redirect',
      (_, r) => r.writeHead(307, { location: '/api/v1/settings' }).end(),
      503,
    ],
    [
      '401',
      (_, r) => r.writeHead(401).end('{"message":"token is expired"}'),
      503,
    ],
    [
      '403',
      (_, r) => r.writeHead(403).end('{"message":"permission denied"}'),
      403,
    ],
    [
      '500',
      (_, r) =>
        r.writeHead(500).end('{"message":"failed at http://u:p@git.internal"}'),
      503,
    ],
    ['a cut connection', (_, r) => r.destroy(), 503],
    [
      'half an answer',
      (_, r) => {
        r.writeHead(200, { 'content-length': 100 }).write('{');
        setImmediate(() => r.destroy());
      },
      503,
    ],
    ['gzip that nobody asked for', (_, r) => r.end(gzipSync('{}')), 503],
  ])('answers %s as an error of ours', async (_, answer, status) => {
    const { get, requests } = await start(answer);
    const response = await get(`${api}/checkout`);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(text).not.toMatch(/hidden-token|u:p@|127\.0\.0\.1|<html>/);
    // No redirect is followed; a reading that was cut may be tried again, a few times.
    expect([...new Set(requests)]).toEqual([
      '/api/v1/applications/checkout?appNamespace=argocd&project=shop',
    ]);
    expect(requests.length).toBeLessThan(4);
  });

  it('asks for the Application in its own namespace, and never guesses between two', async () => {
    const { get, requests } = await start(json({ nodes: [] }));
    expect((await get(`${api}/twin`)).status).toBe(400);
    expect((await get(`${api}/twin?appNamespace=argocd`)).status).toBe(404);
    expect((await get(`${api}/apart?appNamespace=argocd`)).status).toBe(404);
    expect(requests).toEqual([]);
    await get(`${api}/twin/resource-tree?appNamespace=team-b`);
    await get(`${api}/apart/links`);
    await get(`${api}/apart/revisions/abc/metadata?sourceIndex=0`);
    expect(requests).toEqual([
      '/api/v1/applications/twin/resource-tree?appNamespace=team-b&project=shop',
      '/api/v1/applications/apart/links?namespace=team-b&project=shop',
      '/api/v1/applications/apart/revisions/abc/metadata?appNamespace=team-b&project=shop&sourceIndex=0',
    ]);
  });

  it('takes no orphan for a part of the Application', async () => {
    const pod = { kind: 'Pod', name: 'stray', namespace: 'n' };
    const { get, requests } = await start(
      json({ nodes: [], orphanedNodes: [pod] }),
    );
    const { status } = await get(
      `${api}/checkout/logs?podName=stray&namespace=n`,
    );
    expect(status).toBe(404);
    const tree = await get(`${api}/checkout/resource-tree`);
    expect(await tree.json()).toEqual({ nodes: [] });
    expect(requests.join()).not.toContain('logs');
  });

  /** Sends items for ever, as fast as they are taken; tells how many bytes were taken. */
  const endless = (sent: { bytes: number; closed: boolean }): Answer =>
    function endlessAnswer(_, response) {
      const item = `{"kind":"ConfigMap","name":"${'x'.repeat(10_000)}"},`;
      response.on('close', () => {
        sent.closed = true;
      });
      response.write('{"items":[');
      const more = () => {
        while (!response.destroyed && !sent.closed) {
          sent.bytes += item.length;
          if (!response.write(item)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };

  it('cuts off what is too large, so that it does not look complete', async () => {
    const sent = { bytes: 0, closed: false };
    const { get, audit } = await start(endless(sent), {
      bounds: { maxBytes: 1_000_000 },
    });
    const response = await get(`${api}/checkout/managed-resources`);
    await expect(response.text()).rejects.toThrow();
    await until(() => (sent.closed ? true : undefined));
    await until(() => audit.mock.calls[0]);
    expect(audit.mock.calls[0][0]).toMatchObject({ status: 'failed' });
  });

  it('refuses one value that is too large before anything is sent', async () => {
    const { get } = await start(json({ a: 'x'.repeat(5_000) }), {
      bounds: { maxItemBytes: 1_000 },
    });
    const response = await get(`${api}/checkout`);
    expect(response.status).toBe(503);
    expect((await response.json()).error.message).toContain('1000 bytes');
  });

  it('reads no faster than the browser does, and stops when it has left', async () => {
    const sent = { bytes: 0, closed: false };
    const { port, audit } = await start(endless(sent), {
      bounds: { maxBytes: 1e9 },
    });
    const browser = connect(port, '127.0.0.1');
    browser.write(
      `GET ${api}/checkout/managed-resources HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    browser.pause();
    // The buffers of sockets fill, and then nothing moves.
    const stands = await until(async () => {
      const before = sent.bytes;
      await new Promise(resolve => setTimeout(resolve, 300));
      return before > 0 && sent.bytes === before ? before : undefined;
    }, 20_000);
    expect(stands).toBeLessThan(64 * 1024 * 1024);
    expect(sent.closed).toBe(false);
    browser.destroy();
    await until(() => (sent.closed ? true : undefined));
    await until(() => audit.mock.calls[0]);
  });

  it.each<[string, Answer]>([
    ['that never comes', () => {}],
    ['that stops after its beginning', (_, r) => r.write('{"items":[')],
  ])('ends the waiting for an answer %s', async (_, answer) => {
    const { get } = await start(answer, { deadlineMs: 300 });
    const response = await get(`${api}/checkout/managed-resources`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('no answer in time');
  });

  it('cancels what the browser no longer waits for', async () => {
    let cancelled = false;
    const { port, requests } = await start((_, response) =>
      response.on('close', () => {
        cancelled = true;
      }),
    );
    const browser = connect(port, '127.0.0.1');
    browser.write(`GET ${api}/checkout HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => requests[0]);
    browser.destroy();
    expect(await until(() => (cancelled ? true : undefined))).toBe(true);
  });

  it('lets only a few wait on one Instance at once, and the next in when one has ended', async () => {
    const open: ServerResponse[] = [];
    const { get, requests } = await start((_, response) => open.push(response));
    const answers = Array.from({ length: 6 }, () => get(`${api}/checkout`));
    await until(() => (requests.length === 4 ? true : undefined));
    expect(requests.length).toBe(4);
    for (let i = 0; i < 6; i += 1) {
      const response = await until(() => open[i]);
      response.end('{}');
    }
    for (const answer of answers) expect((await answer).status).toBe(200);
  });
});
