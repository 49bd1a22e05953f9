import { RenderError, SourceSpec } from '../ports';
import { ManifestRenderer } from './renderer';

const REPO = 'http://127.0.0.1/acme/deploy.git';

async function render(
  files: Record<string, string>,
  ...sources: Array<Partial<SourceSpec>>
) {
  const bytes = new Map(
    Object.entries(files).map(
      ([path, text]) => [path, Buffer.from(text)] as const,
    ),
  );
  const renderer = new ManifestRenderer({ readTree: async () => bytes });
  return renderer.render({
    appName: 'shop',
    namespace: 'shop-dev',
    sources: sources.map(source => ({ repoURL: REPO, ...source })),
    revisions: sources.map(() => 'a'.repeat(40)),
  });
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      volumes: [{ name: settings, configMap: { name: settings } }]
      containers:
        - name: web
          image: registry.example:5000/acme/web:1.0.0
          env: [{ name: A, value: a }]
          envFrom: [{ secretRef: { name: keys } }]
        - { name: proxy, image: 'envoy:v1' }
`;

interface Workload {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
  };
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        volumes: Array<{ configMap: { name: string } }>;
        containers: Array<{
          name: string;
          image: string;
          env?: unknown[];
          envFrom?: Array<{ secretRef: { name: string } }>;
        }>;
      };
    };
  };
}

describe('plain folders', () => {
  const files = {
    'app/a.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: b }\n',
    'app/notes.yaml': 'just: notes\n',
    'app/deep/c.json':
      '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}]}',
    'other/d.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: d }\n',
  };

  it.each([
    [undefined, ['a', 'b']],
    [{ recurse: true }, ['a', 'b', 'c']],
    [{ recurse: true, exclude: '*.json' }, ['a', 'b']],
    [{ recurse: true, include: '{deep/*,x.yaml}' }, ['c']],
  ])('with %j gives %j', async (directory, names) => {
    const { objects, sourceTypes } = await render(files, {
      path: 'app',
      directory,
    });
    expect(objects.map(object => object.metadata.name).sort()).toEqual(names);
    expect(sourceTypes).toEqual(['Directory']);
  });

  it('says which path does not exist, and which source it was', async () => {
    const failure = render(files, { path: 'app' }, { path: 'overlays/none' });
    await expect(failure).rejects.toThrow(
      'overlays/none: app path does not exist',
    );
    await expect(failure).rejects.toMatchObject({ sourceIndex: 1 });
    await expect(render(files, { path: '../etc' })).rejects.toThrow(
      '../etc: app path outside root',
    );
  });

  it('names the file that cannot be parsed', async () => {
    await expect(
      render({ 'x/bad.yaml': 'kind: A\n  b: [' }, { path: 'x' }),
    ).rejects.toThrow(
      /Failed to unmarshal "bad.yaml".*error converting YAML to JSON/,
    );
    await expect(
      render({ 'x/bad.yaml': 'kind: A\n' }, { path: 'x' }),
    ).rejects.toThrow(RenderError);
  });
});

describe('kustomize', () => {
  const base = {
    'base/kustomization.yaml': `resources: [deployment.yaml]
configMapGenerator: [{ name: settings, literals: [COLOR=blue] }]
secretGenerator: [{ name: keys, literals: [TOKEN=abc] }]
`,
    'base/deployment.yaml': DEPLOYMENT,
  };
  const overlay = async (
    kustomization: string,
    more: Record<string, string> = {},
  ) => {
    const { objects, sourceTypes } = await render(
      { ...base, ...more, 'overlays/dev/kustomization.yaml': kustomization },
      { path: 'overlays/dev' },
    );
    expect(sourceTypes).toEqual(['Kustomize']);
    const deployment = objects.find(
      object => object.kind === 'Deployment',
    ) as unknown as Workload;
    return { objects, deployment };
  };

  it.each([
    ['digest: sha256:abc', 'registry.example:5000/acme/web@sha256:abc'],
    ['newTag: "2"', 'registry.example:5000/acme/web:2'],
    [
      'newTag: "2"\n    digest: sha256:abc',
      'registry.example:5000/acme/web:2@sha256:abc',
    ],
    ['newName: other/web', 'other/web:1.0.0'],
  ])('pins images: %s', async (pin, image) => {
    const { deployment } = await overlay(`resources: [../../base]
images:
  - name: registry.example:5000/acme/web
    ${pin}
`);
    expect(
      deployment.spec.template.spec.containers.map(
        container => container.image,
      ),
    ).toEqual([image, 'envoy:v1']);
  });

  it('sets namespace, names, labels and replicas, and follows references to what it renamed', async () => {
    const { deployment, objects } = await overlay(`resources: [../../base]
namespace: team
namePrefix: dev-
nameSuffix: -x
replicas: [{ name: web, count: 3 }]
commonLabels: { tier: front }
labels: [{ pairs: { team: a } }]
`);
    expect(deployment.metadata).toEqual({
      name: 'dev-web-x',
      namespace: 'team',
      labels: { tier: 'front', team: 'a' },
    });
    expect(deployment.spec.replicas).toBe(3);
    expect(deployment.spec.selector.matchLabels).toEqual({
      app: 'web',
      tier: 'front',
    });
    expect(deployment.spec.template.metadata.labels).toEqual({
      app: 'web',
      tier: 'front',
    });
    const settings = objects.find(object => object.kind === 'ConfigMap')!;
    expect(settings.metadata.name).toMatch(/^dev-settings-x-[a-z0-9]{10}$/);
    expect(deployment.spec.template.spec.volumes[0].configMap.name).toBe(
      settings.metadata.name,
    );
    const keys = objects.find(object => object.kind === 'Secret')!;
    expect(
      deployment.spec.template.spec.containers[0].envFrom![0].secretRef.name,
    ).toBe(keys.metadata.name);
    expect(keys.data).toEqual({ TOKEN: 'YWJj' });
  });

  it('changes the suffix of a generated ConfigMap with its content only', async () => {
    const nameWith = async (literals: string) => {
      const { objects } = await overlay(
        `resources: [../../base]\nconfigMapGenerator: [{ name: settings, behavior: merge, literals: [${literals}] }]\n`,
      );
      return objects.find(object => object.kind === 'ConfigMap')!.metadata.name;
    };
    expect(await nameWith('A=1')).toBe(await nameWith('A=1'));
    expect(await nameWith('A=1')).not.toBe(await nameWith('A=2'));
  });

  it('patches by strategic merge (lists by their keys) and by JSON patch', async () => {
    const { deployment } = await overlay(
      `resources: [../../base]
patches:
  - path: patch.yaml
  - target: { kind: Deployment, name: w.* }
    patch: |
      - { op: replace, path: /spec/replicas, value: 5 }
      - { op: add, path: /metadata/labels, value: { a~b: c } }
`,
      {
        'overlays/dev/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
          env: [{ name: B, value: b }, { name: A, value: z }]
        - { name: proxy, $patch: delete }
`,
      },
    );
    const [web, ...others] = deployment.spec.template.spec.containers;
    expect(others).toEqual([]);
    expect(web.image).toBe('registry.example:5000/acme/web:1.0.0');
    expect(web.env).toEqual([
      { name: 'B', value: 'b' },
      { name: 'A', value: 'z' },
    ]);
    expect(deployment.spec.replicas).toBe(5);
    expect(deployment.metadata.labels).toEqual({ 'a~b': 'c' });
  });

  it('applies components to what stands before them', async () => {
    const { deployment } = await overlay(
      'resources: [../../base]\ncomponents: [../../big]\n',
      {
        'big/kustomization.yaml':
          'kind: Component\nreplicas: [{ name: web, count: 9 }]\n',
      },
    );
    expect(deployment.spec.replicas).toBe(9);
  });

  it.each([
    ['resources: 7', ''],
    [
      'resources: [../../base]\npatches: [{ patch: "a: [" }]',
      'unable to parse SM or JSON patch',
    ],
    ['helmCharts: []', 'unknown field "helmCharts"'],
    [
      'resources: [none.yaml]',
      "evalsymlink failure on 'overlays/dev/none.yaml'",
    ],
    ['resources: [../../base, ../../base]', 'already registered id'],
    ['resources: [.]', 'cycle detected'],
    ['resources: [https://example.com/x]', "can't be fetched"],
    [
      'resources: [../../base]\npatches: [{ patch: "{apiVersion: v1, kind: Service, metadata: {name: none}}" }]',
      'no matches for Id Service',
    ],
  ])('refuses %s', async (kustomization, message) => {
    await expect(overlay(kustomization)).rejects.toThrow(message);
    await expect(overlay(kustomization)).rejects.toBeInstanceOf(RenderError);
  });
});

describe('Helm', () => {
  const chart = {
    'chart/Chart.yaml': 'name: generic\nversion: 1.2.3\n',
    'chart/values.yaml':
      'image: { repository: acme/web, tag: "1" }\nreplicas: 1\nlist: [a]\n',
    'chart/templates/_helpers.tpl': `{{- define "name" -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{- end }}
`,
    'chart/templates/deployment.yaml': `{{- /* a comment */ -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "name" . }}
  labels:
    {{- toYaml (dict "b" .Release.Namespace "a" "1") | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 2 }}
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ end }}"
          args:
          {{- range $i, $item := .Values.list }}
            - {{ printf "%d=%s" $i $item | quote }}
          {{- else }}
            - none
          {{- end }}
`,
    'chart/templates/off.yaml': '{{ if .Values.never }}\nkind: X\n{{ end }}\n',
    'env/dev.yaml': 'image: { digest: "sha256:dev" }\nlist: [x, y]\n',
  };
  type Rendered = Workload & {
    spec: { template: { spec: { containers: Array<{ args: string[] }> } } };
  };
  const first = async (
    helm: SourceSpec['helm'],
    ...more: Array<Partial<SourceSpec>>
  ) => {
    const { objects } = await render(chart, { path: 'chart', helm }, ...more);
    expect(objects).toHaveLength(1);
    return objects[0] as unknown as Rendered;
  };

  it('renders templates, helpers and defaults', async () => {
    const deployment = await first(undefined);
    expect(deployment.metadata).toEqual({
      name: 'shop-generic',
      labels: { a: '1', b: 'shop-dev' },
    });
    expect(deployment.spec.template.spec.containers[0]).toEqual({
      name: 'web',
      image: 'acme/web:1',
      args: ['0=a'],
    });
  });

  it('takes value files (of the repository and of another source), inline values and parameters in this order', async () => {
    const deployment = await first(
      {
        valueFiles: ['../env/dev.yaml', '$config/env/dev.yaml'],
        valuesObject: { replicas: 4, image: { tag: null } },
        parameters: [
          { name: 'list[1]', value: '7' },
          { name: 'image.tag', value: '2', forceString: true },
        ],
      },
      { ref: 'config' },
    );
    expect(deployment.spec.replicas).toBe(4);
    const [container] = deployment.spec.template.spec.containers;
    expect(container.image).toBe('acme/web:2@sha256:dev');
    expect(container.args).toEqual(['0=x', '1=7']);
  });

  it.each([
    [
      { valueFiles: ['none.yaml'] },
      'open none.yaml: no such file or directory',
    ],
    [{ valueFiles: ['$nobody/x.yaml'] }, 'source referenced "$nobody"'],
    [
      { values: 'image: null' },
      'nil pointer evaluating interface {}.repository',
    ],
    [{ values: 'a: [' }, 'failed to parse values'],
  ])('refuses %j', async (helm, message) => {
    await expect(first(helm)).rejects.toThrow(message);
  });

  it('says what a template cannot do', async () => {
    const failing = (template: string) =>
      render(
        { ...chart, 'chart/templates/off.yaml': template },
        { path: 'chart' },
      );
    await expect(failing('{{ unheardOf 1 }}')).rejects.toThrow(
      'function "unheardOf" not defined',
    );
    await expect(failing('a\n{{ if }}')).rejects.toThrow(
      /parse error at \(generic\/templates\/off.yaml:2\)/,
    );
    await expect(
      failing('{{ required "tell me" .Values.nothing }}'),
    ).rejects.toThrow('error calling required: tell me');
    await expect(failing('a: 1')).rejects.toThrow('apiVersion not set');
    await expect(failing('a: [')).rejects.toThrow(
      'YAML parse error on generic/templates/off.yaml',
    );
  });
});
