import fc from 'fast-check';
import { compareObjects } from './compareObjects';
import { formatPath } from './segments';

const told = (git: unknown, live: unknown) =>
  compareObjects(git, live).map(
    ({ path, git: a, live: b }) =>
      `${formatPath(path)}: ${JSON.stringify(a)} → ${JSON.stringify(b)}`,
  );

const containers = (...items: object[]) => ({
  spec: { template: { spec: { containers: items } } },
});

describe('compareObjects', () => {
  it('names a field by the keys of the lists that it is in', () => {
    expect(
      told(
        containers({ name: 'checkout', env: [{ name: 'LOG', value: 'info' }] }),
        containers(
          { name: 'proxy', image: 'envoy' },
          { name: 'checkout', env: [{ name: 'LOG', value: 'trace' }] },
        ),
      ),
    ).toEqual([
      'spec.template.spec.containers[checkout].env[LOG].value: "info" → "trace"',
      'spec.template.spec.containers[proxy]: undefined → {"name":"proxy","image":"envoy"}',
    ]);
  });

  it.each([
    [
      'ports by number and protocol, which may be left out',
      { ports: [{ port: 80, targetPort: 1 }] },
      {
        ports: [
          { port: 80, protocol: 'UDP', targetPort: 9 },
          { port: 80, protocol: 'TCP', targetPort: 2 },
        ],
      },
      [
        'ports[80/TCP].targetPort: 1 → 2',
        'ports[80/TCP].protocol: undefined → "TCP"',
        'ports[80/UDP]: undefined → {"port":80,"protocol":"UDP","targetPort":9}',
      ],
    ],
    [
      'mounts by their path though one volume is mounted twice',
      {
        volumeMounts: [
          { name: 'data', mountPath: '/a' },
          { name: 'data', mountPath: '/b' },
        ],
      },
      {
        volumeMounts: [
          { name: 'data', mountPath: '/b', readOnly: true },
          { name: 'data', mountPath: '/a' },
        ],
      },
      [
        'volumeMounts[/b].readOnly: undefined → true',
        'volumeMounts: ["/a","/b"] → ["/b","/a"]',
      ],
    ],
    [
      'the order of named items, which matters to init containers',
      { initContainers: [{ name: 'migrate' }, { name: 'seed' }] },
      { initContainers: [{ name: 'seed' }, { name: 'migrate' }] },
      ['initContainers: ["migrate","seed"] → ["seed","migrate"]'],
    ],
    [
      'items without a name by what they are, wherever they stand',
      { rules: [{ verbs: ['get'] }, { verbs: ['list'] }] },
      { rules: [{ verbs: ['watch'] }, { verbs: ['get'] }] },
      ['rules[1].verbs: ["list"] → ["watch"]'],
    ],
    [
      'plain lists as a whole',
      { args: ['--port', '80'] },
      { args: ['--port', '81'] },
      ['args: ["--port","80"] → ["--port","81"]'],
    ],
    [
      'fields that would be mistaken for a path, quoted',
      { metadata: { annotations: { 'example.com/a.b': 'x' } } },
      { metadata: { annotations: {} } },
      ['metadata.annotations["example.com/a.b"]: "x" → undefined'],
    ],
    ['nothing where null stands for nothing', { a: null }, {}, []],
    [
      'other types at one place',
      { a: [1], b: { c: 1 } },
      { a: { c: 1 }, b: '1' },
      ['a: [1] → {"c":1}', 'b: {"c":1} → "1"'],
    ],
  ])('tells %s', (_, git, live, expected) => {
    expect(told(git, live)).toEqual(expected);
  });

  const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
  const isEqual = (a: unknown, b: unknown) => compareObjects(a, b).length === 0;

  it('finds nothing in equals, and something in what differs but in nulls', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(compareObjects(a, structuredClone(a))).toEqual([]);
        const prune = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(prune);
          if (typeof value !== 'object' || value === null) return value;
          return Object.fromEntries(
            Object.entries(value)
              .filter(([, inner]) => inner !== null)
              .sort(([x], [y]) => (x < y ? -1 : 1))
              .map(([key, inner]) => [key, prune(inner)]),
          );
        };
        // `-0` and `0` are one number to JSON.
        const text = (value: unknown) => JSON.stringify(prune(value));
        expect(isEqual(a, b) && text(a) !== text(b)).toBe(false);
      }),
    );
  });
});
