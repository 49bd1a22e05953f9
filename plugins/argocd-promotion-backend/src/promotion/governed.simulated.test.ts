import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import {
  overlay,
  REPOSITORY,
  SimulatedShop,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const labels = 'environment: staging, backstage.io/kubernetes-id: checkout';

/** The file that pins staging is not in a folder that staging's own Application renders. */
describe('a promotion whose file another source or another Application takes', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async () => {
    const shop = await startShop({ staging: false });
    stops.push(() => shop.sim.close());
    return shop;
  };
  const create = (
    { sim }: SimulatedShop,
    name: string,
    source: object,
    meta: object = {},
  ) =>
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'argocd', ...meta },
      spec: {
        project: 'default',
        destination: { name: 'in-cluster', namespace: name },
        ...source,
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ['CreateNamespace=true'],
        },
      },
    });
  const promote = async (shop: SimulatedShop) => {
    await shop.sim.argocd.main.settled({ timeoutMs: 30_000 });
    const backend = await startPromotionBackend(shop);
    stops.push(backend.stop);
    const plan = await backend.client.plan();
    const { id } = (await backend.client.promote('one')).body;
    const done = await backend.client.end(id);
    return { plan, done };
  };

  it('is verified where it stands in a child Application below its root', async () => {
    const shop = await start();
    const { sim, image, old, fresh } = shop;
    await sim.git.commit(REPOSITORY, {
      branch: 'main',
      message: 'A base without a pin',
      files: {
        'overlays/bare/kustomization.yaml': 'resources: [../../base]\n',
      },
    });
    const child = (digest: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: checkout-staging
  labels: { ${labels} }
spec:
  project: default
  destination: { name: in-cluster, namespace: checkout-staging }
  source:
    repoURL: ${sim.git.url}/${REPOSITORY}.git
    targetRevision: main
    path: overlays/bare
    kustomize:
      images:
        - ${image}@${digest} # pin
  syncPolicy:
    automated: { prune: true, selfHeal: true }
    syncOptions: [CreateNamespace=true]
`;
    const { url } = await sim.git.createRepository('acme/roots', {
      files: { 'staging/checkout.yaml': child(old.digest) },
    });
    create(shop, 'root-staging', {
      destination: { name: 'in-cluster', namespace: 'argocd' },
      source: { repoURL: url, path: 'staging', targetRevision: 'main' },
    });
    const { plan, done } = await promote(shop);
    expect(plan.edits.map(({ path }: { path: string }) => path)).toEqual([
      'staging/checkout.yaml',
    ]);
    // The root that took the file, and the child that runs it.
    expect([done.state, done.message.split('; ').sort()]).toEqual([
      'succeeded',
      [
        'checkout-staging is Synced and Healthy and its Pods run the promoted digests',
        'root-staging is Synced',
      ],
    ]);
    const text = await sim.git.read(
      'acme/roots',
      'main',
      'staging/checkout.yaml',
    );
    expect(text.toString()).toBe(child(fresh.digest));
  });

  it('is verified where it stands in values of another repository', async () => {
    const shop = await start();
    const { sim, image, old, fresh } = shop;
    const { url: chart } = await sim.git.createRepository('acme/chart', {
      files: {
        'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
        'chart/values.yaml': `image:\n  repository: ${image}\n  digest: ""\n`,
        'chart/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: "{{ .Values.image.repository }}@{{ .Values.image.digest }}"
`,
      },
    });
    const values = (digest: string) =>
      `# staging\nimage:\n  digest: ${digest} # pin\n`;
    const { url: own } = await sim.git.createRepository('acme/values', {
      files: { 'checkout/staging.yaml': values(old.digest) },
    });
    create(
      shop,
      'checkout-staging',
      {
        sources: [
          {
            repoURL: chart,
            path: 'chart',
            targetRevision: 'main',
            helm: { valueFiles: ['$values/checkout/staging.yaml'] },
          },
          { repoURL: own, targetRevision: 'main', ref: 'values' },
        ],
      },
      {
        labels: {
          environment: 'staging',
          'backstage.io/kubernetes-id': 'checkout',
        },
      },
    );
    const { plan, done } = await promote(shop);
    expect(plan.edits).toMatchObject([
      { repo: own, path: 'checkout/staging.yaml' },
    ]);
    expect([done.state, done.message]).toEqual([
      'succeeded',
      'checkout-staging is Synced and Healthy and its Pods run the promoted digests',
    ]);
    const text = await sim.git.read(
      'acme/values',
      'main',
      'checkout/staging.yaml',
    );
    expect(text.toString()).toBe(values(fresh.digest));
    expect(
      await sim.git
        .read(REPOSITORY, 'main', 'overlays/dev/kustomization.yaml')
        .then(String),
    ).toBe(overlay(image, fresh.digest));
  });
});
