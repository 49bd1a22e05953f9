import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { GiteaHostProvider } from '../../git/GiteaHostProvider';
import { digest, image, repository } from '../__testUtils__/plans';
import { planEdits } from '../planEdits';

jest.setTimeout(60_000);

const deployment = (value: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout}
spec:
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec: {containers: [{name: checkout, image: "${value}"}]}
`;

const overrides = {
  'kustomize.images': `    path: overlay
    kustomize:
      images:
      - app=${repository}:1.2.0 # pin`,
  'helm.parameters': `    path: chart
    helm:
      parameters: [{name: image.tag, value: 1.2.0}]`,
  'helm.valuesObject': `    path: chart
    helm:
      valuesObject: {image: {tag: 1.2.0}}`,
  'helm.values': `    path: chart
    helm:
      values: |
        # production
        image:
          tag: 1.2.0`,
};

/** What a plan writes below a root is what Argo CD then renders for the child. */
describe('an override edited under its root', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ speed: 50 });
  });
  afterAll(() => simulator.close());

  const get = async (path: string) => {
    const { url, tokens } = simulator.argocd.main;
    const answer = await fetch(`${url}/api/v1/applications/${path}`, {
      headers: { authorization: `Bearer ${tokens.backstage}` },
    });
    expect(answer.status).toBe(200);
    return answer.json();
  };

  it.each(Object.entries(overrides))(
    'reaches the child: %s',
    async (kind, spec) => {
      const name = kind.toLowerCase().replace('.', '-');
      const { url: repoURL } = await simulator.git.createRepository(
        `acme/${name}`,
        {
          files: {
            'apps/child.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  project: default
  destination: {name: in-cluster, namespace: shop}
  source:
    repoURL: ${simulator.git.url}/acme/${name}.git
    targetRevision: main
${spec}
`,
            'overlay/kustomization.yaml': 'resources: [deployment.yaml]\n',
            'overlay/deployment.yaml': deployment('app'),
            'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
            'chart/values.yaml': `image:\n  repository: ${repository}\n  tag: ""\n`,
            'chart/templates/deployment.yaml': deployment(
              '{{ .Values.image.repository }}:{{ .Values.image.tag }}',
            ),
          },
        },
      );
      const source = { repoURL, path: 'apps', targetRevision: 'main' };
      simulator.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: `root-${name}`, namespace: 'argocd' },
        spec: {
          project: 'default',
          destination: { name: 'in-cluster', namespace: 'argocd' },
          source,
          syncPolicy: { automated: {} },
        },
      });
      await simulator.argocd.main.settled();
      const child = await get(name);
      const provider = new GiteaHostProvider({
        hosts: [
          {
            host: new URL(simulator.git.url).host,
            baseUrl: simulator.git.url,
            password: simulator.git.tokens.backstage,
          },
        ],
      });
      const { edits } = await planEdits({
        applications: [
          {
            name,
            namespace: 'argocd',
            sources: [child.spec.source],
            runs: [repository],
            parent: { name: `root-${name}`, sources: [source] },
          },
        ],
        images: [image],
        getRepository: url => provider.getRepository(url),
      });
      expect(edits.map(({ path }) => path)).toEqual(['apps/child.yaml']);
      await provider.getRepository(repoURL)?.commitFiles({
        branch: 'main',
        base: '',
        message: 'Promote',
        files: edits.map(({ path, after, blobBefore }) => ({
          path,
          content: after,
          blobBefore,
        })),
      });
      await simulator.argocd.main.settled();
      const { manifests } = await get(`${name}/manifests`);
      expect(manifests).toHaveLength(1);
      expect(
        JSON.parse(manifests[0]).spec.template.spec.containers[0].image,
      ).toBe(
        kind === 'kustomize.images'
          ? `${repository}@${digest}`
          : `${repository}:1.3.0@${digest}`,
      );
    },
  );
});
