import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { JsonObject } from '@backstage/types';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { expectNoSecret } from '../__testUtils__/expectNoSecret';
import { RegistryClient } from '../registry';
import { createGitHosts } from './createGitHosts';

jest.setTimeout(60_000);

const SECRETS = {
  gitea: 'token/of"the gitea-1',
  github: 'token-of-the-github-2',
  gitlab: 'token-of-the-gitlab-3',
  bitbucketServer: 'token-of-the-bitbucket-4',
  plain: 'password/of"the git-server-5',
  registry: 'password-of+the-registry-6',
};

/** Everything that it was sent, whole, decoded and in parts. */
function echo({ headers, url = '' }: IncomingMessage): string {
  const { authorization = '' } = headers;
  const [, word = ''] = authorization.split(' ');
  const decoded = Buffer.from(word, 'base64').toString('utf8');
  return [
    `you sent ${JSON.stringify(headers)} to ${url}`,
    authorization,
    word,
    decoded,
    JSON.stringify(decoded),
    encodeURIComponent(decoded.slice(decoded.indexOf(':') + 1)),
    headers['private-token'],
  ].join(' ');
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const told =
  (status: number, key = 'message'): Answer =>
  (request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ [key]: echo(request) }));
const plainly =
  (status: number, type: string, before = ''): Answer =>
  (request, response) =>
    response
      .writeHead(status, { 'content-type': type })
      .end(before + echo(request));

const ANSWERS: Array<[string, Answer]> = [
  ['refuses the token', told(401)],
  ['forbids', told(403)],
  ['does not know', told(404, 'error')],
  ['does not like', told(422)],
  ['is broken', told(500, 'error_description')],
  ['shows a page', plainly(502, 'text/html', '<html>')],
  ['says it in plain text', plainly(403, 'text/plain')],
  ['answers with something else', plainly(200, 'text/plain')],
  [
    'sends elsewhere',
    (request, response) => {
      const { authorization = '', 'private-token': token = '' } =
        request.headers;
      const given = encodeURIComponent(`${authorization} ${token}`);
      const secret = encodeURIComponent(authorization.split(' ').pop() ?? '');
      response
        .writeHead(302, {
          location: `http://${secret}:x@127.0.0.1:1/${given}?token=${given}#${secret}`,
        })
        .end(JSON.stringify({ message: echo(request) }));
    },
  ],
  ['cuts the line', request => request.socket.destroy()],
];

describe('a git host that tells again what it was sent', () => {
  let answer: Answer = told(500);
  let asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  let host = '';
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  beforeEach(() => {
    asked = [];
  });

  /** What is thrown at whoever reads, looks for commits and writes. */
  const errorsOf = async (repository: GitRepository): Promise<string[]> => {
    const commit = '0123456789012345678901234567890123456789';
    const tries = await Promise.allSettled([
      repository.getBranchHead('main'),
      repository.listFiles({ commit }),
      repository.createBranch({ branch: 'promotion', commit }),
    ]);
    return tries.map(result =>
      result.status === 'rejected'
        ? `${result.reason?.stack} ${JSON.stringify(result.reason)} ${
            result.reason?.cause
          }`
        : JSON.stringify(result.value) ?? '',
    );
  };

  const hosts: Array<[keyof typeof SECRETS, () => JsonObject]> = [
    [
      'gitea',
      () => ({
        integrations: {
          gitea: [{ host, baseUrl: `http://${host}`, password: SECRETS.gitea }],
        },
      }),
    ],
    [
      'github',
      () => ({
        integrations: {
          github: [
            { host, apiBaseUrl: `http://${host}/api`, token: SECRETS.github },
          ],
        },
      }),
    ],
    [
      'gitlab',
      () => ({
        integrations: {
          gitlab: [
            {
              host,
              apiBaseUrl: `http://${host}/api/v4`,
              baseUrl: `http://${host}`,
              token: SECRETS.gitlab,
            },
          ],
        },
      }),
    ],
    [
      'bitbucketServer',
      () => ({
        integrations: {
          bitbucketServer: [
            {
              host,
              apiBaseUrl: `http://${host}/rest/api/1.0`,
              token: SECRETS.bitbucketServer,
            },
          ],
        },
      }),
    ],
    [
      'plain',
      () => ({
        argocdPromotion: {
          gitServers: [{ host, username: 'u', password: SECRETS.plain }],
        },
      }),
    ],
  ];

  describe.each(hosts)('%s', (kind, settings) => {
    it.each(ANSWERS)('that %s hears nothing of it', async (_, given) => {
      answer = given;
      const config = new ConfigReader(settings());
      const gitHosts = createGitHosts({
        config,
        integrations: ScmIntegrations.fromConfig(config),
        added: [],
      });
      const repository = gitHosts.getRepository(
        kind === 'bitbucketServer'
          ? `http://${host}/scm/shop/deploy.git`
          : `http://${host}/shop/deploy.git`,
      );
      const errors = await errorsOf(repository!);
      await gitHosts.close();
      // It was sent the secret, else it could not have told it.
      const sent = asked.map(each => echo(each)).join(' ');
      expect(sent).toContain(JSON.stringify(SECRETS[kind]).slice(1, -1));
      expectNoSecret([SECRETS[kind]], { errors });
    });
  });

  it.each(ANSWERS)('nor does a registry that %s', async (_, given) => {
    answer = (request, response) => {
      if (request.headers.authorization) given(request, response);
      else
        response
          .writeHead(401, { 'www-authenticate': 'Basic realm="r"' })
          .end();
    };
    const client = new RegistryClient({
      registries: [
        { host, username: 'u', password: SECRETS.registry, insecure: true },
      ],
    });
    const tries = await Promise.allSettled([
      client.labels(`${host}/shop/checkout`, 'sha256:0'),
      client.resolveTag(`${host}/shop/checkout`, '1'),
    ]);
    expect(asked.map(each => echo(each)).join(' ')).toContain(SECRETS.registry);
    const errors = tries.map(result =>
      result.status === 'rejected'
        ? `${result.reason.stack} ${JSON.stringify(result.reason)}`
        : 'an answer',
    );
    expectNoSecret([SECRETS.registry], { errors });
  });
});
