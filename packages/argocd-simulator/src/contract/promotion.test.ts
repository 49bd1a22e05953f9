import { Simulator, startSimulator } from '../index';
import { follow } from './__testUtils__/company';
import { recording } from './__testUtils__/recordings';

const manifests = (digest: string, hook = 'true') => `
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { argocd.argoproj.io/hook: PreSync }
spec:
  backoffLimit: 0
  template: { spec: { restartPolicy: Never, containers: [{ name: m, image: "HOST/migrate:1", command: [sh, -c, "${hook}"] }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: "HOST/checkout@${digest}" }] }
`;

jest.setTimeout(30_000);

describe('a simulated Argo CD', () => {
  let sim: Simulator;
  let digests: string[];
  /** Until nothing happens any more: the retries of a hook take more than six minutes. */
  const rest = () => sim.clock.advance(600_000);
  const render = (digest: string, hook?: string) =>
    manifests(digest, hook).replace(/HOST/g, sim.registry.host);

  beforeAll(async () => {
    sim = await startSimulator({ clock: 'stepped' });
    sim.registry.push('migrate', { tag: '1' });
    digests = ['1.0', '1.1'].map(
      tag =>
        sim.registry.push('checkout', { tag, labels: { version: tag } }).digest,
    );
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: { 'dev/all.yaml': render(digests[0]) },
    });
    sim.argocd.main.createProject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'shop' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*-dev' }],
      },
    });
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'checkout-dev' },
      spec: {
        project: 'shop',
        source: { repoURL: url, path: 'dev', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'checkout-dev',
        },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ['CreateNamespace=true'],
        },
      },
    });
    await rest();
  });
  afterAll(() => sim.close());

  const call = (path: string, init: RequestInit & { as?: string } = {}) =>
    fetch(`${sim.argocd.main.url}${path}`, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(init.as ? { authorization: `Bearer ${sim.tokens[init.as]}` } : {}),
        ...init.headers,
      },
    });
  const app = async () =>
    (
      await call('/api/v1/applications/checkout-dev', { as: 'backstage' })
    ).json() as Promise<{
      status: {
        sync: { status: string; revision: string };
        health: { status: string };
        operationState: { phase: string; retryCount?: number; message: string };
        summary: { images: string[] };
        history: unknown[];
      };
    }>;

  it('follows a commit: sync, hooks, roll-out, pods with the new digest', async () => {
    const { status } = await app();
    expect(status).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
      operationState: {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
      },
    });
    const sha = await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/all.yaml': render(digests[1]) },
      message: 'Promote',
    });
    await rest();
    const after = (await app()).status;
    expect(after.sync).toMatchObject({ status: 'Synced', revision: sha });
    expect(after.health.status).toBe('Healthy');
    expect(after.history).toHaveLength(2);
    expect(after.summary.images.some(image => image.endsWith(digests[1]))).toBe(
      true,
    );
    expect(after.summary.images.some(image => image.endsWith(digests[0]))).toBe(
      false,
    );
  });

  it('heals a hand edit and says so', async () => {
    sim.argocd.main.patchLive(
      { kind: 'Deployment', namespace: 'checkout-dev', name: 'checkout' },
      { spec: { replicas: 5 } },
    );
    await rest();
    const { status } = await app();
    expect(status.operationState).toMatchObject({
      phase: 'Succeeded',
      operation: { sync: { autoHealAttemptsCount: 1 } },
    });
    expect(status).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
    });
    expect(status.history).toHaveLength(2);
  });

  it('retries a failing hook five times, as recorded', async () => {
    const stream = await follow(
      call('/api/v1/stream/applications?name=checkout-dev', {
        as: 'backstage',
      }),
    );
    await stream.until(messages => messages.length > 0);
    await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/all.yaml': render(digests[0], 'exit 1') },
      message: 'Break',
    });
    await rest();
    const { status } = await app();
    await stream.until(messages =>
      messages.some(
        ({ result }) =>
          result.application.status.operationState?.phase === 'Failed',
      ),
    );
    const facts = new Set(
      (await stream.stop()).flatMap(({ result }) => {
        const state = result.application.status.operationState;
        return state?.retryCount ? [`${state.phase} ${state.retryCount}`] : [];
      }),
    );
    expect([...facts]).toEqual([
      'Running 1',
      'Running 2',
      'Running 3',
      'Running 4',
      'Running 5',
      'Failed 5',
    ]);
    expect(status.operationState.message).toBe(
      'one or more synchronization tasks completed unsuccessfully (retried 5 times).',
    );
  });

  it('shows an image that cannot be pulled: synced, progressing, then degraded', async () => {
    const broken = render('sha256:'.padEnd(71, '0')).replace(
      'replicas: 2',
      'replicas: 1\n  progressDeadlineSeconds: 100',
    );
    await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/all.yaml': broken },
      message: 'Missing image',
    });
    await rest();
    const { status } = await app();
    expect(status).toMatchObject({
      sync: { status: 'Synced' },
      health: {
        status: 'Degraded',
        message: 'Caused by apps/Deployment:checkout-dev/checkout',
      },
      operationState: { phase: 'Succeeded' },
    });
    const tree = await (
      await call('/api/v1/applications/checkout-dev/resource-tree', {
        as: 'backstage',
      })
    ).json();
    const pods = tree.nodes.filter(
      (node: { kind: string; name: string }) =>
        node.kind === 'Pod' && node.name.startsWith('checkout-'),
    );
    const reasons = pods.map(
      (pod: { info: Array<{ value: string }> }) => pod.info[0].value,
    );
    expect(reasons).toContain('ImagePullBackOff');
    expect(reasons).toContain('Running');
  });

  it('keeps health and says ComparisonError for a path that is gone', async () => {
    await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/all.yaml': null, 'other/x.yaml': render(digests[0]) },
      message: 'Move',
    });
    await rest();
    const { status } = (await app()) as unknown as {
      status: {
        sync: object;
        conditions: Array<{ type: string; message: string }>;
      };
    };
    expect(status.sync).toMatchObject({ status: 'Unknown', revision: 'main' });
    expect(status.conditions[0].type).toBe('ComparisonError');
    expect(status.conditions[0].message).toContain('app path does not exist');
  });

  it('makes children of a root, and prunes them', async () => {
    const child = (name: string) =>
      JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: {
          name,
          finalizers: ['resources-finalizer.argocd.argoproj.io'],
        },
        spec: {
          project: 'default',
          source: {
            repoURL: sim.git.store.cloneUrl(sim.git.store.get('acme/deploy')),
            path: 'other',
            targetRevision: 'main',
          },
          destination: {
            server: 'https://kubernetes.default.svc',
            namespace: `${name}-ns`,
          },
          syncPolicy: {
            automated: { prune: true },
            syncOptions: ['CreateNamespace=true'],
          },
        },
      });
    const { url } = await sim.git.createRepository('acme/root', {
      files: {
        'apps/a.yaml': child('child-a'),
        'apps/b.yaml': child('child-b'),
      },
    });
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'root' },
      spec: {
        project: 'default',
        source: { repoURL: url, path: 'apps', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'argocd',
        },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
    await rest();
    const names = async () =>
      (
        await (
          await call(
            '/api/v1/applications?fields=items.metadata.name,items.status.health',
            { as: 'backstage' },
          )
        ).json()
      ).items.map((item: { metadata: { name: string } }) => item.metadata.name);
    expect(await names()).toEqual([
      'checkout-dev',
      'child-a',
      'child-b',
      'root',
    ]);
    const kid = await (
      await call('/api/v1/applications/child-a', { as: 'backstage' })
    ).json();
    expect(kid.metadata.annotations['argocd.argoproj.io/tracking-id']).toBe(
      'root:argoproj.io/Application:argocd/child-a',
    );
    expect(kid.status).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
    });
    await sim.git.commit('acme/root', {
      branch: 'main',
      files: { 'apps/b.yaml': null },
      message: 'Remove b',
    });
    await rest();
    expect(await names()).toEqual(['checkout-dev', 'child-a', 'root']);
  });

  it.each([
    'application-get-unknown',
    'application-get-unknown-with-project',
    'application-get-name-with-encoded-slash',
    'applications-list-anonymous',
    'applications-list-bad-selector',
    'double-slash-path',
    'post-without-json-content-type',
    'delete-without-json-content-type',
    'session-create-wrong-password',
    'session-userinfo-anonymous',
    'session-userinfo',
    'trailing-slash',
    'unknown-path',
    'version',
    'stream-anonymous',
    'stream-resource-tree-unknown',
    'can-i-sync',
    'can-i-sync-reader',
    'project-get-unknown',
    'project-create-bad-name',
    'application-create-unknown-project',
    'application-create-broken-json',
    'repositories-list',
    'application-rollback-auto-sync',
    'application-sync-auto-other-revision',
  ])('answers %s as recorded', async name => {
    const { request, response } = recording(name);
    const typed = !name.includes('without-json') && request.method !== 'GET';
    const body = request.body === undefined ? undefined : request.body;
    const answer = await call(request.path, {
      method: request.method,
      as: request.as === 'nobody logged in' ? undefined : request.as,
      ...(typed ? { headers: { 'content-type': 'application/json' } } : {}),
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.status).toBe(response.status);
    expect(answer.headers.get('content-type')).toBe(
      response.headers['content-type'],
    );
    expect(typeof response.body === 'string' ? text : JSON.parse(text)).toEqual(
      response.body,
    );
  });
});
