import { unifiedPatch } from './unifiedPatch';

const shown = (before: string, after: string) =>
  unifiedPatch('a.yaml', Buffer.from(before), Buffer.from(after))
    .split('\n')
    .slice(3, -1);

const changed = (text: string) =>
  shown(text, text.replace(/app:1/g, 'app:2').replace(/pin-1/g, 'pin-2'));

describe('unifiedPatch', () => {
  it('masks a secret on the changed line itself, on both sides', () => {
    expect(
      changed(
        'env: {image: app:1, dbPassword: "hunter2, too", level: info}\nx: y\n',
      ),
    ).toEqual([
      '-env: {image: app:1, dbPassword: ********, level: info}',
      '+env: {image: app:2, dbPassword: ********, level: info}',
      ' x: y',
    ]);
  });

  it('shows a value that the plan changes, whatever its key sounds like', () => {
    expect(changed('tokenServiceVersion: pin-1\ntoken: abc\n')).toEqual([
      '-tokenServiceVersion: pin-1',
      '+tokenServiceVersion: pin-2',
      ' token: ********',
    ]);
  });

  it('masks blocks, lists and variables by structure', () => {
    expect(
      changed(
        [
          'image: app:1',
          'privateKey: |',
          '  -----BEGIN',
          '  abc',
          'env:',
          '- name: API_KEY',
        ].join('\n'),
      ).slice(2),
    ).toEqual([' privateKey: ********', '   ********', '   ********']);
    expect(
      changed(
        ['- name: API_KEY', '  value: k3y', '- image: app:1', ''].join('\n'),
      ),
    ).toEqual([
      ' - name: API_KEY',
      '   value: ********',
      '-- image: app:1',
      '+- image: app:2',
    ]);
  });

  it('masks the data of Secrets alone, in whichever order and style', () => {
    expect(
      changed(
        [
          'stringData:',
          '  user: ana',
          '  list: >-',
          '    one',
          'metadata: {name: x}',
          'kind: Secret',
          '---',
          'kind: ConfigMap',
          'data: {image: app:1, user: bob}',
        ].join('\n'),
      ),
    ).toEqual([
      ' kind: Secret',
      ' ---',
      ' kind: ConfigMap',
      '-data: {image: app:1, user: bob}',
      '\\ No newline at end of file',
      '+data: {image: app:2, user: bob}',
      '\\ No newline at end of file',
    ]);
    expect(
      changed(
        '{"image": "app:1",\n"kind": "Secret",\n"data": {"user": "YQ=="}}\n',
      ).slice(2),
    ).toEqual([' "kind": "Secret",', ' "data": {"user": ********}}']);
  });

  it('masks what only words tell: comments, text in text, and addresses', () => {
    expect(
      changed(
        [
          '# password: old-one',
          'values: |',
          '  auth: {token: abc}',
          'image: app:1',
          'url: postgres://ana:hunter2@db/shop',
          'secretName: shop-tls',
          'automountServiceAccountToken: false',
          '',
        ].join('\n'),
      ),
    ).toEqual([
      ' # password: ********',
      ' values: |',
      '   auth: {token: ********}',
      '-image: app:1',
      '+image: app:2',
      ' url: postgres://ana:********@db/shop',
      ' secretName: shop-tls',
      ' automountServiceAccountToken: false',
    ]);
  });

  it('masks by words where a document is not valid YAML', () => {
    expect(changed('image: app:1\n{{ if }}\npassword: hunter2\n')).toEqual([
      '-image: app:1',
      '+image: app:2',
      ' {{ if }}',
      ' password: ********',
    ]);
  });
});
