/* eslint-disable jest/no-export, jest/no-conditional-expect -- one contract for the tests of all hosts; what a host does not offer is not expected of it */
import { trailerValues } from '../../trailers';
import { text } from './content';
import type { ContractContext } from './describeGitRepository';
import { MergeStyle } from './HostUnderTest';
import { writeFiles } from './describeWriting';

const branch = 'promote/app-prod#1';
const pull = { base: 'main', head: branch, title: 'Promote', body: 'Why' };
const change = {
  'dev/a.yaml': {
    before: text('image: app:1\n'),
    after: text('image: app:2\n'),
  },
};

async function openOne(context: ContractContext) {
  const { host, name } = context;
  const repository = host.open(name);
  await repository.createBranch({ branch, commit: host.store.head(name) });
  await writeFiles(context, change, { branch });
  return { repository, opened: await repository.openPullRequest(pull) };
}

export function describePullRequests(context: () => ContractContext): void {
  describe('pull requests', () => {
    it('are opened once, found and closed; or said not to be', async () => {
      const { host, name } = context();
      if (!host.person) {
        const repository = host.open(name);
        expect(await repository.findPullRequest(pull)).toBeUndefined();
        await expect(repository.openPullRequest(pull)).rejects.toMatchObject({
          name: 'NotImplementedError',
          message: expect.stringContaining('delivery: commit'),
        });
        return;
      }
      expect(await host.open(name).findPullRequest(pull)).toBeUndefined();
      const { repository, opened } = await openOne(context());
      expect(opened).toMatchObject({
        state: 'open',
        base: 'main',
        head: branch,
        body: 'Why',
        url: expect.stringMatching(/^http/),
      });
      expect(opened.problems ?? []).toEqual([]);
      expect((await repository.openPullRequest(pull)).number).toBe(
        opened.number,
      );
      await repository.closePullRequest(opened.number);
      expect(await repository.findPullRequest(pull)).toMatchObject({
        number: opened.number,
        state: 'closed',
      });
      await repository.deleteBranch(branch);
      expect(await repository.findPullRequest(pull)).toMatchObject({
        state: 'closed',
        head: branch,
      });
      await expect(repository.getPullRequest(4711)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    it.each<[MergeStyle]>([['merge'], ['squash'], ['rebase']])(
      'are found by their trailer when merged by %s beside a neighbour',
      async style => {
        const { host, name } = context();
        if (!host.person || !host.mergeStyles.includes(style)) return;
        const { repository, opened } = await openOne(context());
        await host.store.commit(name, { files: { 'dev/b.yaml': 'b: 2\n' } });
        await host.person(name, opened.number, {
          do: 'merge',
          style,
          deleteBranch: true,
        });
        const merged = await repository.getPullRequest(opened.number);
        expect(merged).toMatchObject({
          state: 'merged',
          head: branch,
          mergeCommit: host.store.head(name),
        });
        expect(await repository.findPullRequest(pull)).toEqual(merged);
        expect(
          (await host.store.read(name, 'main', 'dev/a.yaml')).toString(),
        ).toBe('image: app:2\n');
        expect(await repository.isBranch(branch)).toBe(false);
        const commits = await repository.listCommits({
          ref: 'main',
          limit: 10,
        });
        const ids = commits.flatMap(({ message }) =>
          trailerValues(message, 'Promotion-Id'),
        );
        if (style !== 'squash') expect(ids).toEqual(['42']);
      },
    );

    it('follow what a reviewer does', async () => {
      const { host, name } = context();
      if (!host.person) return;
      const { repository, opened } = await openOne(context());
      const state = async () =>
        (await repository.getPullRequest(opened.number)).state;
      await host.store.commit(name, {
        branch,
        files: { 'dev/a.yaml': 'image: app:3\n' },
        message: 'Edit by a reviewer',
      });
      expect(await state()).toBe('open');
      await host.person(name, opened.number, { do: 'close' });
      expect(await state()).toBe('closed');
      await host.person(name, opened.number, { do: 'reopen' });
      expect(await state()).toBe('open');
      await host.store.commit(name, {
        branch: 'release',
        files: { 'dev/c.yaml': 'c: 2\n' },
      });
      await host.person(name, opened.number, {
        do: 'retarget',
        base: 'release',
      });
      expect(await repository.findPullRequest(pull)).toMatchObject({
        number: opened.number,
        base: 'release',
      });
    });

    it('are opened as a draft, with labels and reviewers', async () => {
      const { host, name } = context();
      if (!host.person) return;
      const repository = host.open(name);
      await repository.createBranch({ branch, commit: host.store.head(name) });
      await writeFiles(context(), change, { branch });
      const opened = await repository.openPullRequest({
        ...pull,
        draft: true,
        labels: ['promotion'],
        reviewers: ['reviewer', 'stranger'],
      });
      expect(opened.state).toBe('open');
      expect(opened.draft).toBe(true);
      expect(opened.problems?.join(' ')).toContain('stranger');
    });
  });
}
