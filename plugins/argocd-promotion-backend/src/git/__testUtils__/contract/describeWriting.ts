/* eslint-disable jest/no-export, jest/no-conditional-expect -- one contract for the tests of all hosts; what a host does not offer is not expected of it */
import { gitBlobId } from '../../../manifests';
import { trailerValues } from '../../trailers';
import { binaryFile, bomFile, oddPath, text } from './content';
import type { ContractContext } from './describeGitRepository';

export const person = { name: 'Ana Lima', email: 'ana@example.com' };

/** Writes as the engine does. */
export async function writeFiles(
  { host, name }: ContractContext,
  files: Record<string, { before: Uint8Array; after: Uint8Array }>,
  { branch = 'main', base = '', id = '42' } = {},
) {
  return host.open(name).commitFiles({
    branch,
    base,
    message: `Promote app\n\nWhy it was.\n\nPromotion-Id: ${id}\nPromoted-By: user:default/ana\n`,
    author: person,
    files: Object.entries(files).map(([path, { before, after }]) => ({
      path,
      content: after,
      blobBefore: gitBlobId(before),
    })),
  });
}

export function describeWriting(context: () => ContractContext): void {
  describe('writing', () => {
    const a = text('image: app:1\n');
    const b = text('b: 1\n');
    const c = text('c: 1\n');

    it('writes several files, byte for byte, in one commit', async () => {
      const { host, name } = context();
      const before = host.store.head(name);
      const after = Buffer.from(bomFile.toString().replace('app:1', 'app:2'));
      const binary = Buffer.concat([binaryFile, binaryFile]);
      const commit = await writeFiles(
        context(),
        {
          [oddPath]: { before: bomFile, after },
          'prod/binary.dat': { before: binaryFile, after: binary },
          'dev/a.yaml': { before: a, after: text('image: app:2') },
        },
        { base: before },
      );
      expect(commit).toMatchObject({
        sha: host.store.head(name),
        parents: [before],
        message: expect.stringContaining('Promotion-Id: 42'),
      });
      const read = (path: string) => host.store.read(name, 'main', path);
      expect((await read(oddPath)).equals(after)).toBe(true);
      expect((await read('prod/binary.dat')).equals(binary)).toBe(true);
      expect((await read('dev/a.yaml')).toString()).toBe('image: app:2');
      expect((await read('dev/b.yaml')).toString()).toBe('b: 1\n');
      const [written] = await host.store.log(name);
      expect(written.message.split('\n')[0]).toBe('Promote app');
      expect(trailerValues(written.message, 'Promotion-Id')).toEqual(['42']);
      if (host.authorIsPerson) {
        expect(written.author).toEqual(person);
        expect(commit.author).toEqual(person);
      } else {
        expect(trailerValues(written.message, 'Co-authored-by')).toEqual([
          'Ana Lima <ana@example.com>',
        ]);
      }
      const commits = await host
        .open(name)
        .listCommits({ ref: 'main', path: oddPath, limit: 10 });
      expect(
        commits.map(each => trailerValues(each.message, 'Promotion-Id')),
      ).toEqual([['42'], []]);
    });

    it.each([
      ['changed', { 'dev/b.yaml': 'b: 2\n' }],
      ['removed', { 'dev/b.yaml': null }],
    ])(
      'refuses, and writes nothing, when one of the files was %s',
      async (how, files) => {
        const { host, name } = context();
        const base = host.store.head(name);
        await host.store.commit(name, { files });
        const before = host.store.head(name);
        await expect(
          writeFiles(
            context(),
            {
              'dev/a.yaml': { before: a, after: text('x\n') },
              'dev/b.yaml': { before: b, after: text('y\n') },
            },
            { base },
          ),
        ).rejects.toMatchObject({
          name: 'ConflictError',
          message: expect.stringContaining(`dev/b.yaml was ${how} on main`),
        });
        expect(host.store.head(name)).toBe(before);
      },
    );

    it('writes on top of a commit of a neighbour', async () => {
      const { host, name } = context();
      const base = host.store.head(name);
      const neighbour = await host.store.commit(name, {
        files: { 'dev/b.yaml': 'b: 2\n' },
      });
      const commit = await writeFiles(
        context(),
        { 'dev/a.yaml': { before: a, after: text('image: app:2\n') } },
        { base },
      );
      expect(commit.parents).toEqual([neighbour]);
      expect(
        (await host.store.read(name, 'main', 'dev/b.yaml')).toString(),
      ).toBe('b: 2\n');
    });

    it('lets exactly one of several writers of a file win', async () => {
      const { host, name } = context();
      const results = await Promise.allSettled(
        ['2', '3', '4'].map(version =>
          writeFiles(context(), {
            'dev/a.yaml': { before: a, after: text(`image: app:${version}\n`) },
          }),
        ),
      );
      const lost = results.filter(result => result.status === 'rejected');
      expect(lost.map(({ reason }) => reason.name)).toEqual(
        Array(2).fill('ConflictError'),
      );
      expect(await host.store.log(name)).toHaveLength(3);
    });

    it('keeps what neighbours write at the same time', async () => {
      const { host, name } = context();
      const base = host.store.head(name);
      await Promise.all(
        Object.entries({
          'dev/a.yaml': a,
          'dev/b.yaml': b,
          'dev/c.yaml': c,
        }).map(([path, before]) =>
          writeFiles(
            context(),
            { [path]: { before, after: text(`${path}\n`) } },
            { base, id: path },
          ),
        ),
      );
      for (const path of ['dev/a.yaml', 'dev/b.yaml', 'dev/c.yaml'])
        expect((await host.store.read(name, 'main', path)).toString()).toBe(
          `${path}\n`,
        );
      expect(await host.store.log(name)).toHaveLength(5);
    });

    it('says that a branch is not there', async () => {
      await expect(
        writeFiles(
          context(),
          { 'dev/a.yaml': { before: a, after: text('x\n') } },
          { branch: 'none' },
        ),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });

    it('says that the branch is protected, and writes nothing', async () => {
      const { host, name } = context();
      const base = host.store.head(name);
      if (!host.protect) return;
      await host.protect(name, 'main');
      await expect(
        writeFiles(
          context(),
          { 'dev/a.yaml': { before: a, after: text('x\n') } },
          { base },
        ),
      ).rejects.toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringContaining('delivery: pull-request'),
      });
      expect(host.store.head(name)).toBe(base);
      const repository = host.open(name);
      expect(await repository.getBranchRules?.('main')).toEqual(host.rules);
    });
  });
}
