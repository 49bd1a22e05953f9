import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  digest,
  editedFiles,
  old,
  planWith,
  repository,
  repoURL,
  source,
} from '../__testUtils__/plans';

const root = (path: string, more: Partial<ManifestSource> = {}) => ({
  name: 'root-prod',
  sources: [source(path, more)],
});

const chart = {
  'chart/Chart.yaml': 'name: checkout\n',
  'chart/values.yaml': `image:\n  repository: ${repository}\n  tag: ""\nsidecar:\n  image:\n    repository: registry.example.com/shop/proxy\n    tag: "1"\n`,
};

/** An Application as its manifest has it, and as Argo CD reports it. */
function child(
  manifest: string,
  live: Partial<ManifestSource>,
  more: { files?: Record<string, string>; path?: string } = {},
) {
  const path = more.path ?? 'apps/prod/checkout.yaml';
  return {
    files: { ...chart, ...more.files, [path]: manifest },
    application: {
      name: 'checkout-prod',
      namespace: 'argocd',
      sources: [source('chart', live)],
      runs: [repository],
      parent: root('apps/prod'),
    },
  };
}

const header = `# Checkout in production\r
apiVersion: argoproj.io/v1alpha1\r
kind: Application\r
metadata:\r
  name: checkout-prod # the child\r
spec:\r
  source:\r
    repoURL: ${repoURL}\r
    path: chart\r
    helm:\r
`;

describe('pins in the manifest of the Application', () => {
  it('edits helm.parameters, and no other byte', async () => {
    const manifest = `${header}      parameters:\r
        - {name: sidecar.image.tag, value: "1.2.0"} # not this\r
        - name: image.tag # this\r
          value: '1.2.0'\r
`;
    const { files, application } = child(manifest, {
      helm: {
        parameters: [
          { name: 'sidecar.image.tag', value: '1.2.0' },
          { name: 'image.tag', value: '1.2.0' },
        ],
      },
    });
    expect(await editedFiles(files, [application])).toEqual({
      'apps/prod/checkout.yaml': manifest.replace(
        "'1.2.0'",
        `'1.3.0@${digest}'`,
      ),
    });
  });

  it('adds the parameter of the digest where the chart reads one', async () => {
    const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: checkout-prod, namespace: argocd}
spec:
  sources:
  - repoURL: ${repoURL}
    path: chart
    helm:
      parameters:
      - name: image.tag
        value: "1.2.0"
    targetRevision: main
`;
    const { files, application } = child(
      manifest,
      { helm: { parameters: [{ name: 'image.tag', value: '1.2.0' }] } },
      {
        files: { 'chart/templates/a.yaml': '{{ .Values.image.digest }}' },
      },
    );
    expect(await editedFiles(files, [application])).toEqual({
      'apps/prod/checkout.yaml': manifest.replace(
        'value: "1.2.0"\n',
        `value: "1.3.0"\n      - name: image.digest\n        value: ${digest}\n`,
      ),
    });
  });

  it('edits helm.valuesObject', async () => {
    const manifest = `${header}      valuesObject:\r\n        replicas: 3\r\n        image: {tag: 1.2.0@${old}} # pin\r\n`;
    const { files, application } = child(manifest, {
      helm: {
        valuesObject: { replicas: 3, image: { tag: `1.2.0@${old}` } },
      },
    });
    expect(await editedFiles(files, [application])).toEqual({
      'apps/prod/checkout.yaml': manifest.replace(
        `1.2.0@${old}`,
        `1.3.0@${digest}`,
      ),
    });
  });

  it('edits a line of the block helm.values, and adds one', async () => {
    const values = [
      '# why: "1.2.0" is not the pin',
      'replicas: 3   ',
      '',
      'image:',
      `  repository: ${repository}`,
      "  tag: '1.2.0' # pin",
      '',
      'list:',
      '  - a',
    ];
    const block = (lines: string[]) =>
      `${header}      values: |-  # inline\r\n${lines
        .map(line => (line === '' ? '' : `        ${line}`))
        .join('\r\n')}\r\n  project: shop\r\n`;
    const { files, application } = child(block(values), {
      helm: { values: values.join('\n') },
    });
    expect(await editedFiles(files, [application])).toEqual({
      'apps/prod/checkout.yaml': block(
        values.map(line => line.replace("'1.2.0'", `'1.3.0@${digest}'`)),
      ),
    });
    expect(
      await editedFiles(
        { ...files, 'chart/templates/a.yaml': '{{ .Values.image.digest }}' },
        [application],
      ),
    ).toEqual({
      'apps/prod/checkout.yaml': block(
        values.flatMap(line =>
          line.includes('tag:')
            ? [line.replace('1.2.0', '1.3.0'), `  digest: '${digest}'`]
            : [line],
        ),
      ),
    });
  });

  it('edits kustomize.images, in a file of several Applications below a kustomization', async () => {
    const one = (name: string, entry: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\nspec:\n  source:\n    path: base\n    kustomize:\n      images: ["${entry}", other:1]\n`;
    const file = (entry: string) =>
      `${one('checkout-dev', `app=${repository}:1.2.0`)}---\n${one(
        'checkout-prod',
        entry,
      )}`;
    const files = {
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': `kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c, image: app}]}}}\n`,
      'apps/prod/kustomization.yaml': 'resources: [children.yaml]\n',
      'apps/prod/children.yaml': file(`app=${repository}:1.2.0`),
    };
    const application = (entry: string) => ({
      name: 'checkout-prod',
      namespace: 'argocd',
      sources: [source('base', { kustomize: { images: [entry, 'other:1'] } })],
      runs: [repository],
      parent: root('apps/prod'),
    });
    expect(
      await editedFiles(files, [application(`app=${repository}:1.2.0`)]),
    ).toEqual({
      'apps/prod/children.yaml': file(`app=${repository}@${digest}`),
    });
    const pinned = `app=${repository}:1.2.0@${old}`;
    expect(
      await editedFiles({ ...files, 'apps/prod/children.yaml': file(pinned) }, [
        application(pinned),
      ]),
    ).toEqual({
      'apps/prod/children.yaml': file(`app=${repository}:1.3.0@${digest}`),
    });
  });

  it('leaves overrides of other images alone and edits the file', async () => {
    const { files, application } = child('kind: ConfigMap\n', {
      helm: {
        valueFiles: ['values-prod.yaml'],
        parameters: [{ name: 'sidecar.image.tag', value: '2' }],
        valuesObject: { other: { tag: 'x', digest: 'y' } },
      },
      kustomize: { images: ['proxy:2'] },
    });
    expect(
      await editedFiles(
        { ...files, 'chart/values-prod.yaml': 'image:\n  tag: 1.2.0\n' },
        [application],
      ),
    ).toEqual({
      'chart/values-prod.yaml': `image:\n  tag: 1.3.0@${digest}\n`,
    });
  });

  const parameters = [{ name: 'image.tag', value: '1.2.0' }];
  const plain = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: checkout-prod}\nspec: {source: {helm: {parameters: [{name: image.tag, value: 1.2.0}]}}}\n`;
  it.each<[string, Record<string, string>, RegExp]>([
    ['is nowhere', {}, /no file of the root root-prod holds its manifest/],
    [
      'is of another namespace',
      {
        'apps/prod/a.yaml': plain.replace(
          'checkout-prod}',
          'checkout-prod, namespace: team}',
        ),
      },
      /no file of the root/,
    ],
    [
      'is there twice',
      { 'apps/prod/a.yaml': plain, 'apps/prod/b.yaml': plain },
      /more than once \(apps\/prod\/a.yaml, apps\/prod\/b.yaml\)/,
    ],
    [
      'is a template',
      {
        'apps/prod/Chart.yaml': 'name: apps\n',
        'apps/prod/templates/a.yaml': plain,
      },
      /is a Helm chart; templates are not edited/,
    ],
    [
      'is patched',
      {
        'apps/prod/kustomization.yaml':
          'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
        'apps/prod/a.yaml': plain,
      },
      /changes manifests by 'patches'/,
    ],
  ])('refuses when the manifest %s', async (_, files, message) => {
    const application = {
      name: 'checkout-prod',
      namespace: 'argocd',
      sources: [source('chart', { helm: { parameters } })],
      parent: root('apps/prod'),
    };
    const planning = planWith({ ...chart, ...files }, [application]);
    await expect(planning).rejects.toThrow(message);
    await expect(planning).rejects.toThrow(/overrides every file/);
  });

  it('refuses what an ApplicationSet generated', async () => {
    await expect(
      planWith({ ...chart, 'apps/prod/a.yaml': plain }, [
        {
          name: 'checkout-prod',
          namespace: 'argocd',
          sources: [source('chart', { helm: { parameters } })],
          parent: root('apps/prod'),
          applicationSet: 'all',
        },
      ]),
    ).rejects.toThrow(/generated by the ApplicationSet all/);
  });
});
