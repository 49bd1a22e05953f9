import { IncomingMessage, ServerResponse } from 'node:http';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { expectNoSecret } from './__testUtils__/expectNoSecret';
import { RecordedArgocd } from './__testUtils__/RecordedArgocd';
import {
  ROUTE,
  SECRETS,
  startBesideHostile,
} from './__testUtils__/startBesideHostile';
import { until } from './__testUtils__/until';

jest.setTimeout(60_000);

describe('an Instance that tells again what it was sent', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** What the Instance was sent, as it might tell it again. */
  const echo = ({ headers }: IncomingMessage) =>
    [
      JSON.stringify(headers),
      headers.authorization,
      ...Object.values(headers).map(value => String(value).split(' ').pop()),
    ].join(' ');
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
    const knex = await databases.init('SQLITE_3');
    const { plugin, other, said, instance } = await startBesideHostile(
      {
        ...options,
        features: [mockServices.database.factory({ knex })],
      },
      stops,
    );
    const failing = options.intercept || options.url;
    await until(async () => {
      const { staleReason, staleSince } = await instance('other');
      return (failing ? staleReason : !staleSince) ? true : undefined;
    });
    const application = `${ROUTE}/applications/other/argocd/checkout-dev`;
    const answers: unknown[] = [];
    for (const path of [
      ROUTE,
      '/v1/instances',
      '/v1/promotions',
      application,
      `${application}/drift`,
      `${ROUTE}/proxy/other/api/v1/applications/checkout-dev`,
    ]) {
      const { text, headers } = await plugin.get(path);
      answers.push(text, headers);
    }
    const { text } = await plugin.post('/v1/plans', {
      entityRef: 'component:default/checkout',
      environment: 'staging',
    });
    answers.push(text);
    const tables: Array<{ name: string }> = await knex('sqlite_master')
      .where({ type: 'table' })
      .select('name');
    const rows = await Promise.all(
      tables.map(async ({ name }) => [name, await knex(name).select()]),
    );
    const places = {
      answers,
      rows,
      said,
      audit: plugin.audit.mock.calls,
      signals: plugin.publish.mock.calls,
      notifications: plugin.notify.mock.calls,
    };
    // What is looked through is what there is.
    for (const place of [answers, places.audit])
      expect(JSON.stringify(place)).toContain('other');
    expect(said).not.toEqual([]);
    expect(rows.length).toBeGreaterThan(5);
    expectNoSecret(Object.values(SECRETS), places);
    // Neither where it is.
    expect(JSON.stringify(places)).not.toContain(other.url);
  });
});
