import fc from 'fast-check';
import { unifiedPatch } from './unifiedPatch';

// What must never be seen. It begins with letters, so that no form takes it for a number.
const secret = fc.stringMatching(/^[0-9a-f]{24}$/).map(text => `zq${text}zq`);

/** Ways in which secrets stand in files: the values of charts, manifests, commands, comments. */
const FORMS: Array<(secret: string) => string[]> = [
  s => [`dbPassword: ${s}`],
  s => [`dbPassword: "${s}"`],
  s => [`DB_PASS: '${s}' # rotated`],
  s => ['apiTokens:', `  - ${s}`, `  - "${s}"`],
  s => ['credentials:', '  user: ana', `  phrase: ${s}`],
  s => [`credentials: {user: ana, phrase: ${s}}`],
  s => ['privateKey: |', '  -----BEGIN RSA PRIVATE KEY-----', `  ${s}`],
  s => ['clientSecret: >-', `  ${s}`, `  ${s}`],
  s => ['env:', '  - name: API_TOKEN', `    value: ${s}`],
  s => ['parameters:', `  - {name: db.password, value: "${s}"}`],
  s => [`url: postgres://ana:${s}@db.example.com/shop`],
  s => [`repository: https://${s}@git.example.com/shop.git`],
  s => [`callback: https://example.com/hook?token=${s}&x=1`],
  s => ['args:', `  - --password=${s}`, `  - "--api-key ${s}"`],
  s => [`# old password: ${s}`],
  s => ['config: |', `  password = ${s}`, '  mode: fast'],
  s => ['json: |', `  {"clientSecret":"${s}","mode":"fast"}`],
  s => [`header: "Authorization: Bearer ${s}"`],
  s => ['secretGenerator:', '  - name: db', '    literals:', `      - PW=${s}`],
  s => ['secrets:', '  database:', `    url: ${s}`],
  s => ['blob: |', '  -----BEGIN PRIVATE KEY-----', `  ${s}`, `  ${s}`],
];
const part = fc
  .tuple(fc.constantFrom(...FORMS), secret)
  .map(([form, value]) => form(value));
const harmless = fc.constantFrom<string[][]>(
  ['replicas: 2'],
  ['service:', '  port: 80'],
  ['# just words'],
);
const around = fc.array(fc.oneof(part, harmless), { maxLength: 4 });
/** Keys of one map must differ, and only the first of each counts. */
const indented = (parts: string[][], owner: string) =>
  parts.flatMap((lines, i) => [
    `${owner}${i}:`,
    ...lines.map(line => `  ${line}`),
  ]);
const SECRET = /zq[0-9a-f]{24}zq/;

describe('a patch', () => {
  it('never shows a secret that stands around a pin', () => {
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom('\n', '\r\n'),
        (above, below, eol) => {
          const text = (tag: string) =>
            [
              ...indented(above, 'a'),
              'image:',
              `  tag: ${tag}`,
              ...indented(below, 'b'),
              '',
            ].join(eol);
          const patch = unifiedPatch(
            'values.yaml',
            Buffer.from(text('1.0.0')),
            Buffer.from(text('1.1.0')),
          );
          expect(patch).toContain('+  tag: 1.1.0');
          expect(patch).not.toMatch(SECRET);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never shows a value of a Secret, whatever its key', () => {
    const key = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        key,
        secret,
        fc.constantFrom('data', 'stringData'),
        fc.boolean(),
        (name, value, field, isList) => {
          const manifest = [
            'apiVersion: v1',
            'kind: Secret',
            'metadata:',
            '  name: database',
            `${field}:`,
            `  ${name}: ${value}`,
            `  file: |`,
            `    ${value}`,
          ];
          const text = (tag: string) =>
            [
              ...(isList
                ? [
                    'kind: List',
                    'items:',
                    `  - ${manifest[0]}`,
                    ...manifest.slice(1).map(line => `    ${line}`),
                  ]
                : manifest),
              '---',
              `image: shop:${tag}`,
              '',
            ].join('\n');
          const patch = unifiedPatch(
            'all.yaml',
            Buffer.from(text('1')),
            Buffer.from(text('2')),
          );
          expect(patch).toContain('+image: shop:2');
          expect(patch).not.toContain(value);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('still shows what is no secret', () => {
    const lines = [
      'serviceAccountName: shop',
      'imagePullSecrets:',
      '  - name: registry',
      'tag: 1',
      'existingSecretName: database',
      'bypass: lane-2',
      'git: ssh://git@git.example.com/shop.git',
    ];
    const text = (tag: string) =>
      lines.join('\n').replace('tag: 1', `tag: ${tag}`);
    const patch = unifiedPatch(
      'a.yaml',
      Buffer.from(text('1')),
      Buffer.from(text('2')),
    );
    for (const line of lines.filter(each => each !== 'tag: 1'))
      expect(patch).toContain(` ${line}`);
  });
});
