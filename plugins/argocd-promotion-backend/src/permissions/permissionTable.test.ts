import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { createAuditLog } from '../__testUtils__/auditLog';
import { PromotionPolicy } from '../__testUtils__/examplePolicy';
import { policyPermissions } from '../__testUtils__/policyPermissions';
import { until } from '../__testUtils__/until';
import { argocdPromotionPlugin } from '../plugin';
import {
  SimulatedShop,
  startShop,
} from '../promotion/__testUtils__/simulatedShop';
import { openapi } from '../schema/openapi';

jest.setTimeout(60_000);

const docs = readFileSync(
  resolve(__dirname, '../../../../docs/permissions.md'),
  'utf8',
);
const ROLES = [
  'anonymous',
  'stranger',
  'owner',
  'approver',
  'platform admin',
  'service',
] as const;
type Role = (typeof ROLES)[number];

const rows = docs
  .split('\n')
  .map(line => line.split('|').map(cell => cell.trim()))
  .filter(([, route]) => /^`[A-Z]+ \/v1\//.test(route ?? ''))
  .map(([, route, ...cells]) => ({
    route: route.slice(1, -1),
    statuses: cells.slice(0, ROLES.length).map(Number),
  }));

/** Owner of the entity is the group above: everybody who owns here does so by a group below it. */
const groups: Record<string, string[]> = {
  'user:default/olga': ['group:default/payments'],
  'user:default/rita': ['group:default/payments'],
  'user:default/stan': ['group:default/search'],
  'user:default/ada': ['group:default/release-managers'],
  'user:default/pam': ['group:default/platform'],
  'user:development/guest': [],
};
const headers: Record<Role, string> = {
  anonymous: mockCredentials.none.header(),
  stranger: mockCredentials.user.header('user:default/stan'),
  owner: mockCredentials.user.header('user:default/olga'),
  approver: mockCredentials.user.header('user:default/ada'),
  'platform admin': mockCredentials.user.header('user:default/pam'),
  service: mockCredentials.service.header(),
};
const requester = mockCredentials.user.header('user:default/rita');

const group = (name: string, parent?: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, namespace: 'default' },
  spec: { type: 'team', children: [], ...(parent ? { parent } : {}) },
});
const services = ['checkout', 'cart', 'orders'].map(name => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', owner: 'group:default/commerce' },
}));
const target = {
  entityRef: 'component:default/checkout',
  environment: 'staging',
};
/** Two services as one. */
const train = {
  environment: 'staging',
  members: [
    { entityRef: 'component:default/cart' },
    { entityRef: 'component:default/orders' },
  ],
};

const ROLLOUT_ACTION =
  'POST /v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}/rollouts/actions';
const entityPath = '/v1/entities/{kind}/{namespace}/{name}';
const MUTES = `POST ${entityPath}/drift/mutes`;
const UNMUTE = `DELETE ${entityPath}/drift/mutes/{id}`;
const SYNC = `POST ${entityPath}/applications/{instance}/{appNamespace}/{app}/sync`;
const mutesPath = '/v1/entities/component/default/checkout/drift/mutes';
const mute = () => ({
  environment: target.environment,
  reason: 'a load test',
  until: new Date(Date.now() + 3_600_000).toISOString(),
});

interface Ask {
  path: string;
  body?: object;
}

describe('the table of docs/permissions.md', () => {
  let shop: SimulatedShop;
  const stops: Array<() => Promise<unknown>> = [];
  const { audit, factory: auditor } = createAuditLog();

  /** A backend over the shop under the example policy. */
  const start = async (staging: object) => {
    let port = 0;
    const userInfo = (userEntityRef: string) => ({
      userEntityRef,
      ownershipEntityRefs: [userEntityRef, ...(groups[userEntityRef] ?? [])],
    });
    const { integrations, argocdPromotion } = shop.config();
    const { environments, ...rest } = argocdPromotion as {
      environments: object[];
    };
    const backend = await startTestBackend({
      features: [
        argocdPromotionPlugin,
        auditor,
        mockServices.rootConfig.factory({
          data: {
            integrations: { ...integrations },
            argocdPromotion: {
              ...rest,
              environments: environments.map((environment, i) =>
                i === 1 ? { ...environment, ...staging } : { ...environment },
              ),
            },
          },
        }),
        catalogServiceMock.factory({
          entities: [
            ...services,
            group('commerce'),
            group('payments', 'commerce'),
            group('search'),
          ],
        }),
        mockServices.permissions.mock(
          policyPermissions({
            policy: new PromotionPolicy(),
            userInfo,
            baseUrl: () => `http://127.0.0.1:${port}`,
          }),
        ).factory,
        mockServices.userInfo.mock({
          getUserInfo: async ({ principal }) =>
            userInfo((principal as { userEntityRef: string }).userEntityRef),
        }).factory,
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => ({ publish: async () => {} }),
        }),
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({ send: async () => {} }),
        }),
      ],
    });
    stops.push(() => backend.stop());
    port = backend.server.port();
    const call = async (
      method: string,
      { path, body }: Ask,
      authorization: string,
    ) => {
      const response = await fetch(
        `http://127.0.0.1:${port}/api/argocd-promotion${path}`,
        {
          method,
          headers: {
            authorization,
            'content-type': 'application/json',
            'idempotency-key': `${Math.random()}`,
          },
          ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        },
      );
      return { status: response.status, body: await response.json() };
    };
    await until(async () => {
      const plan = { path: '/v1/plans', body: target };
      const joint = { path: '/v1/trains/plans', body: train };
      const answers = [
        await call('POST', plan, requester),
        await call('POST', joint, requester),
      ];
      return answers.every(({ status }) => status === 200) ? true : undefined;
    }, 30_000);
    const promote = async () => {
      const asked = { path: '/v1/promotions', body: target };
      const { status, body } = await call('POST', asked, requester);
      expect(status).toBe(201);
      return body as { id: string; plan: { hash: string } };
    };
    return { call, promote };
  };
  /** Whose promotions wait for approval, and longer than any test. */
  let waiting: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    shop = await startShop({ rollout: {}, also: ['cart', 'orders'] });
    stops.push(() => shop.sim.close());
    waiting = await start({
      approvals: { required: 2, groups: ['group:default/release-managers'] },
      gates: [{ kind: 'soak', duration: { hours: 48 } }],
    });
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const act =
    (verb: string, body: (plan: { hash: string }) => object = () => ({})) =>
    async (): Promise<Ask> => {
      const { id, plan } = await waiting.promote();
      return { path: `/v1/promotions/${id}/${verb}`, body: body(plan) };
    };
  const sample: Record<string, string> = {
    kind: 'component',
    namespace: 'default',
    name: 'checkout',
    instance: 'main',
    appNamespace: 'argocd',
    app: 'checkout-staging',
    path: 'api/v1/applications/checkout-staging/resource-tree',
  };
  const queries: Record<string, string> = {
    GetManifestSides:
      '?group=argoproj.io&kind=Rollout&namespace=checkout-staging&name=checkout',
  };

  const sampled = (route: string): Ask => {
    const [method, template] = route.split(' ');
    const item = openapi.paths[template as keyof typeof openapi.paths] as
      | Record<string, { operationId: string }>
      | undefined;
    const { operationId = '' } = item?.[method.toLowerCase()] ?? {};
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (sample[name] !== undefined) return sample[name];
      throw new Error(`Say in this test how ${route} is asked`);
    });
    return { path: `${path}${queries[operationId] ?? ''}` };
  };

  const actOnTrain =
    (verb?: 'cancel' | 'retry' | 'rollback') => async (): Promise<Ask> => {
      const asked = { path: '/v1/trains', body: train };
      const { status, body } = await waiting.call('POST', asked, requester);
      expect(status).toBe(201);
      const path = `/v1/trains/${body.id}`;
      if (verb === 'retry') {
        const cancel = { path: `${path}/cancel` };
        const { status: ended } = await waiting.call('POST', cancel, requester);
        expect(ended).toBe(200);
      }
      return { path: verb ? `${path}/${verb}` : path };
    };
  /** How a route is asked where the sample parameters do not do; a new route that takes a body gets its line here. */
  const asks: Record<string, () => Ask | Promise<Ask>> = {
    'POST /v1/plans': () => ({ path: '/v1/plans', body: target }),
    'POST /v1/plans/rendered': () => ({
      path: '/v1/plans/rendered',
      body: target,
    }),
    'GET /v1/promotions/{id}/rendered': async () => ({
      path: `/v1/promotions/${(await waiting.promote()).id}/rendered`,
    }),
    'POST /v1/promotions': () => ({ path: '/v1/promotions', body: target }),
    'GET /v1/promotions/{id}': async () => ({
      path: `/v1/promotions/${(await waiting.promote()).id}`,
    }),
    'POST /v1/promotions/{id}/approve': act('approve', ({ hash }) => ({
      planHash: hash,
    })),
    'POST /v1/promotions/{id}/revoke': async () => {
      const { id, plan } = await waiting.promote();
      const approve = {
        path: `/v1/promotions/${id}/approve`,
        body: { planHash: plan.hash },
      };
      const { status } = await waiting.call('POST', approve, headers.owner);
      expect(status).toBe(200);
      return { path: `/v1/promotions/${id}/revoke` };
    },
    'POST /v1/promotions/{id}/reject': act('reject'),
    'POST /v1/promotions/{id}/cancel': act('cancel'),
    'GET /v1/holds': () => ({
      path: `/v1/holds?entityRef=${target.entityRef}`,
    }),
    'POST /v1/holds': () => ({ path: '/v1/holds', body: target }),
    'DELETE /v1/holds': async () => {
      const hold = { path: '/v1/holds', body: target };
      const admin = headers['platform admin'];
      expect((await waiting.call('POST', hold, admin)).status).toBe(200);
      const { entityRef, environment } = target;
      return {
        path: `/v1/holds?entityRef=${entityRef}&environment=${environment}`,
      };
    },
    [ROLLOUT_ACTION]: async () => {
      const { path } = sampled(ROLLOUT_ACTION);
      const list = { path: path.replace('/actions', '') };
      const { body } = await waiting.call('GET', list, headers.owner);
      const [{ name, seen }] = body.items;
      const { environment } = target;
      return { path, body: { environment, name, action: 'restart', seen } };
    },
    'POST /v1/trains/plans': () => ({ path: '/v1/trains/plans', body: train }),
    'POST /v1/trains': () => ({ path: '/v1/trains', body: train }),
    'GET /v1/trains/{id}': actOnTrain(),
    'POST /v1/trains/{id}/cancel': actOnTrain('cancel'),
    'POST /v1/trains/{id}/retry': actOnTrain('retry'),
    [MUTES]: () => ({ path: mutesPath, body: mute() }),
    [UNMUTE]: async () => {
      const { status, body } = await waiting.call(
        'POST',
        { path: mutesPath, body: mute() },
        headers['platform admin'],
      );
      expect(status).toBe(201);
      return { path: `${mutesPath}/${body.id}` };
    },
    // Nothing differs there, and nothing is asked of Argo CD.
    [SYNC]: () => ({
      ...sampled(SYNC),
      body: {
        resources: [
          {
            group: 'apps',
            kind: 'Deployment',
            namespace: 'checkout-staging',
            name: 'checkout',
          },
        ],
      },
    }),
    'POST /v1/promotions/{id}/retry': async () => {
      const { id } = await waiting.promote();
      const cancel = { path: `/v1/promotions/${id}/cancel` };
      expect((await waiting.call('POST', cancel, requester)).status).toBe(200);
      return { path: `/v1/promotions/${id}/retry` };
    },
  };
  it('has a row for every route of the OpenAPI description, and no other', () => {
    const described = Object.entries(openapi.paths).flatMap(([path, item]) =>
      Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
    );
    expect(rows.map(({ route }) => route).sort()).toEqual(described.sort());
  });

  it('goes with a policy that is the tested one', () => {
    const policy = readFileSync(
      resolve(__dirname, '../__testUtils__/examplePolicy.ts'),
      'utf8',
    ).replace(
      "from '..';",
      "from '@fairway/backstage-plugin-argocd-promotion-backend';",
    );
    expect(docs).toContain(policy);
  });

  const cells = rows
    // These write to git; each has its own test.
    .filter(({ route }) => !/\/(rollback|override)$/.test(route))
    .flatMap(({ route, statuses }) =>
      ROLES.map((role, i) => ({ route, role, status: statuses[i] })),
    );
  const isTrain = (route: string) => route.includes('/v1/trains');
  /** What the audit log told of a write. */
  const audited = (route: string) => {
    const verb = route.split('/')[4] ?? 'create';
    const noun = isTrain(route) ? 'train' : 'promotion';
    const ids: Record<string, string> = {
      'POST /v1/record/rebuild': 'record-rebuild',
      'POST /v1/holds': 'hold-set',
      'DELETE /v1/holds': 'hold-lift',
      [ROLLOUT_ACTION]: 'rollout-act',
      [MUTES]: 'drift-mute',
      [UNMUTE]: 'drift-unmute',
      [SYNC]: 'application-sync',
    };
    return audit.mock.calls
      .map(([event]) => event)
      .filter(({ eventId }) => eventId === (ids[route] ?? `${noun}-${verb}`))
      .map(({ status, meta }) => ({
        status,
        entityRef:
          (meta.entityRefs as string[] | undefined)?.[0] ?? meta.entityRef,
        environment: meta.environment,
        hasPlan: /^[0-9a-f]{40,}$/.test(
          String(meta.planHash ?? meta.currentPlanHash),
        ),
      }));
  };
  /** What it must tell, whatever came of it; of a promotion that was refused there is no plan yet. */
  const toldOf = (route: string, status: number) =>
    route.startsWith('GET') ||
    /\/plans(\/rendered)?$/.test(route) ||
    status === 401
      ? []
      : [
          {
            ...(route === 'POST /v1/record/rebuild' ? {} : target),
            ...(isTrain(route)
              ? { entityRef: train.members[0].entityRef }
              : {}),
            // What a refused request is about is not looked up.
            ...(status >= 300 && [UNMUTE, SYNC].includes(route)
              ? { environment: undefined }
              : {}),
            status: status < 300 ? 'succeeded' : 'failed',
            hasPlan:
              !route.endsWith('/holds') &&
              route !== ROLLOUT_ACTION &&
              !isTrain(route) &&
              !route.endsWith('/rebuild') &&
              ![MUTES, UNMUTE, SYNC].includes(route) &&
              (status < 300 || route !== 'POST /v1/promotions'),
          },
        ];

  it.each(cells)(
    'is right about $route for $role: $status',
    async ({ route, role, status }) => {
      const [method] = route.split(' ');
      const ask = await (asks[route] ?? (() => sampled(route)))();
      audit.mockClear();
      const answer = await waiting.call(method, ask, headers[role]);
      expect([answer.status, 'error' in answer.body]).toEqual([
        status,
        status >= 300,
      ]);
      expect(audited(route)).toEqual(toldOf(route, status));
    },
  );

  it('shows in lists nothing of what one may not see, nor how much it is', async () => {
    await waiting.promote();
    const list = { path: '/v1/promotions?limit=1' };
    const seen = await waiting.call('GET', list, headers.stranger);
    expect(seen.body).toEqual({ items: [] });
    expect(
      (await waiting.call('GET', list, headers.owner)).body.items,
    ).toHaveLength(1);
    const instances = { path: '/v1/instances' };
    const counts = async (role: Role) =>
      (await waiting.call('GET', instances, headers[role])).body.items.map(
        ({ applications }: { applications?: number }) => applications,
      );
    expect(await counts('stranger')).toEqual([undefined]);
    expect(await counts('owner')).toEqual([undefined]);
    expect(await counts('platform admin')).toEqual([6]);
  });

  it('shows the guest nothing, and lets them do nothing', async () => {
    const guest = mockCredentials.user.header('user:development/guest');
    const entity = '/v1/entities/component/default/checkout';
    const { id } = await waiting.promote();
    for (const [method, path, status] of [
      ['GET', entity, 403],
      ['GET', '/v1/instances', 403],
      ['GET', `/v1/promotions/${id}`, 404],
      ['POST', '/v1/plans', 403],
      ['POST', '/v1/promotions', 403],
      ['POST', '/v1/holds', 403],
      ['POST', `/v1/promotions/${id}/cancel`, 404],
    ] as const) {
      const answer = await waiting.call(method, { path, body: target }, guest);
      expect([method, path, answer.status]).toEqual([method, path, status]);
    }
    const list = await waiting.call('GET', { path: '/v1/promotions' }, guest);
    expect(list.body).toEqual({ items: [] });
  });

  const succeeded = (call: typeof waiting.call, id: string) =>
    until(async () => {
      const ask = { path: `/v1/promotions/${id}` };
      const { body } = await call('GET', ask, requester);
      return body.state === 'succeeded' ? true : undefined;
    }, 40_000);

  it('is right about overriding gates', async () => {
    const { call, promote } = await start({ approvals: { required: 1 } });
    const route = 'POST /v1/promotions/{id}/override';
    const { statuses } = rows.find(row => row.route === route)!;
    let { id, plan } = await promote();
    for (const [i, role] of ROLES.entries()) {
      audit.mockClear();
      const { status } = await call(
        'POST',
        {
          path: `/v1/promotions/${id}/override`,
          body: { planHash: plan.hash, reason: 'production is down' },
        },
        headers[role],
      );
      expect([role, status]).toEqual([role, statuses[i]]);
      expect(audited(route)).toEqual(toldOf(route, status));
      if (status !== 200) continue;
      // What went past its gates is in git; the way back waits for approval again.
      await succeeded(call, id);
      const back = { path: `/v1/promotions/${id}/rollback` };
      ({ id, plan } = (await call('POST', back, requester)).body);
    }
    const cancel = { path: `/v1/promotions/${id}/cancel` };
    expect((await call('POST', cancel, requester)).status).toBe(200);
  });

  it('is right about rolling back what was written', async () => {
    const { call, promote } = await start({});
    const { id } = await promote();
    const asked = { path: '/v1/trains', body: train };
    const { body: together } = await call('POST', asked, requester);
    const written = {
      [`/v1/promotions/${id}`]: 'POST /v1/promotions/{id}/rollback',
      [`/v1/trains/${together.id}`]: 'POST /v1/trains/{id}/rollback',
    };
    for (const [path, route] of Object.entries(written)) {
      await until(async () => {
        const { body } = await call('GET', { path }, requester);
        const parts: Array<{ state: string }> = body.members ?? [body];
        return parts.every(({ state }) => state === 'succeeded')
          ? true
          : undefined;
      }, 40_000);
      const { statuses } = rows.find(row => row.route === route)!;
      for (const [i, role] of ROLES.entries()) {
        audit.mockClear();
        const ask = { path: `${path}/rollback` };
        const { status } = await call('POST', ask, headers[role]);
        expect([role, status]).toEqual([role, statuses[i]]);
        expect(audited(route)).toEqual(toldOf(route, status));
      }
    }
  });
});
