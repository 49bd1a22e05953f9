/* eslint-disable jest/no-export, jest/no-conditional-expect -- one contract for the tests of all hosts; what a host does not offer is not expected of it */
import type { ContractContext } from './describeGitRepository';

export function describeBranches(context: () => ContractContext): void {
  it('makes branches once, and removes them', async () => {
    const { host, name } = context();
    const repository = host.open(name);
    const branch = "promote/checkout+prod#1&ü'";
    const commit = await repository.getBranchHead('main');
    await repository.createBranch({ branch, commit });
    await repository.createBranch({ branch, commit });
    expect(await repository.getBranchHead(branch)).toBe(commit);
    expect(host.store.head(name, branch)).toBe(commit);
    const other = await host.store.commit(name, {
      files: { 'dev/b.yaml': 'b: 2\n' },
    });
    await expect(
      repository.createBranch({ branch, commit: other }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await repository.deleteBranch(branch);
    await repository.deleteBranch(branch);
    expect(await repository.isBranch(branch)).toBe(false);
  });

  it('knows which commits contain which, and what lies between', async () => {
    const { host, name } = context();
    const repository = host.open(name);
    const [newest, oldest] = (await host.store.log(name)).map(({ sha }) => sha);
    const side = await host.store.commit(name, {
      branch: 'side',
      files: { 'dev/b.yaml': 'side\n' },
    });
    const onMain = await host.store.commit(name, {
      files: { 'dev/a.yaml': 'main\n' },
    });
    const contains = (ancestor: string, commit: string) =>
      repository.contains({ ancestor, commit });
    expect(await contains(oldest, newest)).toBe(true);
    expect(await contains(newest, newest)).toBe(true);
    expect(await contains(newest, oldest)).toBe(false);
    expect(await contains(side, newest)).toBe(false);
    expect(await contains(side, onMain)).toBe(false);
    expect(await contains(newest, side)).toBe(true);
    expect(repository.listCommitsBetween).toBeDefined();
    const between = async (ancestor: string, commit: string) =>
      (
        await repository.listCommitsBetween?.({ ancestor, commit, limit: 10 })
      )?.map(({ sha }) => sha);
    expect(await between(oldest, onMain)).toEqual([onMain, newest]);
    expect(await between(side, onMain)).toEqual([onMain]);
    expect(await between(onMain, newest)).toEqual([]);
  });

  it('reads what checks say of a commit', async () => {
    const { host, name } = context();
    const repository = host.open(name);
    if (!host.check) {
      expect(repository.listCommitStatuses).toBeUndefined();
      return;
    }
    const sha = host.store.head(name);
    expect(await repository.listCommitStatuses?.(sha)).toEqual([]);
    await host.check(name, sha, { name: 'build', state: 'pending' });
    await host.check(name, sha, { name: 'lint', state: 'failure' });
    await host.check(name, sha, { name: 'build', state: 'success' });
    const statuses = await repository.listCommitStatuses?.(sha);
    expect(
      statuses?.map(status => `${status.name} ${status.state}`).sort(),
    ).toEqual(['build success', 'lint failure']);
  });
}
