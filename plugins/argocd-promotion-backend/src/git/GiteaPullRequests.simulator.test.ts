import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  createSimulatedRepository,
  SimulatedRepository,
  text,
} from './__testUtils__/simulatedRepository';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(30_000);

describe('pull requests of a git host', () => {
  let simulator: Simulator;
  let simulated: SimulatedRepository;
  let repository: GitRepository;
  let name: string;
  let count = 0;

  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  beforeEach(async () => {
    count += 1;
    name = `acme/deploy.it_${count}`;
    simulated = await createSimulatedRepository(simulator, name);
    repository = simulated.repository;
  });

  const branch = 'promote/app-prod#1';
  const pull = { base: 'main', head: branch, title: 'Promote', body: 'Why' };

  const open = async () => {
    await repository.createBranch({ branch, commit: await simulated.head() });
    const commit = await simulated.write(
      {
        'dev/a.yaml': {
          before: text('image: app:1\n'),
          after: text('image: app:2\n'),
        },
      },
      branch,
    );
    return { commit, opened: await repository.openPullRequest(pull) };
  };

  it('are opened once, found and closed', async () => {
    expect(await repository.findPullRequest(pull)).toBeUndefined();
    const { opened } = await open();
    expect(opened).toMatchObject({
      state: 'open',
      base: 'main',
      head: branch,
      body: 'Why',
      url: expect.stringContaining(simulator.git.url),
    });
    expect((await repository.openPullRequest(pull)).number).toBe(opened.number);
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
  });

  it.each([
    ['merge', true],
    ['squash', true],
    ['rebase', true],
    ['rebase-merge', true],
    ['fast-forward-only', false],
  ])('are merged by the style %s', async (style, besideNeighbour) => {
    const { opened } = await open();
    if (besideNeighbour)
      await simulator.git.commit(name, { files: { 'dev/b.yaml': 'b: 2\n' } });
    await simulated.call('POST', `/pulls/${opened.number}/merge`, {
      Do: style,
      delete_branch_after_merge: true,
    });
    const merged = await repository.getPullRequest(opened.number);
    expect(merged).toMatchObject({
      state: 'merged',
      head: branch,
      mergeCommit: await simulated.head(),
      mergedBy: expect.stringMatching(/./),
    });
    expect(await repository.findPullRequest(pull)).toEqual(merged);
    expect(
      (await simulator.git.read(name, 'main', 'dev/a.yaml')).toString(),
    ).toBe('image: app:2\n');
    expect(await repository.isBranch(branch)).toBe(false);
  });
});
