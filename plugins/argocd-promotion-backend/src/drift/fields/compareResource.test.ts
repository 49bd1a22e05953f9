import { ManagedResource } from '../../argocd/types';
import { readRecording } from '../../__testUtils__/recordings';
import { compareResource } from './compareResource';
import { manifestSides } from './manifestSides';

const recorded = (name: string) =>
  (readRecording(name).response.body as { items: ManagedResource[] }).items;

const states = (git: unknown, live: unknown, kind = 'Deployment') => {
  const [wanted, present] = [JSON.stringify(git), JSON.stringify(live)];
  return {
    kind,
    name: 'a',
    targetState: wanted,
    liveState: present,
    predictedLiveState: wanted,
    normalizedLiveState: present,
  };
};

describe('what differs from git', () => {
  it('is told of hand edits as a person would tell them', () => {
    const drift = recorded('move-drift-managed-resources.json').map(item =>
      compareResource(item),
    );
    expect(drift).toEqual([
      {
        kind: 'ConfigMap',
        namespace: 'checkout-prod',
        name: 'checkout-settings',
        difference: 'differs',
        fields: [
          {
            path: 'data.retries',
            difference: 'changed',
            git: '3',
            live: '9',
            changedBy: {
              manager: 'kubectl-patch',
              at: '2026-11-23T01:14:39Z',
            },
          },
        ],
      },
      {
        kind: 'Secret',
        namespace: 'checkout-prod',
        name: 'checkout-db',
        difference: 'differs',
        fields: [
          {
            path: 'data.password',
            difference: 'changed',
            hidden: 'secret',
            changedBy: { manager: 'kubectl-patch', at: expect.any(String) },
          },
        ],
      },
      {
        kind: 'Service',
        namespace: 'checkout-prod',
        name: 'checkout',
        difference: 'missing',
        fields: [],
      },
      {
        group: 'apps',
        kind: 'Deployment',
        namespace: 'checkout-prod',
        name: 'checkout',
        difference: 'differs',
        fields: [
          {
            path: 'spec.replicas',
            difference: 'changed',
            git: '3',
            live: '5',
            // The scale subresource keeps no time.
            changedBy: { manager: 'kubectl' },
          },
          {
            path: 'spec.template.spec.containers[checkout].env[LOG_LEVEL].value',
            difference: 'changed',
            git: 'info',
            live: 'trace',
            changedBy: { manager: 'kubectl-set', at: '2026-11-23T01:14:38Z' },
          },
        ],
      },
    ]);
  });

  it('is nothing in an Application that is in sync', () => {
    const items = recorded('managed-resources.json');
    expect(items.length).toBeGreaterThan(0);
    expect(items.flatMap(item => compareResource(item) ?? [])).toEqual([]);
  });

  it('is nothing in hooks, in bookkeeping and in broken states', () => {
    const hook = { ...states({ a: 1 }, { a: 2 }), hook: true };
    expect(compareResource(hook)).toBeUndefined();
    expect(
      compareResource(
        states(
          { metadata: { name: 'a', generation: 1 } },
          { metadata: { name: 'a', generation: 2, uid: 'x' } },
        ),
      ),
    ).toBeUndefined();
    expect(compareResource({ kind: 'A', name: 'a' })).toBeUndefined();
  });

  it('tells an object that would be pruned', () => {
    const item = { ...states(null, { a: 1 }), predictedLiveState: 'null' };
    expect(compareResource(item)).toMatchObject({
      difference: 'extra',
      fields: [],
    });
  });

  it('hides secrets wherever they stand', () => {
    const env = (value: string) => ({
      spec: {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'DB_PASSWORD', value },
              { name: 'URL', value: `postgres://shop:${value}@db/shop` },
            ],
            automountServiceAccountToken: value === 'geheim1',
          },
        ],
        added: { apiKey: value, items: [{ name: 'TOKEN', value }] },
      },
    });
    const drift = compareResource(states(env('geheim1'), env('geheim2')));
    expect(JSON.stringify(drift)).not.toContain('geheim');
    expect(
      drift?.fields.map(({ path, hidden, git, live }) => [
        path,
        hidden,
        git,
        live,
      ]),
    ).toEqual([
      [
        'spec.containers[a].env[DB_PASSWORD].value',
        'secret',
        undefined,
        undefined,
      ],
      [
        'spec.containers[a].env[URL].value',
        undefined,
        'postgres://shop:(hidden)@db/shop',
        'postgres://shop:(hidden)@db/shop',
      ],
      [
        'spec.containers[a].automountServiceAccountToken',
        undefined,
        'true',
        'false',
      ],
      ['spec.added.apiKey', 'secret', undefined, undefined],
      ['spec.added.items[TOKEN].value', 'secret', undefined, undefined],
    ]);
    const sides = manifestSides(states(env('geheim1'), env('geheim2')));
    expect(JSON.stringify(sides)).not.toContain('geheim');
  });

  it('hides what a Secret holds, and says which key differs', () => {
    const sides = manifestSides(
      states(
        { kind: 'Secret', data: { a: 'Z2Vo', b: 'eA==' } },
        { kind: 'Secret', data: { a: 'ZWlt', b: 'eA==' } },
        'Secret',
      ),
    );
    expect(sides).toEqual({
      git: 'data:\n  a: (hidden)\n  b: (hidden)\nkind: Secret\n',
      live: 'data:\n  a: (hidden) differs from git\n  b: (hidden)\nkind: Secret\n',
    });
  });

  it('tells binary data by its key, and long texts by their beginning', () => {
    const map = (text: string) => ({
      kind: 'ConfigMap',
      binaryData: { logo: text },
      data: { page: text.repeat(500) },
    });
    const drift = compareResource(states(map('ab'), map('cd'), 'ConfigMap'));
    expect(drift?.fields).toEqual([
      { path: 'binaryData.logo', difference: 'changed', hidden: 'binary' },
      {
        path: 'data.page',
        difference: 'changed',
        git: `${'ab'.repeat(150)}…`,
        live: `${'cd'.repeat(150)}…`,
      },
    ]);
  });

  it('lists so many fields as people read, and counts the rest', () => {
    const many = (value: number) => ({
      data: Object.fromEntries(
        Array.from({ length: 250 }, (_, i) => [`k${i}`, value]),
      ),
    });
    const drift = compareResource(states(many(1), many(2)));
    expect(drift).toMatchObject({ more: 150 });
    expect(drift?.fields).toHaveLength(100);
  });
});
