import {
  CHECKOUT_REPOSITORY,
  follow,
  startCompany,
} from './__testUtils__/company';
import {
  factsOf,
  recording,
  StreamedApplication,
  streamRecording,
} from './__testUtils__/recordings';
import { NONE, UNTOLD } from './__testUtils__/replay';
import { shapeDifferences } from './__testUtils__/shapes';

jest.setTimeout(60_000);

const recordedFacts = (name: string) =>
  factsOf(
    streamRecording(name).messages.map(({ line }) => line.result.application),
  );

/** Why Pods are where they are, those of hooks left out. */
function reasons(tree: unknown): string[] {
  const { nodes } = tree as {
    nodes: Array<{
      kind: string;
      parentRefs?: Array<{ kind: string }>;
      health?: { status: string };
      info?: Array<{ name: string; value: string }>;
    }>;
  };
  const pods = nodes.filter(
    ({ kind, parentRefs }) =>
      kind === 'Pod' && parentRefs?.[0].kind === 'ReplicaSet',
  );
  return [
    ...new Set(
      pods.map(
        ({ health, info }) => `${info?.[0].value} ${health?.status ?? ''}`,
      ),
    ),
  ].sort();
}

/** What happens is told in the order in which a real Argo CD told it. */
describe('the stream of an Application tells a move as recorded', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeEach(async () => {
    // The recorded nodes were simulated, and quick: a hand edit has new Pods before it is undone
    company = await startCompany({
      clock: 'stepped',
      timings: { podStart: 300 },
    });
  });
  afterEach(() => company.sim.close());

  /** Facts of one Application's stream while something happens to it. */
  async function watch(
    name: string,
    happen: () => Promise<unknown>,
    end: (applications: StreamedApplication[]) => boolean,
  ): Promise<string[]> {
    const stream = await follow(
      company.call(`/api/v1/stream/applications?name=${name}`),
    );
    await stream.until(messages => messages.length > 0);
    await happen();
    await company.sim.clock.advance(600_000);
    await stream.until(messages =>
      end(messages.map(({ result }) => result.application)),
    );
    const messages = await stream.stop();
    return factsOf(messages.map(({ result }) => result.application));
  }

  /** That what is told in the end has the recorded shape. */
  async function expectShape(name: string): Promise<void> {
    const { request, response } = recording(name);
    const answer = await company.call(request.path);
    expect({
      name,
      ...shapeDifferences(response.body, await answer.json(), UNTOLD),
    }).toEqual({ name, ...NONE });
  }

  const change = (environment: string, text: string) =>
    company.sim.git.commit(CHECKOUT_REPOSITORY, {
      branch: 'main',
      files: { [`overlays/${environment}/all.yaml`]: text },
      message: 'Change',
    });
  /** Whether an operation has been under way, and all is as it should be in the end. */
  const rest =
    (sync: string, health: string, phase: string) =>
    (applications: StreamedApplication[]) => {
      const { status } = applications.at(-1)!;
      return (
        applications.some(
          application => application.status.operationState?.phase === 'Running',
        ) &&
        status.sync.status === sync &&
        status.health.status === health &&
        status.operationState?.phase === phase
      );
    };

  it('promotion', async () => {
    const facts = await watch(
      'checkout-staging',
      () => change('staging', company.manifests(company.digests[1])),
      rest('Synced', 'Healthy', 'Succeeded'),
    );
    expect(facts).toEqual(recordedFacts('move-promotion-stream'));
    await expectShape('move-promotion-after');
    await expectShape('move-promotion-after-tree');
  });

  it('a failing hook, with its retries', async () => {
    const facts = await watch(
      'checkout-dev',
      () =>
        change(
          'dev',
          company.manifests(company.digests[1], { hook: 'exit 1' }),
        ),
      rest('OutOfSync', 'Healthy', 'Failed'),
    );
    expect(facts).toEqual(recordedFacts('move-hook-fails-stream'));
    await expectShape('move-hook-fails-after');
    await expectShape('move-hook-fails-tree');
  });

  it('a healed hand edit', async () => {
    const [edited] = company
      .manifests(company.digests[1])
      .split('\n---\n')
      .map(text => JSON.parse(text))
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => spec.template.spec.containers);
    const facts = await watch(
      'checkout-staging',
      async () =>
        company.sim.argocd.main.patchLive(
          {
            kind: 'Deployment',
            namespace: 'checkout-staging',
            name: 'checkout',
          },
          { spec: { template: { spec: { containers: edited } } } },
        ),
      rest('Synced', 'Healthy', 'Succeeded'),
    );
    expect(facts).toEqual(recordedFacts('move-self-heal-stream'));
    await expectShape('move-self-heal-after');
  });

  it('an image that cannot be pulled', async () => {
    await change(
      'prod',
      company.manifests(company.digests[0], { hooks: false }),
    );
    await company.sim.clock.advance(60_000);
    const missing = 'sha256:'.padEnd(71, '0');
    const facts = await watch(
      'checkout-prod',
      () =>
        change(
          'prod',
          company.manifests(missing, {
            hooks: false,
            progressDeadlineSeconds: 60,
          }),
        ),
      rest('Synced', 'Degraded', 'Succeeded'),
    );
    expect(facts).toEqual(recordedFacts('move-image-pull-fails-stream'));
    const tree = recording('move-image-pull-fails-tree').response.body;
    const simulated = await company.call(
      '/api/v1/applications/checkout-prod/resource-tree',
    );
    expect(reasons(await simulated.json())).toEqual(reasons(tree));
  });

  it('a child that is added to its root, and removed', async () => {
    const { sim, call, base } = company;
    const stream = await follow(call('/api/v1/stream/applications'));
    await stream.until(messages => messages.length > 0);
    const recorded = streamRecording(
      'move-child-added-and-removed-stream',
    ).messages.map(({ line }) => line.result);
    const child = recorded.find(
      ({ type, application }) =>
        type === 'ADDED' && application.metadata.name === 'search-dev',
    );
    expect(child).toBeDefined();
    const path = 'environments/dev/apps/search-dev.json';
    await sim.git.commit('company/platform-gitops', {
      branch: 'main',
      message: 'Add search',
      files: {
        [path]: JSON.stringify({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: {
            name: 'search-dev',
            finalizers: ['resources-finalizer.argocd.argoproj.io'],
          },
          spec: {
            project: 'default',
            source: {
              repoURL: `${base}/company/legacy-deploy.git`,
              path: 'prod',
              targetRevision: 'main',
            },
            destination: {
              server: 'https://kubernetes.default.svc',
              namespace: 'search-dev',
            },
            syncPolicy: {
              automated: { prune: true },
              syncOptions: ['CreateNamespace=true'],
            },
          },
        }),
      },
    });
    await sim.clock.advance(60_000);
    await sim.git.commit('company/platform-gitops', {
      branch: 'main',
      message: 'Remove search',
      files: { [path]: null },
    });
    await sim.clock.advance(60_000);
    await stream.until(messages =>
      messages.some(({ result }) => result.type === 'DELETED'),
    );
    const types = (messages: typeof recorded) => {
      const own = messages
        .filter(({ application }) => application.metadata.name === 'search-dev')
        .map(({ type }) => type);
      return own.filter((type, index) => type !== own[index - 1]);
    };
    const told = (await stream.stop()).map(({ result }) => result);
    expect(types(told)).toEqual(types(recorded));
    expect(
      told.find(({ application }) => application.metadata.name === 'search-dev')
        ?.application.status.sync.status,
    ).toBe(child?.application.status.sync.status);
  });
});
