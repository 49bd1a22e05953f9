import { parseApplication } from '../argocd/parseApplication';
import { EnvironmentMatch, PipelineConfig } from '../config/types';
import {
  environmentOf,
  environmentsOf,
  matches,
  rootNameOf,
} from './environments';

const tracking = 'argocd.argoproj.io/tracking-id';
const instanceLabel = 'app.kubernetes.io/instance';

function app(
  metadata: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  } = {},
  spec: object = {},
) {
  const parsed = parseApplication({
    metadata: { name: 'checkout', namespace: 'argocd', ...metadata },
    spec: { project: 'shop', ...spec },
  });
  if (!parsed) throw new Error('that is no Application');
  return parsed;
}

describe('the environment of an Application', () => {
  const at = (path: string) => ({ source: { repoURL: 'r', path } });
  const to = (destination: object) => ({ destination });

  it.each<[string, EnvironmentMatch, ReturnType<typeof app>, boolean]>([
    [
      'a label',
      { labels: { env: ['dev'] } },
      app({ labels: { env: 'dev' } }),
      true,
    ],
    [
      'any value of a label',
      { labels: { env: ['dev', 'test'] } },
      app({ labels: { env: 'test' } }),
      true,
    ],
    [
      'another value',
      { labels: { env: ['dev'] } },
      app({ labels: { env: 'prod' } }),
      false,
    ],
    ['a missing label', { labels: { env: ['dev'] } }, app(), false],
    [
      'both labels',
      { labels: { a: ['1'], b: ['2'] } },
      app({ labels: { a: '1' } }),
      false,
    ],
    ['the Instance', { instance: ['main'] }, app(), true],
    ['another Instance', { instance: ['other'] }, app(), false],
    ['the project', { project: ['x', 'sh*'] }, app(), true],
    ['another project', { project: ['search'] }, app(), false],
    [
      'the namespace',
      { namespace: ['*-dev'] },
      app({}, to({ namespace: 'shop-dev' })),
      true,
    ],
    [
      'another namespace',
      { namespace: ['*-dev'] },
      app({}, to({ namespace: 'shop' })),
      false,
    ],
    ['no namespace', { namespace: ['*'] }, app(), false],
    [
      'the name of the cluster',
      { cluster: ['eu-1'] },
      app({}, to({ name: 'eu-1' })),
      true,
    ],
    [
      'the server of the cluster',
      { cluster: ['https://eu.example.com'] },
      app({}, to({ server: 'https://eu.example.com' })),
      true,
    ],
    [
      'another cluster',
      { cluster: ['eu-1'] },
      app({}, to({ name: 'us-1' })),
      false,
    ],
    [
      'the path',
      { path: ['envs/dev/**'] },
      app({}, at('envs/dev/checkout')),
      true,
    ],
    [
      'another path',
      { path: ['envs/dev/**'] },
      app({}, at('envs/prod/checkout')),
      false,
    ],
    [
      'a path of several sources',
      { path: ['overlays/dev'] },
      app(
        {},
        { sources: [{ repoURL: 'a' }, { repoURL: 'b', path: 'overlays/dev' }] },
      ),
      true,
    ],
    [
      'a root by annotation',
      { root: ['root-dev'] },
      app({
        annotations: {
          [tracking]: 'root-dev:argoproj.io/Application:argocd/checkout',
        },
      }),
      true,
    ],
    [
      'a root by label',
      { root: ['root-dev'] },
      app({ labels: { [instanceLabel]: 'root-dev' } }),
      true,
    ],
    [
      'another root',
      { root: ['root-dev'] },
      app({ labels: { [instanceLabel]: 'root-prod' } }),
      false,
    ],
    ['no root', { root: ['root-dev'] }, app(), false],
    [
      'a root in another namespace',
      { root: ['team-a/root-dev'] },
      app({
        annotations: {
          [tracking]: 'team-a_root-dev:argoproj.io/Application:argocd/checkout',
        },
      }),
      true,
    ],
    [
      'a root of the same name elsewhere',
      { root: ['root-dev'] },
      app({
        annotations: {
          [tracking]: 'team-a_root-dev:argoproj.io/Application:argocd/checkout',
        },
      }),
      false,
    ],
    [
      'an annotation that was copied',
      { root: ['root-dev'] },
      app({
        annotations: {
          [tracking]: 'root-dev:argoproj.io/Application:argocd/search',
        },
      }),
      false,
    ],
    ['all keys', { project: ['shop'], instance: ['main'] }, app(), true],
    [
      'one key of two',
      { project: ['shop'], instance: ['other'] },
      app(),
      false,
    ],
  ])('is matched by %s', (_, match, application, expected) => {
    expect(matches(match, 'main', application)).toBe(expected);
  });

  it('takes the annotation before the label, and its own name for no root', () => {
    const both = {
      labels: { [instanceLabel]: 'by-label' },
      annotations: {
        [tracking]: 'by-note:argoproj.io/Application:argocd/checkout',
      },
    };
    expect(rootNameOf(app(both))).toBe('by-note');
    expect(
      rootNameOf(app({ labels: { [instanceLabel]: 'checkout' } })),
    ).toBeUndefined();
    expect(
      rootNameOf(
        app({ annotations: { [tracking]: 'x:apps/Deployment:n/checkout' } }),
      ),
    ).toBeUndefined();
  });

  const pipeline = (...environments: Array<[string, EnvironmentMatch]>) =>
    ({
      name: 'default',
      environments: environments.map(([name, match]) => ({ name, match })),
    } as PipelineConfig);
  const dev = app({ labels: { env: 'dev', tier: 'edge' } });

  it.each<[string, PipelineConfig, string[]]>([
    ['nothing that does not fit', pipeline(['a', { project: ['x'] }]), []],
    [
      'the one that fits',
      pipeline(['a', { project: ['x'] }], ['b', { project: ['shop'] }]),
      ['b'],
    ],
    [
      'both of two that say different things',
      pipeline(
        ['a', { labels: { env: ['dev'] } }],
        ['b', { project: ['shop'] }],
      ),
      ['a', 'b'],
    ],
    [
      'no fallback without any key',
      pipeline(['a', { labels: { env: ['dev'] } }], ['b', {}]),
      ['a'],
    ],
    [
      'no general one after a special one',
      pipeline(
        ['a', { labels: { env: ['dev'], tier: ['edge'] } }],
        ['b', { labels: { env: ['dev', 'test'] } }],
      ),
      ['a'],
    ],
    [
      'a special one that comes too late',
      pipeline(
        ['a', { labels: { env: ['dev'] } }],
        ['b', { labels: { env: ['dev'] }, project: ['shop'] }],
      ),
      ['a', 'b'],
    ],
  ])('tells of %s', (_, config, expected) => {
    expect(environmentsOf(config, 'main', dev)).toEqual(expected);
    expect(environmentOf(config, 'main', dev)?.name).toBe(expected[0]);
  });
});
