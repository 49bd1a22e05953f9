import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { digestOf } from '../__testUtils__/samples';
import { Evidence } from './Evidence';
import { HttpGate } from './HttpGate';

describe('the HTTP gate', () => {
  let server: Server;
  let origin: string;
  let now = 0;
  const asked: Array<{ url?: string; token?: string | string[] }> = [];
  let answer: (url: string) => { status: number; body: string };
  let found: string[];
  let evidence: Evidence;

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push({ url: request.url, token: request.headers['x-token'] });
      const { status, body } = answer(request.url ?? '');
      response.writeHead(status).end(body);
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));
  beforeEach(() => {
    asked.length = 0;
    found = [];
    now = 0;
    evidence = new Evidence({
      logger: mockServices.logger.mock(),
      onFound: entityRef => found.push(entityRef),
      now: () => new Date(now),
    });
  });

  const look = (config: Record<string, unknown>) =>
    new HttpGate({ evidence }).evaluate({
      config,
      entityRef: 'component:default/a b',
      environment: 'prod',
      from: 'staging',
      release: {
        id: 'r1',
        images: [{ repository: 'shop/a', digest: digestOf('1') }],
      },
    } as unknown as GateContext);

  it('asks once in an interval, passes by its expression, and tells pages when the answer changes', async () => {
    let ready = false;
    answer = () => ({ status: 200, body: JSON.stringify({ ready, open: 3 }) });
    const config = {
      title: 'Change calendar',
      url: `${origin}/check/{name}/{environment}?digest={digest}`,
      headers: { 'x-token': 'geheim' },
      expression: 'body.ready && body.open < 5',
      interval: { seconds: 10 },
    };
    expect(look(config)).toMatchObject({
      title: 'Change calendar',
      state: 'pending',
      reason: expect.stringContaining('is being asked'),
    });
    look(config);
    await evidence.settled();
    expect(asked).toEqual([
      {
        url: `/check/a%20b/prod?digest=${encodeURIComponent(digestOf('1'))}`,
        token: 'geheim',
      },
    ]);
    expect(found).toEqual(['component:default/a b']);
    expect(look(config)).toMatchObject({
      state: 'pending',
      reason: expect.stringContaining(
        'answered 200, and body.ready && body.open < 5 does not hold',
      ),
    });

    ready = true;
    now = 10_000;
    look(config);
    await evidence.settled();
    expect(look(config).state).toBe('passed');
    expect(asked).toHaveLength(2);
    expect(found).toHaveLength(2);
    now = 20_000;
    look(config);
    await evidence.settled();
    expect(found).toHaveLength(2);
    expect(JSON.stringify(look(config))).not.toContain('geheim');
  });

  it('asks for status 200 when it has no expression', async () => {
    answer = url => ({ status: url === '/yes' ? 200 : 503, body: 'busy' });
    for (const path of ['/yes', '/no']) look({ url: origin + path });
    await evidence.settled();
    expect(look({ url: `${origin}/yes` }).state).toBe('passed');
    expect(look({ url: `${origin}/no` }).state).toBe('pending');
  });

  it.each([
    ['an address that nobody serves', 'http://127.0.0.1:1/', /does not answer/],
    ['an answer without end', undefined, /larger than 256 KB/],
  ])('is pending, never passed, with %s', async (_, url, reason) => {
    answer = () => ({ status: 200, body: 'x'.repeat(300 * 1024) });
    const config = { url: url ?? origin };
    look(config);
    await evidence.settled();
    expect(look(config)).toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(reason),
    });
  });

  it.each([
    [{}, /no 'url'/],
    [{ url: 'ftp://x' }, /http:\/\/ or https:\/\//],
    [{ url: 'http://x/{moon}' }, /\{moon\}.*\{environment\}/],
  ])('refuses the configuration %j', (config, message) => {
    expect(() => look(config)).toThrow(message);
  });

  it.each([
    ['body.none == 1', /none/],
    ['1 +', /1 \+/],
    ['status', /no yes or no/],
  ])(
    'says what is wrong with the expression %s',
    async (expression, message) => {
      answer = () => ({ status: 200, body: '{}' });
      const config = { url: origin, expression };
      look(config);
      await evidence.settled();
      expect(() => look(config)).toThrow(message);
    },
  );
});
