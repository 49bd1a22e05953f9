import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../manifests';
import {
  bomFile,
  createSimulatedRepository,
  largeFile,
  oddPath,
  SimulatedRepository,
  text,
} from './__testUtils__/simulatedRepository';
import { trailerValues } from './trailers';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(30_000);

/** The adapter and the simulated Gitea over real sockets and a real bare repository. */
describe('GiteaRepository against a git host', () => {
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
  afterEach(() => simulator.faults.clear());

  const head = () => simulated.head();

  describe('reading', () => {
    it('tells branches, commits and trees', async () => {
      expect(await repository.getDefaultBranch()).toBe('main');
      expect(await head()).toBe(simulator.git.head(name));
      expect(await repository.isBranch('main')).toBe(true);
      expect(await repository.isBranch('v1.0.0')).toBe(false);
      expect(await repository.getCommit(await head())).toEqual({
        sha: await head(),
        parents: [(await simulator.git.log(name))[1].sha],
        message: expect.stringMatching(/^Add prod\n?$/),
        author: { name: 'Ana Lima', email: 'ana@example.com' },
        committedAt: '2026-02-03T04:05:06.000Z',
      });
      const commit = await head();
      expect(await repository.listFiles({ commit })).toEqual(
        expect.arrayContaining([
          { path: oddPath, blob: gitBlobId(bomFile), size: bomFile.length },
          expect.objectContaining({ path: 'dev/a.yaml' }),
        ]),
      );
      const below = await repository.listFiles({ commit, directory: 'dev' });
      expect(below.map(({ path }) => path).sort()).toEqual([
        'dev/a.yaml',
        'dev/b.yaml',
      ]);
    });

    it.each([
      ['CRLF, a BOM and a name with odd characters', oddPath, bomFile],
      ['one and a half megabytes', 'prod/large.yaml', largeFile],
    ])('gives the exact bytes of a file with %s', async (_, path, bytes) => {
      const file = await repository.readFile({ commit: await head(), path });
      expect(Buffer.from(file.content).equals(bytes)).toBe(true);
      expect(file.blob).toBe(gitBlobId(bytes));
    });

    it('gives what is too large for the contents API', async () => {
      const huge = 'x'.repeat(10 * 1024 * 1024 + 1);
      await simulator.git.commit(name, { files: { 'dev/huge.yaml': huge } });
      const { size } = await repository.readFile({
        commit: await head(),
        path: 'dev/huge.yaml',
      });
      expect(size).toBe(huge.length);
    });

    it('reads at the commit that was asked for, not at the head', async () => {
      const before = await head();
      await simulator.git.commit(name, { files: { 'dev/a.yaml': 'later\n' } });
      const { content } = await repository.readFile({
        commit: before,
        path: 'dev/a.yaml',
      });
      expect(Buffer.from(content).toString()).toBe('image: app:1\n');
    });

    it('lists trees of more than a page', async () => {
      const files = Object.fromEntries(
        Array.from({ length: 1_100 }, (_, i) => [`many/${i}.yaml`, `${i}\n`]),
      );
      await simulator.git.commit(name, { files });
      const listed = await repository.listFiles({
        commit: await head(),
        directory: 'many',
      });
      expect(new Set(listed.map(({ path }) => path)).size).toBe(1_100);
    });

    it('lists commits page by page, and none of a path that never was', async () => {
      const long = await createSimulatedRepository(
        simulator,
        'acme/history',
        Array.from({ length: 55 }, (_, i) => ({
          files: { 'dev/a.yaml': `image: app:${i + 2}\n` },
          message: `Number ${i}`,
        })),
      );
      const list = (path: string, limit: number) =>
        long.repository.listCommits({ ref: 'main', path, limit });
      const commits = await list('dev/a.yaml', 53);
      expect(commits).toHaveLength(53);
      expect(commits[0].message.trim()).toBe('Number 54');
      expect(commits[52].message.trim()).toBe('Number 2');
      expect(await list('dev/a.yaml', 100)).toHaveLength(56);
      expect(await list('dev/none.yaml', 10)).toEqual([]);
      await expect(
        long.repository.listCommits({
          ref: 'no',
          path: 'dev/a.yaml',
          limit: 1,
        }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });

    it('says what is not there', async () => {
      const commit = await head();
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
      await expect(repository.getCommit('0'.repeat(40))).rejects.toMatchObject(
        missing,
      );
    });
  });

  describe('writing', () => {
    const a = text('image: app:1\n');
    const b = text('b: 1\n');

    it('writes several files, byte for byte, in one commit', async () => {
      const before = await head();
      const after = Buffer.from(bomFile.toString().replace('app:1', 'app:2'));
      const commit = await simulated.write({
        [oddPath]: { before: bomFile, after },
        'dev/a.yaml': { before: a, after: text('image: app:2') },
      });
      expect(commit).toMatchObject({
        sha: await head(),
        parents: [before],
        author: { name: 'Ana Lima', email: 'ana@example.com' },
      });
      expect(
        (await simulator.git.read(name, 'main', oddPath)).equals(after),
      ).toBe(true);
      expect(
        (await simulator.git.read(name, 'main', 'dev/a.yaml')).toString(),
      ).toBe('image: app:2');
      const commits = await repository.listCommits({
        ref: 'main',
        path: oddPath,
        limit: 10,
      });
      expect(
        commits.map(each => trailerValues(each.message, 'Promotion-Id')),
      ).toEqual([['42'], []]);
      expect(commits[0].sha).toBe(commit.sha);
    });

    it('refuses, and writes nothing, when one of the files has moved', async () => {
      await simulator.git.commit(name, { files: { 'dev/b.yaml': 'b: 2\n' } });
      const before = await head();
      await expect(
        simulated.write({
          'dev/a.yaml': { before: a, after: text('x\n') },
          'dev/b.yaml': { before: b, after: text('y\n') },
        }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('dev/b.yaml was changed on main'),
      });
      expect(await head()).toBe(before);
    });

    it('refuses when one of the files was removed', async () => {
      await simulator.git.commit(name, { files: { 'dev/b.yaml': null } });
      await expect(
        simulated.write({ 'dev/b.yaml': { before: b, after: text('y\n') } }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('dev/b.yaml was removed'),
      });
    });

    it('writes on top of a commit of a neighbour', async () => {
      const neighbour = await simulator.git.commit(name, {
        files: { 'dev/b.yaml': 'b: 2\n' },
      });
      const commit = await simulated.write({
        'dev/a.yaml': { before: a, after: text('image: app:2\n') },
      });
      expect(commit.parents).toEqual([neighbour]);
      expect(
        (await simulator.git.read(name, 'main', 'dev/b.yaml')).toString(),
      ).toBe('b: 2\n');
    });

    it('lets exactly one of several writers of a file win', async () => {
      const results = await Promise.allSettled(
        ['2', '3', '4', '5'].map(version =>
          simulated.write({
            'dev/a.yaml': { before: a, after: text(`image: app:${version}\n`) },
          }),
        ),
      );
      const lost = results.filter(result => result.status === 'rejected');
      expect(lost.map(({ reason }) => reason.name)).toEqual(
        Array(3).fill('ConflictError'),
      );
      expect(await simulator.git.log(name)).toHaveLength(3);
    });

    it('writes again when neighbours were faster', async () => {
      const commits = await Promise.all([
        simulated.write({ 'dev/a.yaml': { before: a, after: text('x\n') } }),
        simulated.write({ 'dev/b.yaml': { before: b, after: text('y\n') } }),
      ]);
      expect(await simulator.git.log(name)).toHaveLength(4);
      expect(new Set(commits.map(({ sha }) => sha)).size).toBe(2);
    });

    it('says that a branch is not there', async () => {
      await expect(
        simulated.write(
          { 'dev/a.yaml': { before: a, after: text('x\n') } },
          'none',
        ),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });
  });

  it('makes branches once, and removes them', async () => {
    const branch = "promote/checkout+prod#1&ü'";
    const commit = await head();
    await repository.createBranch({ branch, commit });
    await repository.createBranch({ branch, commit });
    expect(await repository.getBranchHead(branch)).toBe(commit);
    await simulator.git.commit(name, { files: { 'dev/b.yaml': 'b: 2\n' } });
    await expect(
      repository.createBranch({ branch, commit: await head() }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await expect(
      repository.createBranch({ branch: 'main/beside', commit }),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining("can't be made beside"),
    });
    await repository.deleteBranch(branch);
    await repository.deleteBranch(branch);
    expect(await repository.isBranch(branch)).toBe(false);
  });

  it('knows which commits contain which', async () => {
    const [newest, oldest] = (await simulator.git.log(name)).map(
      ({ sha }) => sha,
    );
    const side = await simulator.git.commit(name, {
      branch: 'side',
      files: { 'dev/b.yaml': 'side\n' },
    });
    const contains = (ancestor: string, commit: string) =>
      repository.contains({ ancestor, commit });
    expect(await contains(oldest, newest)).toBe(true);
    expect(await contains(newest, newest)).toBe(true);
    expect(await contains(newest, oldest)).toBe(false);
    expect(await contains(side, newest)).toBe(false);
    expect(await contains(newest, side)).toBe(true);
  });

  describe('trouble', () => {
    it('never tells the token', async () => {
      const tokens = [...Object.values(simulator.git.tokens), 'not-a-token'];
      const errors: unknown[] = [];
      const refusedBy = async (token: string, act: () => Promise<unknown>) => {
        const error = await act().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ name: 'NotAllowedError' });
        errors.push(error);
        for (const each of [...tokens, token])
          expect(`${error} ${JSON.stringify(error)}`).not.toContain(each);
      };
      await refusedBy('not-a-token', () =>
        simulated.as('not-a-token').getBranchHead('main'),
      );
      const reader = simulated.as(simulator.git.tokens.reader);
      const commit = await reader.getBranchHead('main');
      await refusedBy(simulator.git.tokens.reader, () =>
        reader.createBranch({ branch: 'mine', commit }),
      );
      expect(errors).toHaveLength(2);
    });

    it('reads again after a reset connection and a bad gateway', async () => {
      simulator.faults.set({ target: 'git', kind: 'reset', times: 1 });
      simulator.faults.set({ target: 'git', kind: 'html', times: 1 });
      expect(await head()).toBe(simulator.git.head(name));
    });

    it('does not write again what got no answer', async () => {
      simulator.faults.set({ target: 'git', kind: 'reset', times: 1 });
      const before = simulator.git.head(name);
      await expect(
        simulated.write({
          'dev/a.yaml': { before: text('image: app:1\n'), after: text('x\n') },
        }),
      ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
      expect(simulator.git.head(name)).toBe(before);
    });
  });
});
