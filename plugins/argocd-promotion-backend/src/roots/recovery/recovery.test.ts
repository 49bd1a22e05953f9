import {
  app,
  child,
  contextFor,
  forestOf,
  nodeOf,
} from '../__testUtils__/forests';
import { rootsView } from '../views';

const server = 'https://prod.example.com';
const at = (namespace: string) => ({ destination: { server, namespace } });

const checked = (...parts: Parameters<typeof forestOf>) => {
  const { environments } = rootsView(forestOf(...parts), contextFor());
  const { recovery } = environments.find(({ name }) => name === 'prod')!;
  return {
    start: recovery!.start.map(({ name }) => name),
    reachable: recovery!.reachable,
    lost: recovery!.unreachable.map(({ kind, name, neededBy }) =>
      [
        kind,
        name,
        ...(neededBy.length > 0 ? [`for ${neededBy.join(', ')}`] : []),
      ].join(' '),
    ),
    reasons: recovery!.unreachable.map(({ reason }) => reason),
    remedies: recovery!.unreachable.map(({ remedy }) => remedy),
    warnings: recovery!.warnings.map(({ code }) => code),
  };
};

describe('the disaster check', () => {
  it('finds everything when everything is in git', () => {
    const result = checked(
      app('prod-root', {
        project: 'roots',
        resources: [
          child('roots', { kind: 'AppProject' }),
          child('shop', { kind: 'AppProject' }),
          child('platform'),
          child('checkout', { syncWave: 1 }),
          child('previews', { kind: 'ApplicationSet' }),
        ],
      }),
      app('platform', {
        root: 'prod-root',
        environment: 'prod',
        ...at('rollouts'),
        syncOptions: ['CreateNamespace=true'],
        resources: [
          {
            group: 'apiextensions.k8s.io',
            kind: 'CustomResourceDefinition',
            name: 'rollouts.argoproj.io',
          },
          { kind: 'Namespace', name: 'checkout' },
        ],
      }),
      app('checkout', {
        root: 'prod-root',
        environment: 'prod',
        project: 'shop',
        ...at('checkout'),
        resources: [
          { group: 'argoproj.io', kind: 'Rollout', name: 'checkout' },
          { group: 'networking.k8s.io', kind: 'Ingress', name: 'checkout' },
          { group: 'apps', kind: 'Deployment', name: 'checkout' },
        ],
      }),
      app('preview-1', {
        set: 'previews',
        environment: 'prod',
        ...at('default'),
      }),
    );
    expect(result).toEqual({
      start: ['prod-root'],
      reachable: {
        applications: 4,
        applicationSets: 1,
        appProjects: 2,
        namespaces: 2,
        customResources: 1,
      },
      lost: [],
      reasons: [],
      remedies: [],
      warnings: [],
    });
  });

  it('lists what would not come back, why, and who needs it', () => {
    const result = checked(
      app('prod-root', {
        resources: [
          child('checkout'),
          child('old', { status: 'OutOfSync', requiresPruning: true }),
        ],
      }),
      app('checkout', {
        root: 'prod-root',
        environment: 'prod',
        project: 'shop',
        ...at('checkout'),
        resources: [
          {
            group: 'gateway.networking.k8s.io',
            kind: 'HTTPRoute',
            name: 'checkout',
          },
        ],
      }),
      app('old', { root: 'prod-root', environment: 'prod' }),
      app('copied', { root: 'prod-root', environment: 'prod' }),
      app('billing', { environment: 'prod' }),
      app('tenant-1', { set: 'tenants', environment: 'prod' }),
      app('tenant-2', { set: 'tenants', environment: 'prod' }),
    );
    expect(result.lost.sort()).toEqual([
      'AppProject shop for checkout',
      'Application billing',
      'Application copied',
      'Application old',
      'ApplicationSet tenants for tenant-1, tenant-2',
      'CustomResourceDefinition HTTPRoute (gateway.networking.k8s.io) for checkout',
      'Namespace checkout for checkout',
    ]);
    expect(result.reasons).toEqual(
      expect.arrayContaining([
        'It hangs under no root: nothing in git that Argo CD watches brings it back.',
        'It is no longer in git, and is only left over in Argo CD.',
        'It says that prod-root manages it, and that does not list it.',
        'It is listed by no Application: nothing in git that Argo CD watches brings it back.',
      ]),
    );
    expect(result.remedies).toContain(
      'Keep its manifest (kind: Application) in git where prod-root renders it, in the folder apps/prod-root.',
    );
    expect(result.reachable).toMatchObject({
      applications: 2,
      applicationSets: 0,
    });
  });

  it('does not count what an orphan brings', () => {
    const result = checked(
      app('prod-root', { resources: [child('checkout')] }),
      app('checkout', {
        root: 'prod-root',
        environment: 'prod',
        project: 'shop',
        ...at('default'),
      }),
      app('by-hand', {
        environment: 'prod',
        resources: [child('shop', { kind: 'AppProject' })],
      }),
    );
    expect(result.lost).toContain('AppProject shop for checkout');
  });

  it('says of what hangs under something lost that it is lost too', () => {
    const result = checked(
      app('prod-root', {
        resources: [
          child('group', { status: 'OutOfSync', requiresPruning: true }),
          child('a'),
        ],
      }),
      app('group', { root: 'prod-root', resources: [child('b')] }),
      app('b', { root: 'group', environment: 'prod' }),
      app('a', { root: 'prod-root', environment: 'prod' }),
    );
    expect(result.reasons).toContain(
      'group, which it hangs under, is no longer in git, and is only left over in Argo CD.',
    );
  });

  it('warns of what comes back only with help', () => {
    const result = checked(
      app('prod-root', {
        automated: false,
        status: { sync: { status: 'Unknown' } },
        resources: [child('a'), child('b')],
      }),
      app('a', { root: 'prod-root', environment: 'prod', automated: false }),
      app('b', { root: 'prod-root', environment: 'prod' }),
    );
    expect(result.warnings).toEqual([
      'root-does-not-render',
      'root-not-automated',
      'applications-not-automated',
    ]);
  });

  it('is not made for who may see only some', () => {
    const forest = forestOf(
      app('root', { resources: [child('a')] }),
      app('a', { root: 'root', environment: 'prod' }),
    );
    const sight = contextFor(new Set([nodeOf(forest, 'a')]));
    expect(rootsView(forest, sight).environments[0]).not.toHaveProperty(
      'recovery',
    );
  });
});
