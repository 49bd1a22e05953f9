import { mockServices } from '@backstage/backend-test-utils';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { HttpArgocdClient } from '../../../argocd/HttpArgocdClient';
import { createRelease } from '../../../deployments/release';
import { Evidence } from '../Evidence';
import { AnalysisGate } from './AnalysisGate';
import { analysisVerdict, parseRollout } from './analysisVerdict';

jest.setTimeout(60_000);

const REPOSITORY = 'acme/payments';
const manifests = (image: string, exit = 'true') => [
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'success-rate' },
    spec: {
      metrics: [
        {
          name: 'success-rate',
          provider: {
            job: {
              spec: {
                template: {
                  spec: {
                    containers: [
                      { name: 'measure', image, command: ['sh', '-c', exit] },
                    ],
                  },
                },
              },
            },
          },
        },
      ],
    },
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'payments' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'payments' } },
      strategy: {
        canary: {
          steps: [
            { setWeight: 50 },
            { analysis: { templates: [{ templateName: 'success-rate' }] } },
          ],
        },
      },
      template: {
        metadata: { labels: { app: 'payments' } },
        spec: { containers: [{ name: 'payments', image }] },
      },
    },
  },
];

describe('the gate analysis against a simulated Argo CD', () => {
  let sim: Simulator;
  let client: HttpArgocdClient;
  let images: string[];
  const text = (...args: Parameters<typeof manifests>) => ({
    'all.yaml': manifests(...args)
      .map(object => JSON.stringify(object))
      .join('\n---\n'),
  });
  beforeAll(async () => {
    sim = await startSimulator({ speed: 50 });
    images = ['1', '2', '3'].map(
      tag =>
        `${sim.registry.host}/payments@${
          sim.registry.push('payments', { tag }).digest
        }`,
    );
    const { url } = await sim.git.createRepository(REPOSITORY, {
      files: text(images[0]),
    });
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'payments-dev', namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: url, path: '.', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'payments-dev',
        },
        syncPolicy: {
          automated: {},
          syncOptions: ['CreateNamespace=true'],
        },
      },
    });
    await sim.argocd.main.settled({ timeoutMs: 30_000 });
    const { tokens } = sim.argocd.main;
    client = HttpArgocdClient.fromConfig({
      name: 'main',
      url: sim.argocd.main.url,
      credentials: { token: tokens.backstage },
      skipTlsVerify: false,
      headers: {},
    });
  });
  afterAll(async () => {
    await client?.close();
    await sim?.close();
  });

  const releaseOf = (image: string) => {
    const [repository, digest] = image.split('@');
    return createRelease([{ repository, digest }]);
  };
  const look = async (image: string, change: object = {}) => {
    const evidence = new Evidence({
      logger: mockServices.logger.mock(),
      onFound: () => {},
    });
    const gate = new AnalysisGate({
      evidence,
      argocd: name => (name === 'main' ? client : undefined),
    });
    const release = releaseOf(image);
    const context = {
      entityRef: 'component:default/payments',
      from: 'dev',
      release,
      upstream: {
        stale: false,
        runs: release,
        hooks: [],
        applications: [
          {
            instance: 'main',
            namespace: 'argocd',
            name: 'payments-dev',
            project: 'default',
          },
        ],
        ...change,
      },
    } as unknown as GateContext;
    gate.evaluate(context);
    await evidence.settled();
    return gate.evaluate(context);
  };
  const deploy = async (...args: Parameters<typeof manifests>) => {
    await sim.git.commit(REPOSITORY, {
      branch: 'main',
      files: text(...args),
      message: 'Promote',
    });
    await client.getApplication(
      { namespace: 'argocd', name: 'payments-dev', project: 'default' },
      { refresh: 'normal' },
    );
    await sim.argocd.main.settled({ timeoutMs: 30_000 });
  };

  it('waits for an analysis, passes by one that succeeded, and blocks by one that failed', async () => {
    // The first version of a Rollout skips its steps.
    expect(await look(images[0])).toMatchObject({
      state: 'pending',
      reason: 'No analysis of this release is known of the Rollout payments',
    });
    await deploy(images[1]);
    expect(await look(images[1])).toMatchObject({
      title: 'Analysis in dev',
      state: 'passed',
      reason: expect.stringMatching(/^payments-\w+-2-1 succeeded$/),
    });
    expect(await look(images[0])).toMatchObject({
      state: 'pending',
      reason: 'The Rollout payments runs another release',
    });
    await deploy(images[2], 'exit 1');
    expect(await look(images[2])).toMatchObject({
      state: 'blocked',
      reason: expect.stringMatching(/^The analysis payments-\w+-3-1 failed/),
    });
  });

  it('is pending whenever something is not known', async () => {
    const reasons = await Promise.all([
      look(images[2], { stale: true }),
      look(images[2], { runs: undefined }),
      look(images[2], { applications: [] }),
      look(images[2], {
        applications: [
          { instance: 'other', namespace: 'a', name: 'b', project: 'c' },
        ],
      }),
    ]);
    expect(reasons.map(({ state }) => state)).toEqual(
      reasons.map(() => 'pending'),
    );
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'What is known of dev is old',
      'dev does not run this release',
      'No Rollout in dev runs an image of this release',
      "The Rollouts of b can't be read: there is no instance other",
    ]);
  });
});

describe('the verdict about a Rollout', () => {
  const release = createRelease([
    { repository: 'shop/payments', digest: `sha256:${'a'.repeat(64)}` },
  ]);
  const rollout = {
    name: 'payments',
    currentHash: 'abc',
    stableHash: 'abc',
    aborted: false,
    images: ['shop/payments:7'],
  };
  const run = (status: string, name = 'payments-abc-2-1') => ({
    group: 'argoproj.io',
    kind: 'AnalysisRun',
    name,
    parentRefs: [{ kind: 'Rollout', name: 'payments' }],
    health: { status },
  });
  it.each<[object, object[], string | undefined]>([
    [{}, [run('Healthy')], 'passed'],
    [{}, [run('Healthy'), run('Healthy', 'payments-abc-2')], 'passed'],
    [{}, [run('Healthy', 'payments-old-1-1')], 'pending'],
    [{}, [{ ...run('Healthy'), parentRefs: [] }], 'pending'],
    [{}, [run('Healthy'), run('Progressing', 'payments-abc-2')], 'pending'],
    [{}, [run('Unknown')], 'pending'],
    [{}, [run('Healthy'), run('Degraded', 'payments-abc-2')], 'blocked'],
    [{ aborted: true }, [run('Healthy')], 'blocked'],
    [{ stableHash: 'old' }, [run('Healthy')], 'pending'],
    [{ currentHash: undefined }, [run('Healthy')], 'pending'],
    [{ images: ['shop/other:7'] }, [run('Healthy')], undefined],
    // Another object holds the template.
    [{ images: [] }, [run('Healthy')], 'passed'],
  ])('of %j with %j is %s', (change, nodes, state) => {
    const verdict = analysisVerdict(
      { ...rollout, ...change },
      nodes as never,
      release,
    );
    expect(verdict?.state).toBe(state);
  });

  it('reads what a live Rollout tells', () => {
    expect(parseRollout({ kind: 'Deployment', metadata: { name: 'a' } })).toBe(
      undefined,
    );
    expect(
      parseRollout({ kind: 'Rollout', metadata: { name: 'a' }, status: {} }),
    ).toEqual({ name: 'a', aborted: false, images: [] });
  });
});
