import { execFile } from 'node:child_process';
import { createServer, IncomingMessage } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fs from 'node:fs';
import isomorphicGit from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { gitEnvironment } from './runGit';
import { GitHost, startGitHost } from './startGitHost';

const run = promisify(execFile);

interface Json {
  [key: string]: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

describe('git host', () => {
  let host: GitHost;
  let head: string;

  beforeEach(async () => {
    host = await startGitHost({ now: () => new Date('2026-02-03T04:05:06Z') });
    ({ head } = await host.store.createRepository('acme/deploy', {
      files: {
        'a.yaml': 'one\ntwo\nthree\nfour\nfive\n',
        'dir/b c.yaml': 'b\n',
      },
      author: 'Ana Lima <ana@example.com>',
      message: 'First',
      date: '2026-01-01T00:00:00Z',
    }));
  });
  afterEach(() => host.close());

  const call = async (
    method: string,
    path: string,
    body?: object,
    token: string | null = host.tokens.backstage,
  ): Promise<{ status: number; body: Json; headers: Headers }> => {
    const answer = await fetch(`${host.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `token ${token}` } : {}),
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text ? JSON.parse(text) : {},
      headers: answer.headers,
    };
  };
  const repo = '/repos/acme/deploy';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const blobOf = async (path: string, ref: string = 'main') =>
    (await call('GET', `${repo}/contents/${path}?ref=${ref}`)).body
      .sha as string;
  const change = (
    path: string,
    sha: string | undefined,
    content: string,
    more: object = {},
  ) =>
    call('POST', `${repo}/contents`, {
      branch: 'main',
      message: 'Change',
      files: [{ operation: 'update', path, sha, content: base64(content) }],
      ...more,
    });

  describe('reading', () => {
    it('tells about repository, branches, trees, contents and commits', async () => {
      expect((await call('GET', repo)).body).toMatchObject({
        full_name: 'acme/deploy',
        default_branch: 'main',
        clone_url: `${host.url}/acme/deploy.git`,
      });
      expect((await call('GET', `${repo}/branches/main`)).body).toMatchObject({
        name: 'main',
        commit: { id: head, message: 'First' },
      });
      const tree = (await call('GET', `${repo}/git/trees/${head}?recursive=1`))
        .body;
      expect(tree).toMatchObject({
        truncated: false,
        page: 1,
        total_count: 3,
      });
      expect(tree.tree.map(({ path, type }: Json) => [path, type])).toEqual([
        ['a.yaml', 'blob'],
        ['dir', 'tree'],
        ['dir/b c.yaml', 'blob'],
      ]);
      const file = (await call('GET', `${repo}/contents/dir/b%20c.yaml`)).body;
      expect(file).toMatchObject({
        type: 'file',
        encoding: 'base64',
        content: base64('b\n'),
        size: 2,
        last_commit_sha: head,
      });
      expect(
        (await call('GET', `${repo}/git/blobs/${file.sha}`)).body.content,
      ).toBe(base64('b\n'));
      expect((await call('GET', `${repo}/contents`)).body).toMatchObject([
        { path: 'a.yaml', type: 'file' },
        { path: 'dir', type: 'dir' },
      ]);
      expect(
        (await call('GET', `${repo}/git/commits/${head}`)).body,
      ).toMatchObject({
        sha: head,
        commit: {
          message: 'First',
          author: {
            name: 'Ana Lima',
            email: 'ana@example.com',
            date: '2026-01-01T00:00:00Z',
          },
        },
        parents: [],
        files: [
          { filename: 'a.yaml', status: 'added' },
          { filename: 'dir/b c.yaml', status: 'added' },
        ],
      });
    });

    it('pages trees and commits', async () => {
      for (const name of ['x', 'y', 'z']) {
        await host.store.commit('acme/deploy', { files: { [name]: name } });
      }
      const page = (n: number) =>
        call(
          'GET',
          `${repo}/git/trees/main?recursive=true&per_page=4&page=${n}`,
        );
      expect((await page(1)).body).toMatchObject({
        truncated: true,
        total_count: 6,
      });
      const last = (await page(2)).body;
      expect(last.truncated).toBe(false);
      expect(last.tree.map(({ path }: Json) => path)).toEqual(['y', 'z']);
      const commits = await call(
        'GET',
        `${repo}/commits?sha=main&limit=2&page=2`,
      );
      expect(commits.headers.get('x-total-count')).toBe('4');
      expect(commits.body).toHaveLength(2);
      const touching = (await call('GET', `${repo}/commits?path=a.yaml`)).body;
      expect(touching.map(({ sha }: Json) => sha)).toEqual([head]);
      const compared = (await call('GET', `${repo}/compare/${head}...main`))
        .body;
      expect(compared.total_commits).toBe(3);
    });

    it.each([
      ['/repos/acme/none', 404],
      ['/repos/acme/deploy/branches/none', 404],
      ['/repos/acme/deploy/contents/none.yaml', 404],
      ['/repos/acme/deploy/contents/a.yaml?ref=none', 404],
      ['/repos/acme/deploy/git/trees/none', 400],
      ['/repos/acme/deploy/pulls/7', 404],
      ['/nowhere', 404],
    ])('answers %s with %i and a message', async (path, status) => {
      const answer = await call('GET', path);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({
        message: expect.any(String),
        url: `${host.url}/api/swagger`,
      });
    });
  });

  describe('committing', () => {
    it('writes several files in one commit, in the name of whom it is told', async () => {
      const answer = await call('POST', `${repo}/contents`, {
        branch: 'main',
        message: 'Many\n\nPromotion-Id: 1',
        author: { name: 'Bo', email: 'bo@example.com' },
        files: [
          {
            operation: 'update',
            path: 'a.yaml',
            sha: await blobOf('a.yaml'),
            content: base64('changed\n'),
          },
          { operation: 'create', path: 'new/c.yaml', content: base64('c\n') },
          {
            operation: 'delete',
            path: 'dir/b c.yaml',
            sha: await blobOf('dir/b%20c.yaml'),
          },
        ],
      });
      expect(answer.status).toBe(201);
      const sha = host.store.head('acme/deploy');
      expect(answer.body.commit).toMatchObject({
        sha,
        parents: [{ sha: head }],
        author: { name: 'Bo', email: 'bo@example.com' },
        committer: { name: 'Bo', date: '2026-02-03T04:05:06Z' },
        message: 'Many\n\nPromotion-Id: 1\n',
      });
      expect(answer.body.files[0]).toMatchObject({
        path: 'a.yaml',
        sha: await blobOf('a.yaml'),
      });
      expect(answer.body.files[2]).toBeNull();
      const tree = await host.store.get('acme/deploy').files(sha);
      expect(tree.map(({ path }) => path)).toEqual(['a.yaml', 'new/c.yaml']);
    });

    it('refuses what the head does not fit, and writes nothing then', async () => {
      const sha = await blobOf('a.yaml');
      expect((await change('a.yaml', sha, 'by a neighbour')).status).toBe(201);
      const before = host.store.head('acme/deploy');
      const wrongSha = await change('a.yaml', sha, 'mine');
      expect(wrongSha.status).toBe(422);
      expect(wrongSha.body.message).toContain(
        `sha does not match [given: ${sha}`,
      );
      expect((await change('none.yaml', sha, 'x')).status).toBe(404);
      expect(
        (await change('a.yaml', sha, 'x', { branch: 'none' })).status,
      ).toBe(404);
      expect((await change('../x', sha, 'x')).status).toBe(422);
      const exists = await call('POST', `${repo}/contents/a.yaml`, {
        content: base64('x'),
      });
      expect(exists.status).toBe(422);
      expect(host.store.head('acme/deploy')).toBe(before);
    });

    it('lets exactly one of many writers of the same file win', async () => {
      const sha = await blobOf('a.yaml');
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, i) => change('a.yaml', sha, `${i}`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([
        201, 403, 403, 403, 403, 403,
      ]);
      expect(
        answers.find(({ status }) => status === 403)?.body.message,
      ).toMatch(/^cannot lock ref 'refs\/heads\/main': is at [0-9a-f]{40} but/);
      expect(await host.store.log('acme/deploy')).toHaveLength(2);
    });

    it('refuses a push that is overtaken, whatever file the other one touched', async () => {
      const write = (path: string) =>
        call('POST', `${repo}/contents`, {
          branch: 'main',
          files: [{ operation: 'create', path, content: base64('x') }],
        });
      const answers = await Promise.all([write('one'), write('two')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
    });

    it('overwrites a file when no sha is given', async () => {
      expect((await change('a.yaml', undefined, 'mine')).status).toBe(201);
    });

    it('leaves out the content of more than ten megabytes', async () => {
      const large = 'x'.repeat(10 * 1024 * 1024 + 1);
      await host.store.commit('acme/deploy', { files: { large } });
      const file = (await call('GET', `${repo}/contents/large`)).body;
      expect(file).toMatchObject({ content: null, encoding: null });
      const blob = await call('GET', `${repo}/git/blobs/${file.sha}`);
      expect(blob.body).toMatchObject({ content: null, size: large.length });
    });

    it('commits to a new branch, and updates a single file by PUT', async () => {
      const sha = await blobOf('a.yaml');
      await change('a.yaml', sha, 'topic\n', { new_branch: 'topic/one' });
      expect(await blobOf('a.yaml')).toBe(sha);
      const put = await call('PUT', `${repo}/contents/a.yaml`, {
        branch: 'topic/one',
        sha: await blobOf('a.yaml', 'topic/one'),
        content: base64('again\n'),
      });
      expect(put.status).toBe(200);
      expect(
        String(await host.store.read('acme/deploy', 'topic/one', 'a.yaml')),
      ).toBe('again\n');
    });

    it('asks for a token that may write', async () => {
      const body = {
        files: [{ operation: 'create', path: 'x', content: '' }],
      };
      const status = async (token: string | null) =>
        (await call('POST', `${repo}/contents`, body, token)).status;
      expect(await status(null)).toBe(401);
      expect(await status('wrong')).toBe(401);
      expect(await status(host.tokens.reader)).toBe(403);
      expect((await call('GET', '/user')).body.login).toBe('backstage');
    });
  });

  it('creates branches at commits, and deletes them', async () => {
    const create = (name: string, from: string) =>
      call('POST', `${repo}/branches`, {
        new_branch_name: name,
        old_ref_name: from,
      });
    expect((await create('a/b', head)).status).toBe(201);
    expect((await create('a/b', head)).status).toBe(409);
    expect((await create('a', head)).status).toBe(409);
    expect((await create('main/x', head)).status).toBe(409);
    expect((await create('c', 'none')).status).toBe(500);
    expect((await create('bad name', head)).status).toBe(422);
    expect((await call('GET', `${repo}/branches/a%2Fb`)).body.commit.id).toBe(
      head,
    );
    expect((await call('DELETE', `${repo}/branches/a%2Fb`)).status).toBe(204);
    expect((await call('DELETE', `${repo}/branches/a/b`)).status).toBe(404);
    expect((await call('DELETE', `${repo}/branches/main`)).status).toBe(403);
  });

  describe('pull requests', () => {
    const openPull = async () => {
      await change(
        'a.yaml',
        await blobOf('a.yaml'),
        'one\ntwo\nthree\nfour\nFIVE\n',
        {
          new_branch: 'topic',
        },
      );
      return call('POST', `${repo}/pulls`, {
        base: 'main',
        head: 'topic',
        title: 'Five',
        body: 'Why',
      });
    };
    const neighbour = (content: string) =>
      host.store.commit('acme/deploy', { files: { 'a.yaml': content } });

    it('opens one, once, and finds it', async () => {
      const opened = await openPull();
      expect(opened.status).toBe(201);
      expect(opened.body).toMatchObject({
        number: 1,
        state: 'open',
        merged: false,
        mergeable: true,
        merge_base: head,
        html_url: `${host.url}/acme/deploy/pulls/1`,
        head: { label: 'topic', ref: 'topic' },
        base: { ref: 'main', sha: head },
      });
      const again = { base: 'main', head: 'topic', title: 'Five' };
      expect((await call('POST', `${repo}/pulls`, again)).status).toBe(409);
      expect(
        (await call('POST', `${repo}/pulls`, { ...again, head: 'none' }))
          .status,
      ).toBe(404);
      expect((await call('GET', `${repo}/pulls/main/topic`)).body.number).toBe(
        1,
      );
      expect((await call('GET', `${repo}/pulls?state=open`)).body).toHaveLength(
        1,
      );
      const closed = await call('PATCH', `${repo}/pulls/1`, {
        state: 'closed',
      });
      expect(closed.body).toMatchObject({ state: 'closed', merged: false });
      expect((await call('GET', `${repo}/pulls?state=open`)).body).toEqual([]);
      expect((await call('GET', `${repo}/pulls?state=all`)).body).toHaveLength(
        1,
      );
    });

    it.each([
      ['merge', 2],
      ['squash', 1],
      ['rebase', 1],
      ['rebase-merge', 2],
    ])(
      'merges by %s what a neighbour has not touched',
      async (style, parents) => {
        await openPull();
        const ours = await neighbour('ONE\ntwo\nthree\nfour\nfive\n');
        const pushes: string[] = [];
        host.store.onPush(({ branch }) => pushes.push(branch));
        expect((await call('GET', `${repo}/pulls/1/merge`)).status).toBe(404);
        const merged = await call('POST', `${repo}/pulls/1/merge`, {
          Do: style,
        });
        expect(merged.status).toBe(200);
        expect(pushes).toEqual(['main']);
        const [commit] = await host.store.log('acme/deploy');
        expect(commit.parents).toHaveLength(parents);
        expect(commit.parents[0]).toBe(ours);
        // A message that the request leaves out is made of the title alone.
        const lines = commit.message.trim().split('\n');
        expect(style.startsWith('rebase') || lines.length === 1).toBe(true);
        expect(
          String(await host.store.read('acme/deploy', 'main', 'a.yaml')),
        ).toBe('ONE\ntwo\nthree\nfour\nFIVE\n');
        expect((await call('GET', `${repo}/pulls/1`)).body).toMatchObject({
          state: 'closed',
          merged: true,
          merge_commit_sha: commit.sha,
        });
        expect(
          (await call('POST', `${repo}/pulls/1/merge`, { Do: style })).status,
        ).toBe(405);
        expect(
          host.store
            .get('acme/deploy')
            .branches()
            .map(({ name }) => name),
        ).toEqual(['main', 'topic']);
      },
    );

    it('does not merge conflicts, nor another head than the one that was seen', async () => {
      await openPull();
      const stale = await call('POST', `${repo}/pulls/1/merge`, {
        Do: 'merge',
        head_commit_id: head,
      });
      expect(stale.status).toBe(409);
      const ours = await neighbour('one\ntwo\nthree\nfour\nFünf\n');
      expect((await call('GET', `${repo}/pulls/1`)).body.mergeable).toBe(false);
      for (const Do of ['merge', 'squash', 'rebase']) {
        expect(
          (await call('POST', `${repo}/pulls/1/merge`, { Do })).status,
        ).toBe(409);
      }
      expect(host.store.head('acme/deploy')).toBe(ours);
    });

    it('keeps reviews; nobody approves what is their own', async () => {
      await openPull();
      const review = { event: 'APPROVED', body: 'Good' };
      expect(
        (await call('POST', `${repo}/pulls/1/reviews`, review)).status,
      ).toBe(422);
      const other = await call(
        'POST',
        `${repo}/pulls/1/reviews`,
        review,
        host.tokens.reviewer,
      );
      expect(other.body).toMatchObject({
        state: 'APPROVED',
        user: { login: 'reviewer' },
        stale: false,
      });
      await host.store.commit('acme/deploy', {
        branch: 'topic',
        files: { z: 'z' },
      });
      expect((await call('GET', `${repo}/pulls/1/reviews`)).body).toMatchObject(
        [{ stale: true }],
      );
    });

    it('closes with its branch', async () => {
      await openPull();
      await call('DELETE', `${repo}/branches/topic`);
      expect((await call('GET', `${repo}/pulls/1`)).body).toMatchObject({
        state: 'closed',
        merged: false,
        head: { label: 'topic', ref: 'refs/pull/1/head' },
      });
    });

    it('has a page with a button that merges, and escapes what it shows', async () => {
      await openPull();
      await call('PATCH', `${repo}/pulls/1`, {
        title: '<script>alert(1)</script>',
      });
      const pageUrl = `${host.url}/acme/deploy/pulls/1`;
      const before = await (await fetch(pageUrl)).text();
      expect(before).toContain('>Merge</button>');
      expect(before).toContain('<ins>+FIVE</ins>');
      expect(before).not.toContain('<script>');
      const [, action] = /action="([^"]+)"/.exec(before)!;
      const after = await (
        await fetch(`${host.url}${action}`, { method: 'POST' })
      ).text();
      expect(after).toContain('merged');
      expect(after).not.toContain('>Merge</button>');
      const sha = host.store.head('acme/deploy');
      for (const path of ['', `/commit/${sha}`, `/src/branch/main/a.yaml`]) {
        expect((await fetch(`${host.url}/acme/deploy${path}`)).status).toBe(
          200,
        );
      }
      expect((await fetch(`${host.url}/acme/none`)).status).toBe(404);
    });
  });

  it('combines the newest status of each context', async () => {
    const report = (state: string, context: string) =>
      call('POST', `${repo}/statuses/${head}`, { state, context });
    expect((await report('failure', 'tests')).status).toBe(201);
    await report('success', 'lint');
    const combined = () => call('GET', `${repo}/commits/${head}/status`);
    expect((await combined()).body).toMatchObject({
      state: 'failure',
      total_count: 2,
    });
    await report('success', 'tests');
    expect((await combined()).body.state).toBe('success');
    expect((await report('splendid', 'tests')).status).toBe(422);
  });

  it('delivers pushes to webhooks, signed', async () => {
    const received: Array<{ request: IncomingMessage; body: Json }> = [];
    let arrived = () => {};
    const delivery = new Promise<void>(resolve => {
      arrived = resolve;
    });
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({
        request,
        body: JSON.parse(String(Buffer.concat(chunks))),
      });
      response.end();
      arrived();
    });
    await new Promise<void>(resolve => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    try {
      const { port } = receiver.address() as AddressInfo;
      const hook = await call('POST', `${repo}/hooks`, {
        type: 'gitea',
        config: {
          url: `http://127.0.0.1:${port}/hook`,
          content_type: 'json',
          secret: 's',
        },
        events: ['push'],
        active: true,
      });
      expect(hook.status).toBe(201);
      const after = await host.store.commit('acme/deploy', {
        files: { x: '1' },
      });
      await delivery;
      expect(received[0].request.headers['x-gitea-event']).toBe('push');
      expect(received[0].request.headers['x-gitea-signature']).toMatch(
        /^[0-9a-f]{64}$/,
      );
      expect(received[0].body).toMatchObject({
        ref: 'refs/heads/main',
        before: head,
        after,
      });
      expect(
        (await call('DELETE', `${repo}/hooks/${hook.body.id}`)).status,
      ).toBe(204);
      expect((await call('GET', `${repo}/hooks`)).body).toEqual([]);
    } finally {
      receiver.closeAllConnections();
      await new Promise(resolve => {
        receiver.close(resolve);
      });
    }
  });

  describe('smart HTTP', () => {
    let work: string;
    const git = (...args: string[]) =>
      run('git', args, { cwd: work, env: gitEnvironment() });

    beforeEach(async () => {
      work = await mkdtemp(join(tmpdir(), 'simulator-clone-'));
    });
    afterEach(() => rm(work, { recursive: true, force: true }));

    const withAuth = (login: string, secret: string) =>
      `${host.url.replace('://', `://${login}:${secret}@`)}/acme/deploy.git`;

    it('clones, and takes a push of whoever may write; the API knows it at once', async () => {
      await git('clone', '--quiet', `${host.url}/acme/deploy.git`, 'clone');
      const clone = join(work, 'clone');
      expect(await readFile(join(clone, 'a.yaml'), 'utf8')).toContain('three');
      await writeFile(join(clone, 'pushed.yaml'), 'x: 1\n');
      await git('-C', clone, 'add', '.');
      const identity = [
        '-c',
        'user.name=Bo',
        '-c',
        'user.email=bo@example.com',
      ];
      await git('-C', clone, ...identity, 'commit', '--quiet', '-m', 'By hand');

      const pushed: Array<{ branch: string; after: string }> = [];
      host.store.onPush(push => pushed.push(push));
      const push = (url: string) =>
        git('-C', clone, 'push', '--quiet', url, 'HEAD:main');
      await expect(push(`${host.url}/acme/deploy.git`)).rejects.toThrow();
      await expect(
        push(withAuth('reader', host.tokens.reader)),
      ).rejects.toThrow(/403/);
      await push(withAuth('backstage', host.tokens.backstage));

      const { stdout } = await git('-C', clone, 'rev-parse', 'HEAD');
      const after = stdout.trim();
      expect(pushed).toMatchObject([{ branch: 'main', after, before: head }]);
      expect((await call('GET', `${repo}/branches/main`)).body.commit.id).toBe(
        after,
      );
      expect(
        String(await host.store.read('acme/deploy', 'main', 'pushed.yaml')),
      ).toBe('x: 1\n');
    });

    it('gives a shallow clone and a single commit by its id', async () => {
      const next = await host.store.commit('acme/deploy', {
        files: { x: '1' },
      });
      await git(
        'clone',
        '--quiet',
        '--depth=1',
        `${host.url}/acme/deploy`,
        'shallow',
      );
      const { stdout } = await git(
        '-C',
        join(work, 'shallow'),
        'rev-list',
        'HEAD',
      );
      expect(stdout.trim()).toBe(next);
      await git(
        '-C',
        join(work, 'shallow'),
        'fetch',
        '--quiet',
        '--depth=1',
        'origin',
        head,
      );
    });

    it('serves a client that is not git itself', async () => {
      const dir = join(work, 'other');
      const url = `${host.url}/acme/deploy.git`;
      await isomorphicGit.clone({ fs, http, dir, url, singleBranch: true });
      expect(await isomorphicGit.resolveRef({ fs, dir, ref: 'HEAD' })).toBe(
        head,
      );
      await isomorphicGit.branch({ fs, dir, ref: 'other', checkout: true });
      await writeFile(join(dir, 'other.yaml'), 'x: 1\n');
      await isomorphicGit.add({ fs, dir, filepath: 'other.yaml' });
      const author = { name: 'Bo', email: 'bo@example.com' };
      const sha = await isomorphicGit.commit({ fs, dir, message: 'X', author });
      const pushed = await isomorphicGit.push({
        fs,
        http,
        dir,
        url,
        ref: 'other',
        onAuth: () => ({ username: 'x', password: host.tokens.backstage }),
      });
      expect(pushed.ok).toBe(true);
      expect(host.store.head('acme/deploy', 'other')).toBe(sha);
    });

    it('says that there is no such repository', async () => {
      await expect(
        git('clone', '--quiet', `${host.url}/acme/none.git`),
      ).rejects.toThrow(/not found/);
    });
  });
});
