import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import request from 'supertest';
import { RecordedArgocd } from '../__testUtils__/RecordedArgocd';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';

jest.setTimeout(60_000);

const route = '/v1/entities/component/default/checkout';
const details = `${route}/applications/main/argocd/checkout-dev`;
const ana = 'user:default/ana';
const bo = 'user:default/bo';
const eve = 'user:default/eve';

const when = (environment: string): PolicyDecision => ({
  result: AuthorizeResult.CONDITIONAL,
  pluginId: 'argocd-promotion',
  resourceType: 'argocd-promotion-deployment',
  conditions: {
    rule: 'IN_ENVIRONMENT',
    resourceType: 'argocd-promotion-deployment',
    params: { environments: [environment] },
  },
});

describe('what the pipeline view remembers about viewers', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (viewerCache: JsonObject) => {
    const argocd = await RecordedArgocd.start();
    stops.push(() => argocd.close());
    const decisions: Record<string, PolicyDecision> = {
      [ana]: { result: AuthorizeResult.ALLOW },
      [bo]: when('staging'),
      [eve]: { result: AuthorizeResult.DENY },
    };
    const asked: string[] = [];
    const of = ({ principal }: BackstageCredentials) =>
      (principal as { userEntityRef: string }).userEntityRef;
    const permissions: PermissionsService = {
      authorize: async () => {
        throw new Error('conditions are applied here, and nothing asks back');
      },
      authorizeConditional: async (requests, { credentials }) => {
        asked.push(of(credentials));
        return requests.map(() => decisions[of(credentials)]);
      },
    };
    const plugin = await startPlugin({
      argocdPromotion: {
        viewerCache,
        environments: threeEnvironments,
        instances: [{ name: 'main', url: argocd.url, token: 't' }],
      },
      entities: [component('checkout')],
      permissions,
    });
    stops.push(plugin.stop);
    const as = (user: string, path = route) =>
      request(plugin.backend.server)
        .get(`/api/argocd-promotion${path}`)
        .set('Authorization', mockCredentials.user.header(user));
    const seenBy = async (user: string) => {
      const { status, body } = await as(user);
      return status === 200
        ? body.environments.map(({ name }: { name: string }) => name)
        : status;
    };
    await until(async () => {
      const { body } = await as(ana);
      return body.environments?.every(
        ({ applications }: { applications: unknown[] }) =>
          applications.length === 1,
      )
        ? true
        : undefined;
    });
    const plan = (user: string) =>
      request(plugin.backend.server)
        .post('/api/argocd-promotion/v1/plans')
        .set('Authorization', mockCredentials.user.header(user))
        .send({
          entityRef: 'component:default/checkout',
          environment: 'staging',
        });
    return { as, asked, decisions, plan, seenBy };
  };

  it('is never told to another, whoever looks first and however many look at once', async () => {
    const { asked, seenBy } = await start({ ttl: { minutes: 1 } });
    asked.length = 0;
    const users = [ana, bo, eve];
    const seen = await Promise.all(
      Array.from({ length: 30 }, (_, i) => seenBy(users[i % 3])),
    );
    seen.forEach((environments, i) =>
      expect(environments).toEqual(
        [['dev', 'staging', 'prod'], ['staging'], 403][i % 3],
      ),
    );
    // One question for each of them, about all permissions together; ana was known from before.
    expect(asked.sort()).toEqual([bo, eve]);
  });

  it('has no say where something is changed or Argo CD is asked', async () => {
    const { as, decisions, plan, seenBy } = await start({
      ttl: { minutes: 1 },
    });
    decisions[ana] = { result: AuthorizeResult.DENY };
    expect(await seenBy(ana)).toEqual(['dev', 'staging', 'prod']);
    expect((await as(ana, details)).status).toBe(200);
    expect((await as(ana, `${details}/drift`)).status).toBe(403);
    expect(
      (await as(ana, `${route}/proxy/main/api/v1/applications/checkout-dev`))
        .status,
    ).toBe(403);
    expect((await plan(ana)).status).toBe(403);
    expect((await as(ana, '/v1/promotions')).body.items).toEqual([]);
    expect((await as(ana, '/v1/instances')).status).toBe(403);
  });

  it('is forgotten after its time', async () => {
    const { decisions, seenBy } = await start({ ttl: { milliseconds: 500 } });
    decisions[ana] = when('dev');
    const seen = await until(async () => {
      const environments = await seenBy(ana);
      return environments.length === 1 ? environments : undefined;
    });
    expect(seen).toEqual(['dev']);
  });

  it('can be nothing at all', async () => {
    const { decisions, seenBy } = await start({ ttl: { seconds: 0 } });
    decisions[ana] = when('dev');
    expect(await seenBy(ana)).toEqual(['dev']);
    decisions[ana] = { result: AuthorizeResult.DENY };
    expect(await seenBy(ana)).toBe(403);
  });
});
