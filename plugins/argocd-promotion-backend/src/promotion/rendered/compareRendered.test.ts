import { compareRendered } from './compareRendered';
import { pinRendered } from './pinRendered';
import { RenderedObject } from './types';

const digest = (char: string) => `sha256:${char.repeat(64)}`;

const deployment = (image: string, env: object[] = []): RenderedObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checkout', namespace: 'shop' },
  spec: {
    template: {
      spec: {
        initContainers: [{ name: 'migrate', image }],
        containers: [
          { name: 'checkout', image, env },
          { name: 'proxy', image: 'envoy:1' },
        ],
      },
    },
  },
});
const secret = (password: string): RenderedObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'database', namespace: 'shop' },
  data: { password },
});
const images = [{ repository: 'ghcr.io/shop/checkout', digest: digest('b') }];

describe('rendered objects', () => {
  it('are pinned as the edit in git pins them, in every kind that has containers', () => {
    const [pinned] = pinRendered(
      [deployment(`ghcr.io/shop/checkout@${digest('a')}`)],
      images,
    );
    expect(pinned).toEqual(deployment(`ghcr.io/shop/checkout@${digest('b')}`));
    const cron = {
      kind: 'CronJob',
      spec: {
        jobTemplate: {
          spec: {
            template: {
              spec: { containers: [{ image: 'ghcr.io/shop/checkout:1.0' }] },
            },
          },
        },
      },
    };
    const [job] = pinRendered([cron], [{ ...images[0], tag: '1.1' }]);
    expect(JSON.stringify(job)).toContain(
      `"ghcr.io/shop/checkout:1.1@${digest('b')}"`,
    );
  });

  it('are not touched where they only describe containers', () => {
    const definition = {
      kind: 'CustomResourceDefinition',
      containers: [{ image: 'ghcr.io/shop/checkout:1.0' }],
    };
    expect(pinRendered([definition], images)).toEqual([definition]);
  });

  it('tell what changes, object by object', async () => {
    const before = deployment(`ghcr.io/shop/checkout@${digest('a')}`);
    const gone = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } };
    const fresh = { ...gone, kind: 'ConfigMap' };
    const { objects, more } = await compareRendered(
      [before, gone],
      [...pinRendered([before], images), fresh],
    );
    expect(more).toBe(0);
    expect(objects.map(({ kind, change }) => [kind, change])).toEqual([
      ['ConfigMap', 'added'],
      ['Service', 'removed'],
      ['Deployment', 'changed'],
    ]);
    expect(objects[2]).toMatchObject({ group: 'apps', namespace: 'shop' });
    const lines = objects[2].patch!.split('\n');
    expect(lines.filter(line => /^-.*image/.test(line))).toEqual([
      `-          image: ghcr.io/shop/checkout@${digest('a')}`,
      `-        - image: ghcr.io/shop/checkout@${digest('a')}`,
    ]);
  });

  it('show no secret on either side, and say that one differs', async () => {
    const env = (value: string) => [
      { name: 'DB_PASSWORD', value },
      { name: 'MODE', value: 'fast' },
    ];
    const { objects } = await compareRendered(
      [secret('b2xk'), deployment('a:1', env('hunter2'))],
      [secret('bmV3'), deployment('a:2', env('hunter3'))],
    );
    expect(objects.map(({ omitted }) => omitted)).toEqual([
      'hidden',
      undefined,
    ]);
    expect(objects[1].patch).toContain('+          image: a:2');
    expect(objects[1].patch).toContain('fast');
    expect(JSON.stringify(objects)).not.toMatch(/b2xk|bmV3|hunter/);
  });

  it('are bounded', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `c${i}` },
      data: { text: 'x'.repeat(i === 0 ? 300_000 : 10) },
    }));
    const { objects, more } = await compareRendered([], many);
    expect([objects.length, more]).toEqual([50, 10]);
    expect(objects[0]).toMatchObject({ name: 'c0', omitted: 'too-large' });
  });
});
