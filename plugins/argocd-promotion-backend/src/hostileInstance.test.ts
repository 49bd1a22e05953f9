import { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import {
  coreServices,
  createServiceFactory,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { InstanceView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { RecordedArgocd } from './__testUtils__/RecordedArgocd';
import {
  component,
  startPlugin,
  threeEnvironments,
} from './__testUtils__/startPlugin';
import { until } from './__testUtils__/until';

jest.setTimeout(60_000);

const GIGABYTE = 2 ** 30;
const route = '/v1/entities/component/default/checkout';
const isList = ({ url = '' }: IncomingMessage) =>
  url.split('?')[0] === '/api/v1/applications';

/** So many bytes of one letter, as fast as they are taken, without ever standing in memory. */
function* letters(bytes: number, letter = 'a'): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, letter);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}
function* json(
  before: string,
  bytes: number,
  letter?: string,
): Generator<Buffer> {
  yield Buffer.from(before);
  yield* letters(bytes, letter);
}

const SECRETS = {
  token: 'token-of-the-instance-1',
  header: 'key-of-the-gateway-2',
  password: 'pass/word+of"the account-3',
  session: 'opaque-session-token-4',
  registry: 'password-of-the-registry-5',
  git: 'password-of-the-git-server-6',
};

describe('an Instance that means no good', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (options: {
    intercept: RecordedArgocd['intercept'];
    url?: (url: string) => string;
    credentials?: Record<string, string>;
  }) => {
    const [main, other] = await Promise.all([
      RecordedArgocd.start(),
      RecordedArgocd.start(),
    ]);
    stops.push(
      () => main.close(),
      () => other.close(),
    );
    other.intercept = options.intercept;
    const said: string[] = [];
    const say = (message: string, meta?: unknown) =>
      void said.push(
        `${message} ${
          meta instanceof Error ? meta.stack : JSON.stringify(meta)
        }`,
      );
    const logger: LoggerService = {
      child: () => logger,
      error: say,
      warn: say,
      info: say,
      debug: say,
    };
    const plugin = await startPlugin({
      argocdPromotion: {
        environments: threeEnvironments,
        registries: [
          { host: 'r.example', username: 'u', password: SECRETS.registry },
        ],
        gitServers: [
          { host: 'g.example', username: 'u', password: SECRETS.git },
        ],
        instances: [
          { name: 'main', url: main.url, token: 't' },
          {
            name: 'other',
            url: options.url?.(other.url) ?? other.url,
            ...(options.credentials ?? { token: SECRETS.token }),
            headers: { 'x-api-key': SECRETS.header },
          },
        ],
      },
      entities: [component('checkout')],
      features: [
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => logger,
        }),
      ],
    });
    stops.push(plugin.stop);
    const instance = async (name: string): Promise<InstanceView> => {
      const { body } = await plugin.get('/v1/instances');
      return body.items.find((item: InstanceView) => item.name === name);
    };
    const view = async () => {
      const { body } = await plugin.get(route);
      return (body.environments ?? []).flatMap(
        ({ applications }: { applications: object[] }) => applications,
      );
    };
    await until(async () =>
      (await view()).length > 0 && !(await instance('main')).staleSince
        ? true
        : undefined,
    );
    return { plugin, other, said, instance, view };
  };

  const answerList =
    (
      send: (response: ServerResponse) => void,
    ): NonNullable<RecordedArgocd['intercept']> =>
    (request, response) => {
      if (!isList(request)) return false;
      send(response);
      return true;
    };
  const pour = (source: Iterable<Buffer>) => (response: ServerResponse) =>
    pipeline(Readable.from(source, { objectMode: false }), response, () => {});

  it.each<[string, NonNullable<RecordedArgocd['intercept']>, RegExp]>([
    [
      'an item of a gigabyte',
      answerList(pour(json('{"items":[{"metadata":{"name":"', GIGABYTE))),
      /item of the list is too large/,
    ],
    [
      'an answer without end that never becomes a list',
      answerList(pour(json('{"items":[', Infinity, ' '))),
      /holds too much that is no item/,
    ],
    [
      'a gigabyte that is a megabyte on the wire',
      answerList(response => {
        response.setHeader('content-encoding', 'gzip');
        pipeline(
          Readable.from(json('{"items":[{"x":"', GIGABYTE), {
            objectMode: false,
          }),
          createGzip({ level: 1 }),
          response,
          () => {},
        );
      }),
      /item of the list is too large/,
    ],
    [
      'an error without end',
      answerList(response => {
        response.writeHead(500);
        pour(letters(Infinity))(response);
      }),
      /answered 500/,
    ],
    [
      'a line of its stream without end',
      (request, response) => {
        if (!request.url?.startsWith('/api/v1/stream/applications'))
          return false;
        pour(json('{"result":{"x":"', Infinity))(response);
        return true;
      },
      /line of the stream is longer than/,
    ],
  ])(
    'costs no other anything with %s, and recovers by itself',
    async (_, intercept, reason) => {
      const { other, instance, view } = await start({ intercept });
      const { rss } = process.memoryUsage();
      let most = 0;
      const watching = setInterval(() => {
        most = Math.max(most, process.memoryUsage().rss - rss);
      }, 20);
      stops.push(async () => clearInterval(watching));
      await until(async () => {
        // While it pours, the other Instance's Applications are there and not stale.
        const applications = (await view()).filter(
          (application: { instance: string }) =>
            application.instance === 'main',
        );
        expect(applications.length).toBeGreaterThan(0);
        for (const application of applications)
          expect(application).not.toHaveProperty('staleSince');
        return reason.test((await instance('other')).staleReason ?? '')
          ? true
          : undefined;
      });
      // A body of a gigabyte in memory would show; what garbage there is at a time does not.
      expect(most).toBeLessThan(300 * 2 ** 20);
      other.intercept = undefined;
      await until(async () =>
        (await instance('other')).staleSince === undefined ? true : undefined,
      );
    },
  );

  /** What the Instance was sent, as it might tell it again. */
  const echo = ({ headers }: IncomingMessage) =>
    `${JSON.stringify(headers)} ${headers.authorization}`;
  const always =
    (
      answer: (request: IncomingMessage, response: ServerResponse) => void,
    ): NonNullable<RecordedArgocd['intercept']> =>
    (request, response) => {
      answer(request, response);
      return true;
    };

  it.each<
    [
      string,
      {
        intercept: RecordedArgocd['intercept'];
        url?: (url: string) => string;
        credentials?: Record<string, string>;
      },
    ]
  >([
    ['nothing is wrong', { intercept: undefined }],
    [
      'it refuses the token and says which',
      {
        intercept: always((request, response) =>
          response
            .writeHead(401)
            .end(JSON.stringify({ message: `no: ${echo(request)}` })),
        ),
      },
    ],
    [
      'its error tells the token',
      {
        intercept: always((request, response) =>
          response
            .writeHead(400)
            .end(JSON.stringify({ error: `bad: ${echo(request)}` })),
        ),
      },
    ],
    [
      'a page of a proxy shows the headers',
      {
        intercept: always((request, response) =>
          response.writeHead(502).end(`<html>${echo(request)}</html>`),
        ),
      },
    ],
    [
      'plain text shows the headers',
      {
        intercept: always((request, response) =>
          response.writeHead(500).end(echo(request)),
        ),
      },
    ],
    [
      'it redirects with the token in the address',
      {
        intercept: always((request, response) =>
          response
            .writeHead(302, {
              location: `https://evil.example/?token=${SECRETS.token}`,
            })
            .end(echo(request)),
        ),
      },
    ],
    [
      'its stream fails with the token',
      {
        intercept: (request, response) => {
          if (!request.url?.startsWith('/api/v1/stream')) return false;
          response.end(
            `${JSON.stringify({
              error: { message: echo(request), http_code: 500 },
            })}\n`,
          );
          return true;
        },
      },
    ],
    [
      'nobody listens',
      { intercept: undefined, url: () => 'http://127.0.0.1:1' },
    ],
    [
      'it does not speak TLS',
      {
        intercept: undefined,
        url: url => url.replace('http:', 'https:'),
      },
    ],
    [
      'the account is refused after a login',
      {
        credentials: { username: 'backstage', password: SECRETS.password },
        intercept: always((request, response) => {
          if (request.url === '/api/v1/session')
            response.end(JSON.stringify({ token: SECRETS.session }));
          else
            response.writeHead(401).end(
              JSON.stringify({
                message: [
                  echo(request),
                  JSON.stringify(SECRETS.password),
                  encodeURIComponent(SECRETS.password),
                  Buffer.from(SECRETS.password).toString('base64'),
                ].join(' '),
              }),
            );
        }),
      },
    ],
  ])('tells no secret when %s', async (_, options) => {
    const { plugin, other, said, instance } = await start(options);
    const failing = options.intercept || options.url;
    await until(async () => {
      const { staleReason, staleSince } = await instance('other');
      return (failing ? staleReason : !staleSince) ? true : undefined;
    });
    const application = `${route}/applications/other/argocd/checkout-dev`;
    for (const path of [
      route,
      '/v1/instances',
      '/v1/promotions',
      application,
      `${application}/drift`,
      `${route}/proxy/other/api/v1/applications/checkout-dev`,
    ]) {
      const answer = await plugin.get(path);
      said.push(answer.text, JSON.stringify(answer.headers));
    }
    said.push(JSON.stringify(plugin.audit.mock.calls));
    said.push(JSON.stringify(plugin.publish.mock.calls));
    const everything = said.join('\n');
    expect(everything.includes('other')).toBe(true);
    for (const secret of Object.values(SECRETS))
      for (const form of [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64'),
      ])
        expect([form, everything.includes(form)]).toEqual([form, false]);
    // Neither where it is.
    expect(everything.includes(other.url)).toBe(false);
  });
});
