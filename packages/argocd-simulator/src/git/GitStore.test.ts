import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RevisionError } from '../ports';
import { GitStore } from './GitStore';

describe('GitStore', () => {
  let directory: string;
  let store: GitStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'simulator-git-'));
    store = new GitStore({
      directory,
      now: () => new Date('2026-01-02T03:04:05Z'),
    });
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps the history that it was given: order, authors, dates, deletions', async () => {
    const { url, head } = await store.createRepository('acme/deploy', {
      history: [
        {
          files: { 'a.yaml': 'a: 1\n', 'dir/b.yaml': 'b: 1\n' },
          message: 'First',
          author: 'Ana Lima <ana@example.com>',
          date: '2025-12-01T10:00:00Z',
        },
        {
          files: { 'a.yaml': null, 'dir/ü "q".yaml': 'c: 1\n' },
          message: 'Second\n\nWith a body',
          author: 'Bo Chen <bo@example.com>',
          date: '2025-12-02T10:00:00Z',
        },
      ],
    });

    expect(store.head('acme/deploy')).toBe(head);
    const log = await store.log('acme/deploy');
    expect(log).toEqual([
      {
        sha: head,
        message: 'Second\n\nWith a body',
        author: { name: 'Bo Chen', email: 'bo@example.com' },
        date: new Date('2025-12-02T10:00:00Z'),
        parents: [log[1].sha],
      },
      {
        sha: log[1].sha,
        message: 'First',
        author: { name: 'Ana Lima', email: 'ana@example.com' },
        date: new Date('2025-12-01T10:00:00Z'),
        parents: [],
      },
    ]);
    const tree = await store.readTree(url, head);
    expect([...tree.keys()].sort()).toEqual(['dir/b.yaml', 'dir/ü "q".yaml']);
    expect(await store.getCommit(url, head)).toEqual({
      author: 'Bo Chen <bo@example.com>',
      date: '2025-12-02T10:00:00Z',
      message: 'Second\n\nWith a body',
      tags: [],
    });
    await expect(store.read('acme/deploy', 'main', 'a.yaml')).rejects.toThrow(
      'a.yaml is not in acme/deploy at main',
    );
    expect(String(await store.read('acme/deploy', log[1].sha, 'a.yaml'))).toBe(
      'a: 1\n',
    );
  });

  it('tells of every branch that moved, with where it was', async () => {
    const pushes: unknown[] = [];
    store.onPush(push => pushes.push(push));
    const { url, head } = await store.createRepository('acme/deploy', {
      files: { a: '1' },
    });
    const next = await store.commit('acme/deploy', {
      branch: 'topic',
      files: { a: '2' },
    });
    expect(pushes).toEqual([
      { repoURL: url, branch: 'main', before: undefined, after: head },
      { repoURL: url, branch: 'topic', before: undefined, after: next },
    ]);
    expect((await store.log('acme/deploy', 'topic'))[0].parents).toEqual([
      head,
    ]);
  });

  it('resolves branches, tags, HEAD and abbreviated commits, and says what it cannot in the words of Argo CD', async () => {
    const { url, head } = await store.createRepository('acme/deploy', {
      files: { a: '1' },
    });
    const repo = store.get('acme/deploy');
    await repo.exclusively(() => repo.updateRef('refs/tags/v1', head));
    for (const revision of ['main', 'HEAD', '', 'v1', head, head.slice(0, 8)]) {
      expect(await store.resolveRevision(url, revision)).toBe(head);
    }
    expect((await store.getCommit(url, 'v1')).tags).toEqual(['v1']);
    await expect(store.resolveRevision(url, 'nope')).rejects.toThrow(
      new RevisionError("unable to resolve 'nope' to a commit SHA"),
    );
    const unknown = '0123456789012345678901234567890123456789';
    await expect(store.resolveRevision(url, unknown)).rejects.toThrow(
      `upload-pack: not our ref ${unknown}`,
    );
    await expect(
      store.resolveRevision('https://example.com/x.git', 'main'),
    ).rejects.toThrow(RevisionError);
  });

  it('loses no commit when many write at once', async () => {
    await store.createRepository('acme/deploy', { files: { a: '0' } });
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        store.commit('acme/deploy', { files: { [`f${i}`]: `${i}` } }),
      ),
    );
    expect(await store.log('acme/deploy')).toHaveLength(13);
  });

  it('gives back exactly the bytes that were committed, under any name', async () => {
    await store.createRepository('acme/bytes');
    const segment = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter(
        text =>
          !/[/\0]/.test(text) && !/^\.{1,2}$/.test(text) && !/git/i.test(text),
      );
    await fc.assert(
      fc.asyncProperty(
        segment,
        fc.uint8Array({ maxLength: 300 }),
        async (name, content) => {
          const path = `files/${name}`;
          const sha = await store.commit('acme/bytes', {
            files: { [path]: content },
          });
          const read = await store.read('acme/bytes', sha, path);
          expect([...read]).toEqual([...content]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('refuses names that are not owner and repository', async () => {
    await expect(store.createRepository('../etc')).rejects.toThrow(
      /is not <owner>/,
    );
    await expect(store.createRepository('a/b/c')).rejects.toThrow(
      /is not <owner>/,
    );
    await store.createRepository('a/b');
    await expect(store.createRepository('A/b')).rejects.toThrow('exists');
  });
});
