import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { mockServices } from '@backstage/backend-test-utils';
import {
  DriftEpisode,
  DriftOverview,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { violations } from '../__testUtils__/described';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';

jest.setTimeout(90_000);

const settings = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: info, retries: "3" }
`;
const entity = '/v1/entities/component/default/checkout';

describe('episodes of drift against a simulated Argo CD', () => {
  let sim: Simulator;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  /** Permissions that are denied at present. */
  const denied = new Set<string>();

  beforeAll(async () => {
    sim = await startSimulator({ speed: 50 });
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: { 'all/settings.yaml': settings },
    });
    for (const [environment, automated] of [
      ['prod', {}],
      ['dev', { selfHeal: true, prune: true }],
    ] as const)
      sim.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: {
          name: environment,
          labels: { 'backstage.io/kubernetes-id': 'checkout', environment },
        },
        spec: {
          project: 'default',
          source: { repoURL: url, path: 'all', targetRevision: 'main' },
          destination: { name: 'in-cluster', namespace: environment },
          syncPolicy: { automated, syncOptions: ['CreateNamespace=true'] },
        },
      });
    await sim.argocd.main.settled();
    const authorize = async (
      requests: Array<{ permission: { name: string } }>,
    ) =>
      requests.map(({ permission: { name } }) => ({
        result: denied.has(name) ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
      }));
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
        drift: { repeated: { count: 3, window: { hours: 1 } } },
      },
      entities: [component('checkout')],
      permissions: mockServices.permissions.mock({
        authorize: authorize as never,
        authorizeConditional: authorize as never,
      }),
    });
    await until(async () => {
      const { body } = await plugin.get(entity);
      const shown = (
        body.environments as Array<{ applications: unknown[] }>
      )?.filter(({ applications }) => applications.length > 0);
      return shown?.length === 2 ? true : undefined;
    }, 20_000);
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
  });

  const edit = (namespace: string, level: string) =>
    sim.argocd.main.patchLive(
      { kind: 'ConfigMap', name: 'settings', namespace },
      { data: { level } },
    );
  const episodes = async (query = '') =>
    (await plugin.get(`${entity}/drift/episodes${query}`)).body
      .items as DriftEpisode[];
  const overview = async () =>
    (await plugin.get(`${entity}/drift`)).body as DriftOverview;
  const sync = (
    application: string,
    body: object = {
      resources: [
        { kind: 'ConfigMap', namespace: application, name: 'settings' },
      ],
    },
  ) =>
    plugin.post(`${entity}/applications/main/argocd/${application}/sync`, body);
  /** Once the one in prod is as wanted. */
  const inProd = (wanted: (episode: DriftEpisode) => boolean) =>
    until(
      async () => (await episodes('?environment=prod')).find(wanted),
      20_000,
    );

  it('keeps a hand edit from its beginning to its end, field by field, as one', async () => {
    edit('prod', 'trace');
    const begun = await inProd(({ fields }) => fields.length > 0);
    expect(violations('DriftEpisode', begun)).toEqual([]);
    expect(begun).toMatchObject({
      application: { instance: 'main', namespace: 'argocd', name: 'prod' },
      environment: 'prod',
      resource: { kind: 'ConfigMap', namespace: 'prod', name: 'settings' },
      difference: 'differs',
      cause: 'cluster',
      fields: [{ path: 'data.level', git: 'info', live: 'trace' }],
    });
    expect(begun.endedAt).toBeUndefined();

    denied.add('argocd-promotion.application.sync');
    const refused = await sync('prod');
    expect(refused.status).toBe(403);
    denied.clear();
    sim.argocd.main.clearRequests();
    const asked = await sync('prod');
    expect([asked.status, asked.body.resources]).toEqual([
      202,
      [{ kind: 'ConfigMap', namespace: 'prod', name: 'settings' }],
    ]);
    const ended = await inProd(({ endedAt }) => endedAt !== undefined);
    expect(ended).toMatchObject({ id: begun.id, ended: 'sync' });
    expect(await episodes('?environment=prod')).toHaveLength(1);
    // Only that object was synced.
    const posts = sim.argocd.main.requests.filter(
      ({ method }) => method === 'POST',
    );
    expect(posts.map(({ path }) => path)).toEqual([
      '/api/v1/applications/prod/sync',
    ]);
    expect(
      plugin.audit.mock.calls
        .map(([event]) => event)
        .filter(({ eventId }) => eventId === 'application-sync')
        .map(({ status, meta }) => [status, meta.environment, meta.resources]),
    ).toEqual([
      ['failed', undefined, undefined],
      ['succeeded', 'prod', ['ConfigMap settings']],
    ]);
    // Nothing differs any more, which is no error.
    await until(async () =>
      (await sync('prod')).status === 200 ? true : undefined,
    );
  });

  it('sees what self-heal sets back within a moment, and counts it once', async () => {
    edit('dev', 'trace');
    const healed = await until(
      async () =>
        (
          await episodes('?environment=dev')
        ).find(({ ended }) => ended !== undefined),
      20_000,
    );
    expect(healed).toMatchObject({
      ended: 'self-heal',
      cause: 'cluster',
      resource: { kind: 'ConfigMap', namespace: 'dev', name: 'settings' },
    });
    expect(await episodes('?environment=dev')).toHaveLength(1);
  });

  it('tells the owner of a fight once, and nobody while it is muted', async () => {
    const round = async (level: string) => {
      edit('prod', level);
      await inProd(
        ({ fields, endedAt }) => !endedAt && fields[0]?.live === level,
      );
      expect((await sync('prod')).status).toBe(202);
      await inProd(({ endedAt, fields }) =>
        Boolean(endedAt && fields[0]?.live === level),
      );
    };
    const request = {
      environment: 'prod',
      reason: 'load test',
      until: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const mutes = `${entity}/drift/mutes`;
    denied.add('argocd-promotion.drift.mute');
    expect((await plugin.post(mutes, request)).status).toBe(403);
    expect((await overview()).environments[2].mayMute.allowed).toBe(false);
    denied.clear();
    const past = { ...request, until: '2020-01-01T00:00:00Z' };
    expect((await plugin.post(mutes, past)).status).toBe(400);
    const { status, body: mute } = await plugin.post(mutes, request);
    expect([status, violations('DriftMute', mute)]).toEqual([201, []]);

    await round('warn');
    await round('error');
    const { environments, days, ...rest } = await until(async () => {
      const found = await overview();
      return found.environments[2].repeated.length > 0 ? found : undefined;
    });
    expect(
      violations('DriftOverview', { environments, days, ...rest }),
    ).toEqual([]);
    expect(environments[2]).toMatchObject({
      name: 'prod',
      mutes: [{ id: mute.id, reason: 'load test' }],
      repeated: [{ path: 'data.level', count: 3, environment: 'prod' }],
      mayMute: { allowed: true },
    });
    expect(days).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ environment: 'prod', episodes: 3 }),
        expect.objectContaining({ environment: 'dev', healed: 1 }),
      ]),
    );
    expect(plugin.notify).not.toHaveBeenCalled();

    expect((await plugin.delete(`${mutes}/${mute.id}`)).status).toBe(200);
    expect((await plugin.delete(`${mutes}/${mute.id}`)).status).toBe(404);
    await round('debug');
    await until(() => (plugin.notify.mock.calls.length > 0 ? true : undefined));
    await round('off');
    expect(plugin.notify).toHaveBeenCalledTimes(1);
    expect(plugin.notify.mock.calls[0][0]).toMatchObject({
      recipients: { type: 'entity', entityRef: ['group:default/payments'] },
      payload: {
        title: 'ConfigMap settings drifts again and again in prod',
        link: '/catalog/default/component/checkout/promotions',
      },
    });
  });

  it('shows nothing to who may not see the deployment, and refuses what it cannot do', async () => {
    denied.add('argocd-promotion.deployment.read');
    for (const path of [`${entity}/drift`, `${entity}/drift/episodes`])
      expect((await plugin.get(path)).status).toBe(403);
    expect((await sync('prod')).status).toBe(403);
    denied.clear();
    expect((await sync('other')).status).toBe(404);
    expect((await sync('prod', { resources: [] })).status).toBe(400);
    expect(
      (await plugin.get(`${entity}/drift/episodes?from=yesterday`)).status,
    ).toBe(400);
    const today = new Date().toISOString().slice(0, 10);
    expect((await episodes(`?from=${today}&limit=2`)).length).toBe(2);
  });
});
