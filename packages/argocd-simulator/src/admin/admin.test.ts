import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Simulator, startSimulator } from '../index';
import { adminRequest, ask, Command } from './commands';

describe('the admin API, through the sub-commands', () => {
  let sim: Simulator;
  let folder: string;
  const run = (command: Command, ...args: string[]) =>
    ask(adminRequest(command, ['--admin', sim.admin.url, ...args]));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-admin-'));
    sim = await startSimulator({ clock: 'stepped' });
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: {
        'dev/settings.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { level: info }\n',
      },
    });
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'settings-dev' },
      spec: {
        project: 'default',
        source: { repoURL: url, path: 'dev', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'dev',
        },
        syncPolicy: {
          automated: {},
          syncOptions: ['CreateNamespace=true'],
        },
      },
    });
    await sim.clock.advance(60_000);
  });
  afterAll(async () => {
    await sim.close();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (path: string) =>
    fetch(`${sim.argocd.main.url}${path}`, {
      headers: { authorization: `Bearer ${sim.tokens.backstage}` },
    });
  const syncStatus = async () =>
    (await (await get('/api/v1/applications/settings-dev')).json()).status.sync
      .status;

  it('edits the cluster by hand, and deletes', async () => {
    expect(await syncStatus()).toBe('Synced');
    const object = [
      ...['--kind', 'ConfigMap', '--namespace', 'dev'],
      ...['--name', 'settings'],
    ];
    await run('edit', ...object, '--patch', '{"data":{"level":"debug"}}');
    await sim.clock.advance(1_000);
    expect(await syncStatus()).toBe('OutOfSync');
    await run('edit', ...object, '--delete');
    await expect(run('edit', ...object, '--delete')).rejects.toThrow(
      'No ConfigMap dev/settings in the cluster of main',
    );
  });

  it('pushes files to a branch, and removes them', async () => {
    const local = join(folder, 'a.txt');
    await writeFile(local, 'pushed\n');
    const repository = ['--repository', 'acme/deploy'];
    const said = await run(
      'push',
      ...repository,
      ...['--message', 'By hand', '--file', `notes/a.txt=${local}`],
    );
    const [newest] = await sim.git.log('acme/deploy', 'main');
    expect(said).toEqual({ sha: newest.sha });
    expect(newest.message.trim()).toBe('By hand');
    expect(
      String(await sim.git.read('acme/deploy', 'main', 'notes/a.txt')),
    ).toBe('pushed\n');
    await run('push', ...repository, '--remove', 'notes/a.txt');
    await expect(
      sim.git.read('acme/deploy', 'main', 'notes/a.txt'),
    ).rejects.toThrow('is not in acme/deploy');
  });

  it('advances the clock', async () => {
    const before = sim.clock.now();
    await run('advance', '--ms', '90000');
    expect(sim.clock.now()).toBe(before + 90_000);
  });

  it('sets faults and clears them', async () => {
    const fault = ['--target', 'argocd', '--kind', 'status'];
    await run('fault', ...fault, '--status', '502', '--times', '1');
    expect((await get('/api/v1/applications')).status).toBe(502);
    expect((await get('/api/v1/applications')).status).toBe(200);

    const { id } = (await run(
      'fault',
      ...fault,
      ...['--match', '/api/v1/projects'],
    )) as { id: string };
    expect((await get('/api/v1/projects')).status).toBe(503);
    expect((await get('/api/v1/applications')).status).toBe(200);
    await run('fault', '--clear', '--id', id);
    expect((await get('/api/v1/projects')).status).toBe(200);
  });

  it.each([
    ['500', 500],
    ['expired-token', 401],
  ])(
    'takes an instance out (%s), its streams too, and back',
    async (kind, status) => {
      const stream = await get('/api/v1/stream/applications');
      await run('outage', '--instance', 'main', '--kind', kind);
      // Ended or torn: either way nobody listens to it in vain.
      await stream.text().catch(() => undefined);
      expect((await get('/api/v1/applications')).status).toBe(status);
      await run('outage', '--instance', 'main', '--kind', 'down');
      await expect(get('/api/v1/applications')).rejects.toThrow('fetch failed');
      await run('outage', '--instance', 'main', '--kind', 'over');
      expect((await get('/api/v1/applications')).status).toBe(200);
    },
  );

  it.each<[Command, string[], string]>([
    [
      'outage',
      ['--instance', 'moon', '--kind', 'down'],
      "There is no instance 'moon', only main",
    ],
    [
      'outage',
      ['--instance', 'main', '--kind', 'sulking'],
      "kind 'sulking' is unknown: use down, hanging, 500, expired-token, over",
    ],
    [
      'fault',
      ['--target', 'moon', '--kind', 'hang'],
      "target 'moon' is unknown: use argocd, git, registry, cluster",
    ],
    [
      'fault',
      ['--target', 'git', '--kind', 'flood'],
      "kind 'flood' is unknown: use latency",
    ],
    [
      'fault',
      ['--target', 'git', '--kind', 'latency', '--ms', 'soon'],
      "--ms 'soon' is no number",
    ],
    [
      'edit',
      ['--kind', 'ConfigMap', '--name', 'a'],
      'give --patch JSON, or --delete',
    ],
    [
      'edit',
      ['--kind', 'ConfigMap', '--name', 'a', '--patch', '{'],
      '--patch is no JSON',
    ],
    ['edit', ['--name', 'a', '--delete'], 'kind is missing'],
    [
      'edit',
      ['--kind', 'ConfigMap', '--name', 'a', '--delete', '--instance', 'other'],
      "There is no instance 'other', only main",
    ],
    ['advance', [], 'ms is missing'],
    ['push', ['--repository', 'acme/deploy'], 'files is missing'],
    [
      'push',
      ['--repository', 'acme/none', '--remove', 'x'],
      'repository acme/none not found',
    ],
    [
      'push',
      ['--repository', 'acme/deploy', '--file', 'x'],
      "--file 'x' is not PATH=LOCAL-FILE",
    ],
  ])('refuses %s %j: %s', async (command, args, message) => {
    await expect((async () => run(command, ...args))()).rejects.toThrow(
      message,
    );
  });

  it('asks for the address, and knows no other route', async () => {
    expect(() => adminRequest('advance', ['--ms', '1'])).toThrow(
      '--admin is missing',
    );
    const answer = await fetch(`${sim.admin.url}/nonsense`);
    expect(answer.status).toBe(404);
    const noPatch = await fetch(`${sim.admin.url}/edit`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'ConfigMap', name: 'settings' }),
    });
    expect(noPatch.status).toBe(400);
    expect((await noPatch.json()).message).toMatch(/^patch is missing/);
  });
});
