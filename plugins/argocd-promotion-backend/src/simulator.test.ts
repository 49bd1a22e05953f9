import {
  EnvironmentView,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Fault, Simulator, startSimulator } from '@fairway/argocd-simulator';
import {
  component,
  startPlugin,
  threeEnvironments,
} from './__testUtils__/startPlugin';
import { violations } from './__testUtils__/described';
import { until } from './__testUtils__/until';

jest.setTimeout(60_000);

const route = '/v1/entities/component/default/checkout';

describe('against a simulated Argo CD', () => {
  let sim: Simulator;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  let digests: string[];

  const manifest = (index: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: ${sim.registry.host}/shop/checkout:1.${index}@${digests[index]}
`;

  beforeAll(async () => {
    sim = await startSimulator({ instances: ['main', 'other'], speed: 50 });
    digests = ['1.0', '1.1'].map(
      tag =>
        sim.registry.push('shop/checkout', { tag, labels: { version: tag } })
          .digest,
    );
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: Object.fromEntries(
        ['dev', 'staging', 'prod', 'prod-eu'].map(name => [
          `${name}/checkout.yaml`,
          manifest(0),
        ]),
      ),
      message: 'Ship checkout 1.0',
      author: 'Ana Lima <ana@example.com>',
    });
    const application = (
      instance: string,
      path: string,
      labels: Record<string, string>,
    ) => {
      sim.argocd[instance].createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: `checkout-${path}`, labels },
        spec: {
          project: 'default',
          source: { repoURL: url, path, targetRevision: 'main' },
          destination: {
            server: 'https://kubernetes.default.svc',
            namespace: `checkout-${path}`,
          },
          syncPolicy: {
            automated: { prune: true, selfHeal: false },
            syncOptions: ['CreateNamespace=true'],
          },
        },
      });
    };
    const ours = { 'backstage.io/kubernetes-id': 'checkout' };
    application('main', 'dev', { ...ours, environment: 'dev' });
    application('main', 'staging', { ...ours, environment: 'staging' });
    application('main', 'prod', { environment: 'prod' });
    application('other', 'prod-eu', { ...ours, environment: 'prod' });
    await sim.argocd.main.settled();
    plugin = await startPlugin({
      argocdPromotion: {
        instances: ['main', 'other'].map(name => ({
          name,
          url: sim.argocd[name].url,
          token: sim.argocd[name].tokens.backstage,
        })),
        environments: threeEnvironments,
        registries: [{ host: sim.registry.host, insecure: true }],
      },
      entities: [
        component('checkout', {
          annotations: {
            'argocd/app-name':
              'checkout-dev,checkout-staging,checkout-prod,checkout-prod-eu',
          },
        }),
      ],
    });
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
  });

  const view = async () => (await plugin.get(route)).body as PipelineView;
  const applications = ({ environments }: PipelineView) =>
    environments.flatMap(environment => environment.applications);
  const environment = (
    { environments }: PipelineView,
    name: string,
  ): EnvironmentView => {
    const found = environments.find(candidate => candidate.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  /** The view once everything about it was read. */
  const complete = () =>
    until(async () => {
      const seen = await view();
      const all = applications(seen);
      const read = all.every(
        ({ images, lastChange, health }) =>
          health.status === 'Healthy' &&
          lastChange?.author &&
          images[0]?.pods?.matching === 2,
      );
      return all.length === 4 && read ? seen : undefined;
    }, 20_000);

  /** Reading ahead has ended: nothing was asked for a second. */
  const quiet = () =>
    until(() => {
      const last = Math.max(
        ...Object.values(sim.argocd).flatMap(({ requests }) =>
          requests.map(({ at }) => at),
        ),
      );
      return sim.clock.now() - last > 1_000 ? true : undefined;
    }, 20_000);

  it('shows what runs where, by what proof, and asks Argo CD nothing for it', async () => {
    const seen = await complete();
    expect(
      seen.environments.map(({ name, release, ...rest }) => [
        name,
        rest.applications.map(app => `${app.name} ${app.binding.kind}`),
        release?.images.map(({ digest, tag }) => `${tag} ${digest}`),
      ]),
    ).toEqual([
      ['dev', ['checkout-dev proof'], [`1.0 ${digests[0]}`]],
      ['staging', ['checkout-staging proof'], [`1.0 ${digests[0]}`]],
      [
        'prod',
        ['checkout-prod claim', 'checkout-prod-eu proof'],
        [`1.0 ${digests[0]}`],
      ],
    ]);
    expect(environment(seen, 'dev').applications[0]).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
      lastChange: { author: 'Ana Lima', message: 'Ship checkout 1.0' },
      images: [{ source: 'pod', pods: { total: 2, matching: 2, others: [] } }],
    });
    expect(seen.problems.map(({ code }) => code)).toEqual(['claim-only']);

    await quiet();
    sim.argocd.main.clearRequests();
    sim.argocd.other.clearRequests();
    for (let i = 0; i < 3; i += 1) {
      expect((await plugin.get(route)).status).toBe(200);
      const details = `${route}/applications/main/argocd/checkout-dev`;
      expect((await plugin.get(details)).status).toBe(200);
      expect((await plugin.get('/v1/instances')).status).toBe(200);
    }
    expect(sim.argocd.main.requests).toEqual([]);
    expect(sim.argocd.other.requests).toEqual([]);
  });

  it('answers as the OpenAPI description says', async () => {
    const details = `${route}/applications/main/argocd/checkout-dev`;
    expect(violations('PipelineView', await complete())).toEqual([]);
    expect(
      violations('ApplicationDetails', (await plugin.get(details)).body),
    ).toEqual([]);
    const { body } = await plugin.get('/v1/instances');
    expect(violations('InstanceList', body)).toEqual([]);
  });

  it('shows resources of the cluster only with proof', async () => {
    await complete();
    const claimed = `${route}/applications/main/argocd/checkout-prod`;
    const proven = `${route}/applications/main/argocd/checkout-dev`;
    expect((await plugin.get(claimed)).body.resources).toEqual([]);
    expect((await plugin.get(proven)).body.resources).toMatchObject([
      { kind: 'Deployment', name: 'checkout', sync: 'Synced' },
    ]);
  });

  it('tells open pages of a commit at once, and how far the next environment is behind', async () => {
    await complete();
    plugin.publish.mockClear();
    const at = Date.now();
    await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/checkout.yaml': manifest(1) },
      message: 'Ship checkout 1.1',
      author: 'Ana Lima <ana@example.com>',
    });
    const [signal] = await until(() => plugin.publish.mock.calls[0]);
    expect(Date.now() - at).toBeLessThan(2_000);
    expect(signal).toMatchObject({
      message: { type: 'changed', entityRefs: ['component:default/checkout'] },
    });
    const seen = await until(async () => {
      const now = await view();
      const [image] = environment(now, 'dev').applications[0].images;
      return image.digest === digests[1] && image.pods?.matching === 2
        ? now
        : undefined;
    });
    const { lag } = environment(seen, 'staging');
    expect(lag).toMatchObject({ from: 'dev', releases: 1 });
    // Argo CD tells whole seconds.
    expect(Date.parse(lag?.since ?? '')).toBeGreaterThan(at - 1_000);
    expect(environment(seen, 'prod').lag).toBeUndefined();
  });

  it('shows a hand edit, and which resource it is', async () => {
    await complete();
    sim.argocd.main.patchLive(
      { kind: 'Deployment', namespace: 'checkout-dev', name: 'checkout' },
      { spec: { replicas: 3 } },
    );
    await until(async () =>
      environment(await view(), 'dev').drift.differs === 1 ? true : undefined,
    );
    const { body } = await plugin.get(
      `${route}/applications/main/argocd/checkout-dev`,
    );
    expect(body.drifted).toMatchObject([
      { kind: 'Deployment', name: 'checkout', difference: 'differs' },
    ]);
    sim.argocd.main.patchLive(
      { kind: 'Deployment', namespace: 'checkout-dev', name: 'checkout' },
      { spec: { replicas: 2 } },
    );
    await until(async () =>
      environment(await view(), 'dev').drift.differs === 0 ? true : undefined,
    );
  });

  const staleness = async () =>
    Object.fromEntries(
      applications(await view()).map(({ name, staleSince }) => [
        name,
        staleSince !== undefined,
      ]),
    );
  const fine = {
    'checkout-dev': false,
    'checkout-staging': false,
    'checkout-prod': false,
    'checkout-prod-eu': false,
  };

  // The hanging one is last: whoever hangs on is waited for until the deadline of the call.
  it.each<[Fault['kind'], boolean]>([
    ['status', true],
    ['html', true],
    ['expired-token', true],
    ['hang', false],
  ])(
    'keeps one Instance that answers with %s apart from the other',
    async (kind, recovers) => {
      await until(async () =>
        (await staleness())['checkout-prod-eu'] ? undefined : true,
      );
      sim.faults.set({ target: 'argocd', instance: 'other', kind });
      sim.faults.set({
        target: 'argocd',
        instance: 'other',
        kind: 'cut-stream',
      });
      await until(async () =>
        (await staleness())['checkout-prod-eu'] ? true : undefined,
      );
      const at = Date.now();
      const seen = await view();
      expect(Date.now() - at).toBeLessThan(1_000);
      expect(await staleness()).toEqual({ ...fine, 'checkout-prod-eu': true });
      expect(seen.problems).toContainEqual(
        expect.objectContaining({ code: 'instance-stale' }),
      );
      expect(JSON.stringify(seen)).not.toContain(sim.argocd.other.url);
      sim.faults.clear();
      if (!recovers) return;
      await until(async () =>
        (await staleness())['checkout-prod-eu'] ? undefined : true,
      );
    },
  );
});
