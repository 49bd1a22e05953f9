import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  digest,
  image,
  old,
  plan,
  planWith,
  repository,
  source,
} from './__testUtils__/plans';
import { decodeText } from './bytes';
import { PlanEditsOptions } from './planTypes';

type Image = PlanEditsOptions['images'][number];

/** What unseen repositories bring: the file that is edited, and how it looks afterwards. */
interface OddForm {
  name: string;
  files: Record<string, string>;
  /** Default: the folder `prod`. */
  sources?: ManifestSource[];
  image?: Partial<Image>;
  /** By path, the pairs of text that are replaced; every other byte stays. */
  edits: Record<string, Array<[string, string]>>;
}

const deployment = (reference: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout}\nspec:\n  template:\n    spec:\n      containers:\n        - name: checkout\n          image: ${reference}\n`;
const chart = { 'prod/Chart.yaml': 'apiVersion: v2\nname: checkout\n' };
const pinned = `${repository}:1.3.0@${digest}`;
const helm = (...valueFiles: string[]) => [
  source('prod', { helm: { valueFiles } }),
];

const forms: OddForm[] = [
  {
    name: 'a registry with a port, beside an image of nearly the same name',
    image: { repository: 'localhost:5000/shop/checkout' },
    files: {
      'prod/a.yaml': `${deployment(
        'localhost:5000/shop/checkout:1.2.0',
      )}        - {name: x, image: "localhost:5000/shop/checkout-ui:1.2.0"}\n        - {name: y, image: "localhost:5001/shop/checkout:1.2.0"}\n`,
    },
    edits: {
      'prod/a.yaml': [
        [
          'image: localhost:5000/shop/checkout:1.2.0',
          `image: localhost:5000/shop/checkout:1.3.0@${digest}`,
        ],
      ],
    },
  },
  {
    name: 'a tag in upper case with every character that tags may have',
    image: { tag: 'V2-RC.1_x' },
    files: { 'prod/a.yaml': deployment(`${repository}:1.2.0`) },
    edits: {
      'prod/a.yaml': [
        [`${repository}:1.2.0`, `${repository}:V2-RC.1_x@${digest}`],
      ],
    },
  },
  {
    name: 'digests in quotes, and tags that YAML would read as numbers',
    image: { tag: '1.10' },
    files: {
      'prod/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: 1.9\n  digest: '${old}'\n`,
    },
    edits: {
      'prod/kustomization.yaml': [
        ['newTag: 1.9', 'newTag: "1.10"'],
        [`'${old}'`, `'${digest}'`],
      ],
    },
  },
  ...['0x1f', '1e3', '010', 'on', '~', '2026-11-25', '1_000'].map(tag => ({
    name: `the tag ${tag}, which must stay a string`,
    image: { tag: tag === '~' ? '1' : tag },
    files: {
      'prod/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: v1\n  digest: ${old}\n`,
    },
    edits: {
      'prod/kustomization.yaml': [
        ['newTag: v1', `newTag: "${tag === '~' ? '1' : tag}"`],
        [old, digest],
      ] as Array<[string, string]>,
    },
  })),
  {
    name: 'the tag and the digest in one key',
    files: {
      'prod/Kustomization': `images:\n- newTag: "1.2.0@${old}"\t # both\n  name: ${repository}   \n`,
    },
    edits: { 'prod/Kustomization': [[`1.2.0@${old}`, `1.3.0@${digest}`]] },
  },
  {
    name: 'a digest alone, which gets no tag',
    files: {
      'prod/kustomization.yml': `images:\n- name: ${repository}\n  digest: ${old}\n`,
    },
    edits: { 'prod/kustomization.yml': [[old, digest]] },
  },
  {
    name: 'an entry that only renames',
    files: {
      'prod/kustomization.yaml': `images:\n- name: checkout\n  newName: ${repository}\nresources: [a.yaml]\n`,
      'prod/a.yaml': deployment('checkout'),
    },
    edits: {
      'prod/kustomization.yaml': [
        [
          `newName: ${repository}\n`,
          `newName: ${repository}\n  newTag: 1.3.0\n  digest: ${digest}\n`,
        ],
      ],
    },
  },
  {
    name: 'an empty list of images over a base',
    files: {
      'prod/kustomization.yaml':
        'images: [] # none yet\nresources: [../base]\n',
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': deployment(`${repository}:1.2.0`),
    },
    edits: {
      'prod/kustomization.yaml': [
        ['[]', `[{name: ${repository}, newTag: 1.3.0, digest: ${digest}}]`],
      ],
    },
  },
  {
    name: 'a key images without a value over two bases and a component',
    files: {
      'prod/kustomization.yaml':
        'resources:\n- ../base\n- ../jobs\ncomponents: [../monitoring]\nimages:\n',
      'base/kustomization.yaml': 'bases: [../deeper]\n',
      'deeper/kustomization.yaml': 'resources: [a.yaml]\n',
      'deeper/a.yaml': deployment(`${repository}:1.2.0`),
      'jobs/kustomization.yaml': 'resources: []\n',
      'monitoring/kustomization.yaml': 'kind: Component\n',
    },
    edits: {
      'prod/kustomization.yaml': [
        [
          'images:\n',
          `images:\n- name: ${repository}\n  newTag: 1.3.0\n  digest: ${digest}\n`,
        ],
      ],
    },
  },
  {
    name: 'an overlay of a remote base, which nobody reads',
    files: {
      'prod/kustomization.yaml':
        'resources: ["https://github.com/acme/base//deploy?ref=v1"]\nnamespace: shop',
    },
    edits: {
      'prod/kustomization.yaml': [
        [
          'namespace: shop',
          `namespace: shop\nimages:\n- name: ${repository}\n  newTag: 1.3.0\n  digest: ${digest}`,
        ],
      ],
    },
  },
  {
    name: 'a patch of the overlay that sets the image',
    files: {
      'prod/kustomization.yaml':
        'resources: [../base]\npatches:\n- path: image.yaml\n  target: {kind: Deployment}\n',
      'prod/image.yaml': deployment(`${repository}:1.2.0 # here`),
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': deployment(`${repository}:0`),
    },
    edits: { 'prod/image.yaml': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'a JSON patch of the overlay that sets the image',
    files: {
      'prod/kustomization.yaml':
        'resources: [../base]\npatches:\n- path: image.json\n  target: {kind: Deployment}\n',
      'prod/image.json': `[\r\n  {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "${repository}:1.2.0"}\r\n]\r\n`,
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': deployment('placeholder'),
    },
    edits: { 'prod/image.json': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'a patch inside of the kustomization that sets the image',
    files: {
      'prod/kustomization.yaml': `resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${repository}:1.2.0\n`,
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': deployment('placeholder'),
    },
    edits: {
      'prod/kustomization.yaml': [
        [
          `value: ${repository}:1.2.0\n`,
          `value: ${repository}:1.2.0\nimages:\n- name: ${repository}\n  newTag: 1.3.0\n  digest: ${digest}\n`,
        ],
      ],
    },
  },
  {
    name: 'values with the image under several keys, each in a form of its own',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/values.yaml': '{}\n',
      'prod/prod.yaml': `api:\n  image: {repository: ${repository}, tag: 1.2.0, digest: ${old}}\nworker:\n  image:\n    repository: ${repository}\n    tag: '1.2.0'\ncron:\n  image: ${repository}:1.2.0@${old}\nother:\n  image: {repository: registry.example.com/shop/other, tag: 1.2.0}\n`,
    },
    edits: {
      'prod/prod.yaml': [
        [`tag: 1.2.0, digest: ${old}}`, `tag: 1.3.0, digest: ${digest}}`],
        [`tag: '1.2.0'\n`, `tag: '1.3.0@${digest}'\n`],
        [`image: ${repository}:1.2.0@${old}`, `image: ${pinned}`],
      ],
    },
  },
  {
    name: 'a reference in a block of its own',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `image: | # here\n    ${repository}:1.2.0\n\nreplicas: 2\n`,
    },
    edits: { 'prod/prod.yaml': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'values with flat keys',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `image: ${repository}\nimageTag: 1.2.0\nreplicas: 2\n`,
    },
    edits: { 'prod/prod.yaml': [['1.2.0', `1.3.0@${digest}`]] },
  },
  {
    name: 'globals of an umbrella chart',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml':
        'global:\n  imageRegistry: registry.example.com\n  image:\n    repository: shop/checkout\n    tag: 1.2.0\n    digest: ""\n',
    },
    edits: {
      'prod/prod.yaml': [
        ['tag: 1.2.0', 'tag: 1.3.0'],
        ['digest: ""', `digest: "${digest}"`],
      ],
    },
  },
  {
    name: 'an anchor that two images share',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `image: &image ${repository}:1.2.0 # shared\njobs:\n  - image: *image\n`,
    },
    edits: { 'prod/prod.yaml': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'an anchored map that two parts share',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `api:\n  image: &image\n    repository: ${repository}\n    tag: 1.2.0\nworker:\n  image: *image\n`,
    },
    edits: { 'prod/prod.yaml': [['1.2.0', `1.3.0@${digest}`]] },
  },
  {
    name: 'an alias of something else, which gives way',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `version: &v "1.2.0"\nimage:\n  repository: ${repository}\n  tag: *v\nlabels: {version: *v}\n`,
    },
    edits: { 'prod/prod.yaml': [['tag: *v', `tag: 1.3.0@${digest}`]] },
  },
  {
    name: 'a tag that comes through a merge key, which is set beside it',
    sources: helm('prod.yaml'),
    files: {
      ...chart,
      'prod/prod.yaml': `defaults: &defaults\n  tag: 1.2.0\nimage:\n  <<: *defaults\n  repository: ${repository}\n`,
    },
    edits: {
      'prod/prod.yaml': [
        [
          `repository: ${repository}\n`,
          `repository: ${repository}\n  tag: 1.3.0@${digest}\n`,
        ],
      ],
    },
  },
  {
    name: 'a chart beside plain files, whose templates are no manifests',
    sources: helm('values-prod.yaml'),
    files: {
      ...chart,
      'prod/templates/deployment.yaml': deployment(
        '{{ .Values.image.repository }}:{{ .Values.image.tag }}',
      ),
      'prod/values.yaml': `image:\n  repository: ${repository}\n  tag: 0\n`,
      'prod/values-prod.yaml': `image:\r\n\ttag: x\r\n`.replace('\t', '  '),
    },
    edits: {
      'prod/values-prod.yaml': [['tag: x', `tag: 1.3.0@${digest}`]],
    },
  },
  {
    name: 'Docker Hub by its short name',
    image: { repository: 'docker.io/acme/checkout' },
    files: { 'prod/a.yaml': deployment('acme/checkout:1.2.0') },
    edits: {
      'prod/a.yaml': [['acme/checkout:1.2.0', `acme/checkout:1.3.0@${digest}`]],
    },
  },
  {
    name: 'directives, tags, tabs, blanks at the end, and a byte order mark',
    files: {
      'prod/a.yaml': `\uFEFF%YAML 1.1\r\n---   # one\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\ndata: {x: "a\tb"}   \r\n--- # two\r\nkind: StatefulSet\r\nspec:\r\n  template:\r\n    spec:\r\n      containers:\r\n      - name: "a"\t\r\n        image:\t!!str "${repository}:1.2.0"\t# pin  \r\n...\r\n`,
    },
    edits: { 'prod/a.yaml': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'a List, and custom resources with Pod templates, as JSON in one line',
    files: {
      'prod/all.json': `{"kind":"List","items":[{"kind":"KnativeService","metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"image":"${repository}:1.2.0"}]}}}}]}`,
    },
    edits: { 'prod/all.json': [[`${repository}:1.2.0`, pinned]] },
  },
  {
    name: 'a path with dots and slashes, files left out by the source',
    sources: [
      source('./prod/', { directory: { recurse: true, exclude: 'old/*' } }),
    ],
    files: {
      'prod/old/a.yaml': deployment(`${repository}:0.9`),
      'prod/new/a.yml': deployment(`"${repository}"`),
    },
    edits: { 'prod/new/a.yml': [[`"${repository}"`, `"${pinned}"`]] },
  },
];

describe('forms that nobody expects', () => {
  it.each(forms)('edits $name', async form => {
    const wanted = { ...image, ...form.image } as Image;
    const sources = form.sources ?? [source('prod')];
    const run = (files: Record<string, string>) =>
      planWith(
        files,
        [
          {
            name: 'checkout-prod',
            namespace: 'argocd',
            sources,
            runs: [wanted.repository],
          },
        ],
        { images: [wanted] },
      );
    const { edits } = await run(form.files);
    const after = Object.fromEntries(
      edits.map(edit => [edit.path, decodeText(edit.after, edit.path)]),
    );
    const expected = Object.fromEntries(
      Object.entries(form.edits).map(([path, pairs]) => [
        path,
        pairs.reduce((text, [from, to]) => {
          expect(text).toContain(from);
          return text.replace(from, () => to);
        }, form.files[path]),
      ]),
    );
    expect(after).toEqual(expected);
    // The next plan finds what this one wrote.
    expect((await run({ ...form.files, ...after })).edits).toEqual([]);
  });

  it.each<[string, Record<string, string>, RegExp, Partial<Image>]>([
    [
      'an image that is spelled by a template',
      { 'prod/a.yaml': deployment('"{{ image }}"') },
      /not found where .* is pinned .* containers of the manifests in prod/,
      {},
    ],
    [
      'an image of Docker Hub in a remote base, as its name may be spelled in any way',
      {
        'prod/kustomization.yaml':
          'resources: [https://github.com/acme/base//deploy?ref=v1]\n',
      },
      /a remote base, which is not read/,
      { repository: 'docker.io/acme/checkout' },
    ],
    [
      'a file that is not UTF-8',
      { 'prod/a.yaml': 'image: shop/checkout\uD800' },
      /not found/,
      {},
    ],
  ])('refuses %s, and says where it looked', async (_, files, why, other) => {
    const wanted = { ...image, ...other } as Image;
    const run = planWith(
      files,
      [
        {
          name: 'checkout-prod',
          namespace: 'argocd',
          sources: [source('prod')],
          runs: [wanted.repository],
        },
      ],
      { images: [wanted] },
    );
    await expect(run).rejects.toThrow(why);
  });

  it('edits jsonnet and whatever else a plugin reads, where the annotation says the file', async () => {
    const jsonnet = `local image = '${repository}:1.2.0'; // ours\r\n{ spec: { containers: [{ image: image }], other: "${repository}-ui:1", again: "${repository}@${old}" } }\n`;
    const { edits } = await plan(
      { 'prod/main.jsonnet': jsonnet },
      [source('prod')],
      {
        annotations: {
          'argocd-promotion.fairway.dev/image-path': 'main.jsonnet',
        },
      },
    );
    expect(decodeText(edits[0].after, '')).toBe(
      jsonnet
        .replace(`${repository}:1.2.0`, pinned)
        .replace(`@${old}`, `@${digest}`),
    );
  });
});
