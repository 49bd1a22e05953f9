import { contentSuffix } from './contentSuffix';

const object = (kind: string, fields: object) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'any' },
  ...fields,
});

/** Suffixes that kustomize itself gave (its own test of the hash, and releases 0.21 of its library). */
describe('the suffix of a generated object is kustomize’s', () => {
  it.each([
    ['nothing', {}, '6ct58987ht'],
    ['an empty map', { data: {} }, '6ct58987ht'],
    ['one key', { data: { one: '' } }, '9g67k2htb6'],
    ['several', { data: { KEY2: 'VALUE2', KEY1: 'VALUE1' } }, 'gkfb9fdgch'],
    ['bytes', { binaryData: { one: '' } }, '6mtk2m274t'],
    ['both', { data: { one: '' }, binaryData: { two: '' } }, '698h7c7t9m'],
    ['signs of HTML', { data: { query: 'a < b && c > d' } }, '5d5fgfc647'],
    [
      'quotes and umlauts',
      { data: { b: 'Grüße "quoted" \\ \t\n', a: 'x' } },
      '4kb799b6d2',
    ],
  ])('ConfigMap with %s', (_, fields, suffix) => {
    expect(contentSuffix(object('ConfigMap', fields))).toBe(suffix);
  });

  it.each([
    ['nothing', { type: 'my-type' }, '5gmgkf8578'],
    ['one key', { type: 'my-type', data: { one: '' } }, '74bd68bm66'],
    ['a value', { type: 'Opaque', data: { a: 'PCY+' } }, 't8dd8d42gk'],
    [
      'keys that sort otherwise in UTF-16',
      {
        type: 'Opaque',
        data: { z: '\u2028\u2029', a: '<&>' },
        stringData: { é: 'x', '😀': 'y', '～': 'z' },
      },
      '669462h8kc',
    ],
  ])('Secret with %s', (_, fields, suffix) => {
    expect(contentSuffix(object('Secret', fields))).toBe(suffix);
  });
});
