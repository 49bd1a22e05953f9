import {
  ApplicationDrift,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { violations } from '../__testUtils__/described';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';

jest.setTimeout(60_000);

const files = {
  'prod/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: info, retries: "3" }
`,
  'prod/secret.yaml': `apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { password: geheim }
`,
};

describe('field-level drift against a simulated Argo CD', () => {
  let sim: Simulator;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeAll(async () => {
    sim = await startSimulator({ speed: 50 });
    const { url } = await sim.git.createRepository('acme/deploy', { files });
    const labelled: Record<string, Record<string, string>> = {
      mine: { 'backstage.io/kubernetes-id': 'checkout', environment: 'prod' },
      claimed: { environment: 'dev' },
    };
    for (const [name, labels] of Object.entries(labelled)) {
      sim.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name, labels },
        spec: {
          project: 'default',
          source: { repoURL: url, path: 'prod', targetRevision: 'main' },
          destination: { name: 'in-cluster', namespace: name },
          syncPolicy: {
            automated: {},
            syncOptions: ['CreateNamespace=true'],
          },
        },
      });
    }
    await sim.argocd.main.settled();
    plugin = await startPlugin({
      argocdPromotion: {
        instances: [
          {
            name: 'main',
            url: sim.argocd.main.url,
            token: sim.argocd.main.tokens.backstage,
          },
        ],
        environments: threeEnvironments,
      },
      entities: [
        component('checkout', {
          annotations: { 'argocd/app-name': 'mine,claimed' },
        }),
      ],
    });
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
  });

  const entity = '/v1/entities/component/default/checkout';
  const route = `${entity}/applications/main/argocd/mine/drift`;
  const asked = () =>
    sim.argocd.main.requests.filter(({ path }) =>
      path.includes('managed-resources'),
    );
  const drifted = (amount: number) =>
    until(async () => {
      const view = (await plugin.get(entity)).body as PipelineView;
      const mine = view.environments
        .flatMap(({ applications }) => applications)
        .find(({ name }) => name === 'mine');
      return mine?.drift.differs === amount ? mine : undefined;
    });

  it('tells each field, asks Argo CD once however many look, and again when something changed', async () => {
    await drifted(0);
    const edit = (kind: string, name: string, patch: { data: object }) =>
      sim.argocd.main.patchLive({ kind, name, namespace: 'mine' }, patch);
    edit('ConfigMap', 'settings', { data: { level: 'trace' } });
    edit('Secret', 'db', { data: { password: 'b2ZmZW4=' } });
    await drifted(2);
    sim.argocd.main.clearRequests();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => plugin.get(route)),
    );
    answers.push(await plugin.get(route));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(asked()).toHaveLength(1);
    expect(violations('ApplicationDrift', answers[0].body)).toEqual([]);
    const { resources } = answers[0].body as ApplicationDrift;
    expect(
      resources.flatMap(({ kind, name, fields }) =>
        fields.map(({ path, git, live, hidden }) => [
          `${kind}/${name}`,
          path,
          git ?? hidden,
          live ?? hidden,
        ]),
      ),
    ).toEqual(
      expect.arrayContaining([
        ['ConfigMap/settings', 'data.level', 'info', 'trace'],
        ['Secret/db', 'data.password', 'secret', 'secret'],
      ]),
    );

    edit('ConfigMap', 'settings', { data: { level: 'info' } });
    await drifted(1);
    const after = (await plugin.get(route)).body as ApplicationDrift;
    expect(after.resources.map(({ kind }) => kind)).toEqual(['Secret']);
    expect(asked()).toHaveLength(2);
  });

  it('shows both sides of one object without its secrets', async () => {
    const sides = (query: string) => plugin.get(`${route}/manifests?${query}`);
    const { body } = await sides('kind=Secret&namespace=mine&name=db&group=');
    expect(violations('ManifestSides', body)).toEqual([]);
    expect(body.git).toContain('password: (hidden)');
    expect(JSON.stringify(body)).not.toMatch(/geheim|b2ZmZW4|Z2VoZWlt/);
    expect((await sides('kind=Secret')).status).toBe(400);
    const other = await sides('kind=Secret&namespace=mine&name=other');
    expect(other.status).toBe(404);
    expect(other.body.error.message).toBe(
      'The Application mine manages no Secret other',
    );
  });

  it('refuses what is only claimed, and what is not of the entity, without asking Argo CD', async () => {
    sim.argocd.main.clearRequests();
    const claimed = await plugin.get(route.replace('mine', 'claimed'));
    expect(claimed.status).toBe(403);
    expect(claimed.body.error.message).toMatch(/label/);
    expect((await plugin.get(route.replace('mine', 'other'))).status).toBe(404);
    expect(asked()).toEqual([]);
  });

  it('tells the last answer with its age while Argo CD does not answer', async () => {
    const before = (await plugin.get(route)).body as ApplicationDrift;
    const fault = sim.faults.set({
      target: 'argocd',
      kind: 'status',
      status: 503,
      match: '/managed-resources/',
    });
    sim.argocd.main.patchLive(
      { kind: 'ConfigMap', name: 'settings', namespace: 'mine' },
      { data: { level: 'debug' } },
    );
    await drifted(2);
    const { status, body } = await plugin.get(route);
    sim.faults.clear(fault);
    expect(status).toBe(200);
    expect(body).toMatchObject({ comparedAt: before.comparedAt });
    expect(body.staleReason).toMatch(/503|unavailable/i);
  });
});
