/* eslint-disable jest/no-export, jest/no-conditional-expect -- one contract for the tests of all hosts; what a host does not offer is not expected of it */
import { text } from './content';
import type { Trouble } from './HostUnderTest';
import type { ContractContext } from './describeGitRepository';
import { writeFiles } from './describeWriting';

export function describeTrouble(context: () => ContractContext): void {
  describe('trouble', () => {
    const change = {
      'dev/a.yaml': { before: text('image: app:1\n'), after: text('x\n') },
    };

    it('never tells the credentials', async () => {
      const { host, name } = context();
      const refused = async (act: () => Promise<unknown>) => {
        const error: unknown = await act().then(
          () => undefined,
          reason => reason,
        );
        expect(error).toMatchObject({ name: 'NotAllowedError' });
        for (const secret of host.secrets)
          expect(
            `${error} ${JSON.stringify(error)} ${
              error instanceof Error ? error.stack : ''
            }`,
          ).not.toContain(secret);
      };
      await refused(() => host.open(name, 'nobody').getBranchHead('main'));
      const reader = host.open(name, 'reader');
      const commit = await reader.getBranchHead('main');
      await refused(() => reader.createBranch({ branch: 'mine', commit }));
    });

    it('reads again after a bad gateway', async () => {
      const { host, name } = context();
      host.trouble({ status: 502 });
      expect(await host.open(name).getBranchHead('main')).toBe(
        host.store.head(name),
      );
    });

    it.each<[string, Trouble]>([
      ['before it was done', { status: 0 }],
      ['after it was done', { status: 200, afterwards: true }],
    ])('writes once when the answer is lost %s', async (_, trouble) => {
      const { host, name } = context();
      const base = host.store.head(name);
      host.trouble({ ...trouble, writes: true });
      const error: unknown = await writeFiles(context(), change, { base }).then(
        () => undefined,
        reason => reason,
      );
      const written = (await host.store.log(name)).length - 2;
      if (error === undefined) {
        expect(written).toBe(1);
      } else {
        // What the port can't know the engine finds out, by the trailer.
        expect(['ServiceUnavailableError', 'ConflictError']).toContain(
          error instanceof Error && error.name,
        );
        expect(written).toBe(trouble.afterwards ? 1 : 0);
      }
    });

    it('leaves a host alone that asks for it', async () => {
      const { host, name } = context();
      const repository = host.open(name);
      const base = host.store.head(name);
      host.trouble({
        status: 429,
        headers: { 'retry-after': '1' },
        writes: true,
      });
      await expect(
        writeFiles(context(), change, { base }),
      ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
      expect(host.store.head(name)).toBe(base);
      // A second later all is well again.
      expect(await repository.getBranchHead('main')).toBe(base);
    });
  });
}
