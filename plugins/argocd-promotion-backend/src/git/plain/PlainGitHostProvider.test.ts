import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { GitHost, startGitHost } from '@fairway/argocd-simulator';
import { gitBlobId } from '../../manifests';
import { PlainGitHostProvider } from './PlainGitHostProvider';

jest.setTimeout(30_000);

describe('PlainGitHostProvider', () => {
  it('answers for its servers alone', () => {
    const provider = PlainGitHostProvider.fromConfig(
      new ConfigReader({
        argocdPromotion: {
          gitServers: [
            { host: 'git.example.com' },
            { host: 'git.example.com:8443', username: 'x', password: 'sesame' },
          ],
        },
      }),
    );
    const urls = [
      'https://git.example.com/a.git',
      'https://GIT.example.com:8443/deep/er/a.git',
      'ssh://git@git.example.com:2222/a.git',
      'git@git.example.com:a.git',
    ];
    expect(urls.map(url => provider.getRepository(url)?.url)).toEqual([
      'https://git.example.com/a.git',
      'https://GIT.example.com:8443/deep/er/a.git',
      'ssh://git.example.com:2222/a.git',
      'git@git.example.com:a.git',
    ]);
    for (const url of [
      'https://git.example.com:9000/a.git',
      'https://git.example.com.evil.net/a.git',
      'git.example.com/a.git',
      '--upload-pack=evil',
      'ext::sh -c evil',
      'file:///etc',
    ])
      expect(provider.getRepository(url)).toBeUndefined();
  });

  it('refuses a host that is a URL', () => {
    expect(() =>
      PlainGitHostProvider.fromConfig(
        new ConfigReader({
          argocdPromotion: {
            gitServers: [{ host: 'https://git.example.com' }],
          },
        }),
      ),
    ).toThrow('without scheme');
  });

  describe('with a server', () => {
    let git: GitHost;
    let directory: string;
    let provider: PlainGitHostProvider;

    beforeEach(async () => {
      git = await startGitHost();
      await git.store.createRepository('acme/deploy', {
        files: { 'dev/a.yaml': 'image: app:1\n', 'dev/run.sh': '#!/bin/sh\n' },
      });
      directory = await mkdtemp(join(tmpdir(), 'plain-git-test-'));
    });
    afterEach(async () => {
      await provider.close();
      await git.close();
      await rm(directory, { recursive: true, force: true });
    });

    const write = (url: string) => {
      const repository = provider.getRepository(url);
      if (!repository) throw new Error('The host is configured');
      return repository.commitFiles({
        branch: 'main',
        base: git.store.head('acme/deploy'),
        message: 'Promote',
        files: [
          {
            path: 'dev/a.yaml',
            content: Buffer.from('image: app:2\n'),
            blobBefore: gitBlobId(Buffer.from('image: app:1\n')),
          },
        ],
      });
    };

    it('speaks SSH with the key it was given, to known hosts only', async () => {
      const log = join(directory, 'ssh.log');
      const ssh = join(directory, "an ssh's stand-in");
      // Does what sshd does: runs the last argument.
      await writeFile(
        ssh,
        `#!/bin/sh\nfor last; do echo "$last" >> '${log}'; done\nexec sh -c "$last"\n`,
      );
      await chmod(ssh, 0o755);
      provider = new PlainGitHostProvider({
        servers: [
          {
            host: 'git.example.com',
            privateKeyFile: '/keys/id of me',
            knownHostsFile: '/keys/known_hosts',
            sshCommand: ssh,
          },
        ],
        workingDirectory: directory,
      });
      const repo = git.store.get('acme/deploy');
      const commit = await write(`ssh://git.example.com${repo.directory}`);
      await repo.refreshRefs();
      expect(git.store.head('acme/deploy')).toBe(commit.sha);
      const said = (await readFile(log, 'utf8')).split('\n');
      expect(said).toEqual(
        expect.arrayContaining([
          'StrictHostKeyChecking=yes',
          'BatchMode=yes',
          'UserKnownHostsFile=/keys/known_hosts',
          'IdentityFile=/keys/id of me',
          'git@git.example.com',
        ]),
      );
    });

    it('fetches neither history nor files that nobody reads, and leaves nothing behind', async () => {
      await git.store.commit('acme/deploy', {
        files: { 'big.bin': randomBytes(3_000_000) },
      });
      provider = new PlainGitHostProvider({
        servers: [
          {
            host: new URL(git.url).host,
            username: 'x',
            password: git.tokens.backstage,
          },
        ],
        workingDirectory: directory,
      });
      await write(`${git.url}/acme/deploy.git`);
      const [name] = await readdir(directory);
      const count = execFileSync('git', ['count-objects', '-v'], {
        cwd: join(directory, name),
        encoding: 'utf8',
      });
      expect(Number(/size: (\d+)/.exec(count)?.[1])).toBeLessThan(1_000);
      expect(Number(/size-pack: (\d+)/.exec(count)?.[1])).toBeLessThan(1_000);
      const config = await readFile(join(directory, name, 'config'), 'utf8');
      expect(config).not.toContain(git.tokens.backstage);
      await provider.close();
      expect(await readdir(directory)).toEqual([]);
    });
  });
});
