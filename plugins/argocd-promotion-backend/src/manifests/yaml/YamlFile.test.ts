import fc from 'fast-check';
import { decodeText, encodeText } from '../bytes';
import { splitDocuments } from './documents';
import { YamlFile } from './YamlFile';

const word = fc
  .stringMatching(/^[a-z][a-z0-9]{0,6}$/)
  .filter(
    text =>
      !['y', 'n', 'no', 'on', 'off', 'yes', 'true', 'null', 'false'].includes(
        text,
      ),
  );
const quoted = fc.constantFrom<[string, string]>(
  ['', ''],
  ["'", "'"],
  ['"', '"'],
);
const comment = fc.constantFrom('', ' # ünïcode', '\t# tab');
const line = fc
  .tuple(word, word, comment)
  .map(([key, value, tail]) => [`k${key}: ${value}${tail}`]);
const block = word.map(text => [
  `b${text}: |`,
  '  --- no document',
  '',
  `  ${text}: 1.2.0`,
]);
const noise = fc.uniqueArray(fc.oneof(line, block), {
  selector: lines => lines[0].split(':')[0],
  maxLength: 6,
});

describe('YamlFile', () => {
  it('changes the bytes of the target and no others', () => {
    fc.assert(
      fc.property(
        noise,
        noise,
        quoted,
        comment,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        (above, below, [open, close], tail, eol, bom, last) => {
          const make = (value: string, extra: string[]) =>
            (bom ? '\uFEFF' : '') +
            [
              'a: first',
              '---',
              ...above.flat(),
              'image:',
              '  name: x',
              `  tag: ${open}${value}${close}${tail}`,
              ...extra,
              // A prefix that no generated key begins with: a key given twice
              // would be another test.
              ...below.flat().map(text => text.replace(/^(?=[kb])/, 'below_')),
            ].join(eol) +
            (last ? eol : '');
          const file = new YamlFile(encodeText(make('1.2.0', [])), 'a.yaml');
          const path = ['image', 'tag'];
          const set = file.edit(new Map([[1, [{ path, value: '1.3.0' }]]]));
          expect(decodeText(set, '')).toBe(make('1.3.0', []));
          const added = file.edit(
            new Map([
              [
                1,
                [
                  {
                    path: ['image', 'digest'],
                    value: 'sha256:ab',
                    after: ['tag'],
                  },
                ],
              ],
            ]),
          );
          expect(decodeText(added, '')).toBe(
            make('1.2.0', [`  digest: ${open}sha256:ab${close}`]),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('splits without losing a byte', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '---',
            '...',
            '--- x',
            '# c',
            '%YAML 1.2',
            'a: 1',
            '',
            ' ---',
          ),
          { maxLength: 12 },
        ),
        lines => {
          const text = lines.join('\n');
          expect(
            splitDocuments(text)
              .map(part => part.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });

  it('refuses to change what an anchor shares with other values', () => {
    const file = new YamlFile(encodeText('a: &t 1.2.0\nb: *t\n'), 'a.yaml');
    expect(() =>
      file.edit(new Map([[0, [{ path: ['a'], value: '1.3.0' }]]])),
    ).toThrow(/anchor/);
    expect(
      decodeText(
        file.edit(new Map([[0, [{ path: ['b'], value: '1.3.0' }]]])),
        '',
      ),
    ).toBe('a: &t 1.2.0\nb: 1.3.0\n');
  });
});
