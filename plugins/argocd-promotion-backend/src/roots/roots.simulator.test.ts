import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { PermissionsService } from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  RootsView,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';
import { violations } from '../__testUtils__/described';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';

jest.setTimeout(60_000);

type Decision = Awaited<
  ReturnType<PermissionsService['authorizeConditional']>
>[number];

const owned = (claim: string): Decision => ({
  result: AuthorizeResult.CONDITIONAL,
  pluginId: 'argocd-promotion',
  resourceType: 'argocd-promotion-deployment',
  conditions: {
    rule: 'IS_OWNER',
    resourceType: 'argocd-promotion-deployment',
    params: { claims: [claim] },
  },
});
const ALLOW: Decision = { result: AuthorizeResult.ALLOW };

describe('App of Apps of a simulated Argo CD', () => {
  let sim: Simulator;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  let decision: Decision = ALLOW;

  beforeAll(async () => {
    sim = await startSimulator({ instances: ['main'], speed: 50 });
    const settings =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n';
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: Object.fromEntries(
        ['checkout', 'search', 'old', 'fresh', 'billing'].map(name => [
          `${name}/settings.yaml`,
          settings,
        ]),
      ),
    });
    const application = (
      name: string,
      wave: number,
    ) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}-prod
  annotations: { argocd.argoproj.io/sync-wave: "${wave}" }
  labels: { environment: prod, backstage.io/kubernetes-id: ${name} }
spec:
  project: default
  source: { repoURL: ${url}, path: ${name}, targetRevision: main }
  destination: { server: https://kubernetes.default.svc, namespace: ${name} }
  syncPolicy: { automated: {}, syncOptions: [CreateNamespace=true] }
`;
    const gitops = await sim.git.createRepository('acme/gitops', {
      files: {
        'prod/checkout.yaml': application('checkout', 10),
        'prod/search.yaml': application('search', -1),
        'prod/old.yaml': application('old', 0),
        'prod/fresh.yaml': application('fresh', 0),
      },
    });
    const { main } = sim.argocd;
    main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'prod-root', labels: { environment: 'prod' } },
      spec: {
        project: 'default',
        source: { repoURL: gitops.url, path: 'prod', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'argocd',
        },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
    main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'billing-prod', labels: { environment: 'prod' } },
      spec: {
        project: 'default',
        source: { repoURL: url, path: 'billing', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'billing',
        },
        syncPolicy: { automated: {} },
      },
    });
    await main.settled();
    /** The root, compared anew. */
    const refreshed = async () => {
      const answer = await fetch(
        `${main.url}/api/v1/applications/prod-root?refresh=normal`,
        { headers: { authorization: `Bearer ${main.tokens.backstage}` } },
      );
      return (await answer.json()) as Application;
    };
    // Somebody turns automated sync off and deletes a child, and git no longer has another.
    const object = (name: string) => ({
      kind: 'Application',
      namespace: 'argocd',
      name,
    });
    main.patchLive(object('prod-root'), {
      spec: { syncPolicy: { automated: null } },
    });
    main.patchLive(object('fresh-prod'), null);
    await sim.git.commit('acme/gitops', {
      message: 'Take old out of service',
      author: 'Ana Lima <ana@example.com>',
      files: { 'prod/old.yaml': null },
    });
    await until(async () => {
      const { resources = [] } = (await refreshed()).status ?? {};
      const differing = resources?.filter(
        ({ status }) => status === 'OutOfSync',
      );
      return differing?.length === 2 ? true : undefined;
    }, 20_000);
    plugin = await startPlugin({
      argocdPromotion: {
        instances: [
          { name: 'main', url: main.url, token: main.tokens.backstage },
        ],
        environments: threeEnvironments,
      },
      entities: [
        component('checkout'),
        component('search', { owner: 'group:default/search' }),
      ],
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.DENY })),
        authorizeConditional: async requests => requests.map(() => decision),
      },
    });
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
  });
  afterEach(() => {
    decision = ALLOW;
  });

  const root = '/v1/roots/main/argocd/prod-root';
  /** The root once its tree was read. */
  const read = () =>
    until(async () => {
      const { body } = await plugin.get(root);
      return body.waves?.[0]?.effect === 'ineffective'
        ? (body as RootView)
        : undefined;
    }, 20_000);

  it('shows children by wave with what is missing and left over, and asks Argo CD nothing for it', async () => {
    const view = await read();
    expect(
      view.nodes.map(({ name, wave, state }) => `${name} ${wave} ${state}`),
    ).toEqual([
      'search-prod -1 live',
      'fresh-prod 0 missing',
      'old-prod 0 extra',
      'checkout-prod 10 live',
    ]);
    expect(view.problems.map(({ code }) => code)).toEqual([
      'waves-without-effect',
    ]);
    expect(violations('RootView', view)).toEqual([]);

    sim.argocd.main.clearRequests();
    for (let i = 0; i < 3; i += 1) {
      expect((await plugin.get(root)).status).toBe(200);
      expect((await plugin.get('/v1/roots')).status).toBe(200);
    }
    expect(sim.argocd.main.requests).toEqual([]);
  });

  it('lists the root and the orphan of the environment, and what would not come back', async () => {
    await read();
    const { body } = await plugin.get('/v1/roots');
    const view = body as RootsView;
    expect(violations('RootsView', view)).toEqual([]);
    expect(view.partial).toBe(false);
    const [prod] = view.environments;
    expect(
      prod.roots.map(({ name, counts }) => [
        name,
        counts.total,
        counts.missing,
        counts.extra,
      ]),
    ).toEqual([['prod-root', 4, 1, 1]]);
    expect(prod.orphans.map(({ name }) => name)).toEqual(['billing-prod']);
    expect(prod.recovery?.start.map(({ name }) => name)).toEqual(['prod-root']);
    expect(
      prod.recovery?.unreachable
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
    ).toEqual(['Application billing-prod', 'Application old-prod']);
  });

  it('shows a team its own and the name of the root, in both answers', async () => {
    await read();
    decision = owned('group:default/search');
    const list = (await plugin.get('/v1/roots')).body as RootsView;
    expect(list.partial).toBe(true);
    expect(JSON.stringify(list)).not.toMatch(/checkout|billing|fresh|old-prod/);
    expect(list.environments[0].roots[0]).toMatchObject({
      name: 'prod-root',
      state: 'named',
      counts: { total: 1 },
    });
    const { body, status } = await plugin.get(root);
    expect([
      status,
      body.nodes.map(({ name }: { name: string }) => name),
    ]).toEqual([200, ['search-prod']]);
    expect(
      (await plugin.get('/v1/roots/main/argocd/checkout-prod')).status,
    ).toBe(404);
    expect((await plugin.get('/v1/roots/main/argocd/no-such')).status).toBe(
      404,
    );
  });

  it('shows nothing to who may see nothing', async () => {
    decision = owned('group:default/nobody');
    const { body } = await plugin.get('/v1/roots');
    expect([body.environments, body.problems]).toEqual([[], []]);
    expect((await plugin.get(root)).status).toBe(404);
    decision = { result: AuthorizeResult.DENY };
    expect((await plugin.get('/v1/roots')).status).toBe(403);
    expect((await plugin.get(root)).status).toBe(403);
  });

  it('says on the page of a service where its Application hangs', async () => {
    const applicationOf = async (name: string) => {
      const { body } = await plugin.get(
        `/v1/entities/component/default/${name}`,
      );
      return body.environments[2].applications[0];
    };
    expect((await applicationOf('checkout')).managedBy).toEqual([
      {
        kind: 'Application',
        instance: 'main',
        namespace: 'argocd',
        name: 'prod-root',
      },
    ]);
    expect(await applicationOf('checkout')).not.toHaveProperty('manages');
  });

  it('refuses a kind that manages nothing', async () => {
    expect((await plugin.get(`${root}?managerKind=Deployment`)).status).toBe(
      400,
    );
  });
});
