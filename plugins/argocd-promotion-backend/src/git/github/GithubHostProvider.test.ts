import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { startGithub } from '../__testUtils__/github/startGithub';
import { GithubHostProvider } from './GithubHostProvider';

jest.setTimeout(30_000);

const provider = (github: object[]) =>
  GithubHostProvider.fromIntegrations(
    ScmIntegrations.fromConfig(new ConfigReader({ integrations: { github } })),
  );

describe('GithubHostProvider', () => {
  it('finds its repository by every form of URL, and no other', () => {
    const hosts = provider([{ host: 'ghe.example.com' }]);
    for (const url of [
      'https://ghe.example.com/a/b',
      'https://user:pw@GHE.example.com/a/b.git',
      'ssh://git@ghe.example.com:2222/a/b.git',
      'git@ghe.example.com:a/b.git',
    ])
      expect(hosts.getRepository(url)?.commitUrl('1')).toBe(
        'https://ghe.example.com/a/b/commit/1',
      );
    expect(
      hosts
        .getRepository('ssh://git@ssh.github.com:443/a/b.git')
        ?.commitUrl('1'),
    ).toBe('https://github.com/a/b/commit/1');
    for (const url of [
      'https://evil.example.com/a/b',
      'https://ghe.example.com:8443/a/b',
      'https://ghe.example.com/a',
      'https://ghe.example.com/a/b/c',
      'nothing',
    ])
      expect(hosts.getRepository(url)).toBeUndefined();
  });

  describe('with an App', () => {
    let server: Server;
    let host: string;
    const seen: string[] = [];

    beforeAll(async () => {
      const app = express();
      app.use((request, _response, next) => {
        const scheme = (request.headers.authorization ?? '').split(' ')[0];
        seen.push(`${request.method} ${request.path} ${scheme}`);
        next();
      });
      app.get('/app/installations', (_request, response) => {
        response.json([{ id: 7, account: { login: 'acme' } }]);
      });
      app.post('/app/installations/7/access_tokens', (_request, response) => {
        response.status(201).json({
          token: 'ghs_secret',
          expires_at: new Date(Date.now() + 3_600_000).toISOString(),
          permissions: {},
          repository_selection: 'all',
        });
      });
      app.get('/repos/acme/deploy', (request, response) => {
        if (!request.headers.authorization?.endsWith('ghs_secret'))
          response.status(401).json({ message: 'Bad credentials' });
        else response.json({ default_branch: 'trunk' });
      });
      server = createServer(app);
      await new Promise<void>(resolve =>
        server.listen(0, '127.0.0.1', resolve),
      );
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    });

    it('asks for the installation once, and uses its token', async () => {
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });
      const repository = provider([
        {
          host,
          apiBaseUrl: `http://${host}`,
          apps: [
            {
              appId: 1,
              clientId: 'c',
              clientSecret: 's',
              webhookSecret: 'w',
              privateKey,
            },
          ],
        },
      ]).getRepository(`https://${host}/acme/deploy.git`);
      expect(await repository?.getDefaultBranch()).toBe('trunk');
      expect(await repository?.getDefaultBranch()).toBe('trunk');
      expect(seen.map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
        'GET /app/installations',
        'POST /app/installations/7/access_tokens',
        'GET /repos/acme/deploy',
        'GET /repos/acme/deploy',
      ]);
    });
  });

  it('opens a pull request that is no draft where there are none, and says so', async () => {
    const github = await startGithub();
    try {
      github.refuseDrafts();
      await github.store.createRepository('acme/deploy', {
        files: { 'a.yaml': 'a\n' },
      });
      await github.store.commit('acme/deploy', {
        branch: 'p',
        files: { 'a.yaml': 'b\n' },
      });
      const opened = await github.open('acme/deploy').openPullRequest({
        base: 'main',
        head: 'p',
        title: 'Promote',
        body: '',
        draft: true,
        autoMerge: 'squash',
      });
      expect(opened).toMatchObject({ state: 'open' });
      expect(opened.draft).toBeUndefined();
      expect(opened.problems).toEqual([
        expect.stringContaining('auto-merge: '),
        expect.stringContaining('Draft pull requests are not supported'),
      ]);
    } finally {
      await github.close();
    }
  });
});
