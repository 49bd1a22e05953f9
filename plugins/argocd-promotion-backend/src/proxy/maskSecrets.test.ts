import fc from 'fast-check';
import { readRecording } from '../__testUtils__/recordings';
import { MASK, maskSecrets } from './maskSecrets';

const VALUE = 'c2VjcmV0LXZhbHVl';
const secret = (extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: { password: VALUE },
  ...extra,
});
const text = (value: unknown) => JSON.stringify(value);
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('values of Secrets', () => {
  it.each<[string, unknown]>([
    ['a Secret', secret()],
    ['a Secret of another group', secret({ apiVersion: 'example.com/v1' })],
    ['stringData', { kind: 'Secret', stringData: { password: VALUE } }],
    ['a value that is no text', { kind: 'Secret', data: { a: [VALUE, 1] } }],
    ['a kind in capitals', secret({ kind: 'SECRET' })],
    ['a list', { kind: 'List', items: [secret()] }],
    ['a SecretList', { kind: 'SecretList', items: [{ data: { a: VALUE } }] }],
    ['a list in a list', [{ kind: 'List', items: [[secret()]] }]],
    ['a manifest', { manifest: text(secret()) }],
    ['a list in a manifest', { manifest: text({ items: [secret()] }) }],
    ['manifests', { manifests: [text(secret())] }],
    [
      'last-applied',
      secret({
        data: {},
        metadata: { annotations: { [lastApplied]: text(secret()) } },
      }),
    ],
    [
      'last-applied that is broken',
      secret({
        metadata: { annotations: { [lastApplied]: `{"data":"${VALUE}` } },
      }),
    ],
    [
      'last-applied without kind',
      secret({
        metadata: {
          annotations: { [lastApplied]: text({ data: { a: VALUE } }) },
        },
      }),
    ],
    [
      'another annotation',
      secret({
        metadata: {
          annotations: { other: text({ stringData: { a: VALUE } }) },
        },
      }),
    ],
    [
      'the annotation of something else',
      { kind: 'ConfigMap', metadata: { annotations: { a: text(secret()) } } },
    ],
    [
      'a variable that is named like one',
      { kind: 'Pod', spec: { env: [{ name: 'DB_PASSWORD', value: VALUE }] } },
    ],
    ['a field that is named like one', { spec: { auth: { apiKey: VALUE } } }],
    [
      'an address',
      {
        manifest: text({
          kind: 'ConfigMap',
          data: { db: `pg://u:${VALUE}@h` },
        }),
      },
    ],
    ['a text of a text', { liveState: text(text(secret())) }],
    ...[
      'liveState',
      'targetState',
      'normalizedLiveState',
      'predictedLiveState',
      'diff',
    ].flatMap(
      (state): Array<[string, unknown]> => [
        [state, { kind: 'Secret', name: 'db', [state]: text(secret()) }],
        [
          `${state} without kind`,
          { kind: 'Secret', name: 'db', [state]: text({ data: { a: VALUE } }) },
        ],
        [
          `${state} of another kind`,
          { kind: 'Secret', [state]: text(secret({ kind: 'ConfigMap' })) },
        ],
        [
          `${state} that is no JSON`,
          { kind: 'Secret', name: 'db', [state]: `data: ${VALUE}` },
        ],
        [`${state} as an object`, { kind: 'Secret', [state]: secret() }],
      ],
    ),
  ])('are masked in %s', (_, value) => {
    expect(text(value)).toContain(VALUE);
    expect(text(maskSecrets(value))).not.toContain(VALUE);
  });

  it('are masked in a manifest that is known to be of a Secret', () => {
    for (const manifest of [text({ data: { a: VALUE } }), VALUE])
      expect(text(maskSecrets({ manifest }, { secret: true }))).not.toContain(
        VALUE,
      );
  });

  it('keep the runs by which Argo CD tells which are the same', () => {
    expect(
      maskSecrets(secret({ data: { a: '+'.repeat(12), b: VALUE } })),
    ).toEqual(secret({ data: { a: '+'.repeat(12), b: MASK } }));
  });

  it('leave everything else as it is, to the last byte', () => {
    const fine = {
      kind: 'ConfigMap',
      secretName: 'db',
      automountServiceAccountToken: true,
      env: [
        { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db' } } },
        { name: 'LOG', value: 'https://example.com:8080/a@b' },
      ],
      data: { a: VALUE, json: '{ "b" : 1 }', broken: '{"', list: '[1,  2]' },
      liveState: 'null',
      '': null,
    };
    expect(maskSecrets(fine)).toEqual(fine);
  });

  it.each([
    'managed-resources.json',
    'manifests.json',
    'resource-secret.json',
    'application-get.json',
    'events.json',
    'resource-tree.json',
  ])('leave %s as the real one sent it', name => {
    const { body } = readRecording(name).response;
    expect(maskSecrets(body)).toEqual(body);
  });

  it('never come out, however they are wrapped', () => {
    const { wrapped } = fc.letrec<{ wrapped: unknown }>(tie => ({
      wrapped: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        fc.constant(secret()),
        fc.array(tie('wrapped'), { minLength: 1, maxLength: 2 }),
        tie('wrapped').map(items => ({ kind: 'List', items: [items] })),
        tie('wrapped').map(text),
        tie('wrapped').map(value => ({ kind: 'ConfigMap', spec: value })),
        tie('wrapped').map(value => ({
          metadata: { annotations: { [lastApplied]: text(value) } },
        })),
        tie('wrapped').map(value => ({ liveState: text(value), other: value })),
      ),
    }));
    fc.assert(
      fc.property(wrapped, value => {
        const masked = text(maskSecrets(value));
        expect(masked).not.toContain(VALUE);
        expect(masked).toContain('+++');
      }),
      { numRuns: 500 },
    );
  });

  it('of an answer that is nested without end end it', () => {
    let deep: unknown = secret();
    for (let i = 0; i < 300; i += 1) deep = [deep];
    expect(() => maskSecrets(deep)).toThrow(RangeError);
  });
});
