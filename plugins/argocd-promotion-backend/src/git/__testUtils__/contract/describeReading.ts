/* eslint-disable jest/no-export, jest/no-conditional-expect -- one contract for the tests of all hosts; what a host does not offer is not expected of it */
import { gitBlobId } from '../../../manifests';
import { binaryFile, bomFile, largeFile, oddPath } from './content';
import type { ContractContext } from './describeGitRepository';

export function describeReading(context: () => ContractContext): void {
  describe('reading', () => {
    it('tells branches, commits and trees', async () => {
      const { host, name } = context();
      const repository = host.open(name);
      expect(await repository.getDefaultBranch()).toBe('main');
      const head = await repository.getBranchHead('main');
      expect(head).toBe(host.store.head(name));
      expect(await repository.isBranch('main')).toBe(true);
      expect(await repository.isBranch('mai')).toBe(false);
      expect(await repository.isBranch('v1.0.0')).toBe(false);
      expect(await repository.getCommit(head)).toEqual({
        sha: head,
        parents: [(await host.store.log(name))[1].sha],
        message: expect.stringMatching(/^Add prod\n?$/),
        author: { name: 'Ana Lima', email: 'ana@example.com' },
        committedAt: '2026-02-03T04:05:06.000Z',
      });
      const all = await repository.listFiles({ commit: head });
      expect(all.map(({ path }) => path).sort()).toEqual(
        [
          'dev/a.yaml',
          'dev/b.yaml',
          'dev/c.yaml',
          oddPath,
          'prod/binary.dat',
          'prod/large.yaml',
        ].sort(),
      );
      if (host.listsBlobs)
        expect(all.find(({ path }) => path === oddPath)?.blob).toBe(
          gitBlobId(bomFile),
        );
      const below = await repository.listFiles({
        commit: head,
        directory: 'dev',
      });
      expect(below.map(({ path }) => path).sort()).toEqual([
        'dev/a.yaml',
        'dev/b.yaml',
        'dev/c.yaml',
      ]);
    });

    it.each([
      ['CRLF, a BOM and a name with odd characters', oddPath, bomFile],
      ['one and a half megabytes', 'prod/large.yaml', largeFile],
      ['bytes that are no text', 'prod/binary.dat', binaryFile],
    ])('gives the exact bytes of a file with %s', async (_, path, bytes) => {
      const { host, name } = context();
      const repository = host.open(name);
      const commit = await repository.getBranchHead('main');
      const file = await repository.readFile({ commit, path });
      expect(Buffer.from(file.content).equals(bytes)).toBe(true);
      expect(file.blob).toBe(gitBlobId(bytes));
    });

    it('reads at the commit that was asked for, not at the head', async () => {
      const { host, name } = context();
      const repository = host.open(name);
      const before = await repository.getBranchHead('main');
      await host.store.commit(name, {
        files: { 'dev/a.yaml': 'later\n', 'dev/new.yaml': 'new\n' },
      });
      const { content } = await repository.readFile({
        commit: before,
        path: 'dev/a.yaml',
      });
      expect(Buffer.from(content).toString()).toBe('image: app:1\n');
      await expect(
        repository.readFile({ commit: before, path: 'dev/new.yaml' }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });

    it('lists trees of more than a page', async () => {
      const { host, name } = context();
      const files = Object.fromEntries(
        Array.from({ length: 230 }, (_, i) => [`many/${i}.yaml`, `${i}\n`]),
      );
      await host.store.commit(name, { files });
      const listed = await host.open(name).listFiles({
        commit: host.store.head(name),
        directory: 'many',
      });
      expect(new Set(listed.map(({ path }) => path)).size).toBe(230);
    });

    it('lists commits page by page, and none of a path that never was', async () => {
      const { host, name } = context();
      await host.store.createRepository(`${name}-long`, {
        files: { 'dev/a.yaml': 'image: app:0\n', 'dev/b.yaml': 'b\n' },
        history: Array.from({ length: 114 }, (_, i) => ({
          files: {
            [i % 2 === 0 ? 'dev/a.yaml' : 'dev/b.yaml']: `image: app:${
              i + 1
            }\n`,
          },
          message: `Number ${i}\n\nPromotion-Id: ${i}\n`,
        })),
      });
      const repository = host.open(`${name}-long`);
      const list = (path: string | undefined, limit: number, ref = 'main') =>
        repository.listCommits({ ref, limit, ...(path ? { path } : {}) });
      const subjects = (commits: Array<{ message: string }>) =>
        commits.map(({ message }) => message.split('\n')[0]);
      const newest = await list(undefined, 3);
      expect(subjects(newest)).toEqual([
        'Number 113',
        'Number 112',
        'Number 111',
      ]);
      expect(newest[0].message).toContain('Promotion-Id: 113');
      expect(newest.map(({ parents }) => parents[0]).slice(0, 2)).toEqual(
        newest.map(({ sha }) => sha).slice(1),
      );
      expect(await list(undefined, 200)).toHaveLength(115);
      const touching = await list('dev/a.yaml', 55);
      expect(subjects(touching).slice(0, 2)).toEqual([
        'Number 112',
        'Number 110',
      ]);
      expect(touching).toHaveLength(55);
      expect(await list('dev/a.yaml', 200)).toHaveLength(58);
      expect(subjects(await list(undefined, 1, newest[2].sha))).toEqual([
        'Number 111',
      ]);
      expect(await list('dev/none.yaml', 10)).toEqual([]);
      await expect(list('dev/a.yaml', 1, 'no')).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    it('says what is not there', async () => {
      const { host, name } = context();
      const repository = host.open(name);
      const commit = await repository.getBranchHead('main');
      const missing = { name: 'NotFoundError' };
      await expect(
        repository.readFile({ commit, path: 'prod/none.yaml' }),
      ).rejects.toMatchObject(missing);
      await expect(
        repository.readFile({ commit, path: 'prod' }),
      ).rejects.toMatchObject(missing);
      await expect(repository.getBranchHead('none')).rejects.toMatchObject(
        missing,
      );
      await expect(
        repository.getCommit('0123456789'.repeat(4)),
      ).rejects.toMatchObject(missing);
      await expect(
        host.open('acme/none').getBranchHead('main'),
      ).rejects.toMatchObject(missing);
      await expect(
        host.open('acme/none').isBranch('main'),
      ).rejects.toMatchObject(missing);
    });
  });
}
