import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { PermissionsService } from '@backstage/backend-plugin-api';
import { RecordedArgocd } from './__testUtils__/RecordedArgocd';
import {
  component,
  startPlugin,
  threeEnvironments,
} from './__testUtils__/startPlugin';
import { until } from './__testUtils__/until';

jest.setTimeout(30_000);

const route = '/v1/entities/component/default/checkout';
const details = (environment: string) =>
  `${route}/applications/main/argocd/checkout-${environment}`;

type Conditional = Awaited<
  ReturnType<PermissionsService['authorizeConditional']>
>[number];
const when = (rule: string, params: Record<string, string[]>): Conditional => ({
  result: AuthorizeResult.CONDITIONAL,
  pluginId: 'argocd-promotion',
  resourceType: 'argocd-promotion-deployment',
  conditions: {
    rule,
    resourceType: 'argocd-promotion-deployment',
    params,
  },
});

describe('conditional decisions on what is seen', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** The plugin under a policy that answers any reading with this decision, once its inventory is read. */
  const start = async (decision: Conditional) => {
    const argocd = await RecordedArgocd.start();
    stops.push(() => argocd.close());
    let current: Conditional = { result: AuthorizeResult.ALLOW };
    const plugin = await startPlugin({
      argocdPromotion: {
        environments: threeEnvironments,
        instances: [{ name: 'main', url: argocd.url, token: 't' }],
      },
      entities: [component('checkout')],
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.DENY })),
        authorizeConditional: async requests => requests.map(() => current),
      },
    });
    stops.push(plugin.stop);
    await until(async () => {
      const { body } = await plugin.get(route);
      return body.environments?.every(
        ({ applications }: PipelineView['environments'][0]) =>
          applications.length === 1,
      )
        ? true
        : undefined;
    });
    current = decision;
    return plugin;
  };

  it('shows only the environments that fit, and no trace of the others', async () => {
    const { get } = await start(
      when('IN_ENVIRONMENT', { environments: ['staging'] }),
    );
    const { body, status } = await get(route);
    expect(status).toBe(200);
    expect(
      (body as PipelineView).environments.map(
        ({ name, promotesFrom, lag, offers }) => ({
          name,
          promotesFrom,
          lag,
          offers,
        }),
      ),
    ).toEqual([
      { name: 'staging', promotesFrom: [], lag: undefined, offers: [] },
    ]);
    const text = JSON.stringify({ ...body, lookedFor: [] });
    expect(text).not.toMatch(/checkout-(dev|prod)|"(dev|prod)"/);
    expect((await get(details('staging'))).status).toBe(200);
  });

  it('answers for a hidden Application as for one that does not exist', async () => {
    const { get } = await start(
      when('IN_ENVIRONMENT', { environments: ['staging'] }),
    );
    const hidden = await get(details('prod'));
    const unknown = await get(details('none'));
    expect(hidden.status).toBe(404);
    expect(hidden.body.error.message).toBe(
      unknown.body.error.message.replace('checkout-none', 'checkout-prod'),
    );
  });

  it.each<[string, Conditional, number]>([
    ['an owner', when('IS_OWNER', { claims: ['group:default/Payments'] }), 200],
    [
      'somebody who owns nothing of it',
      when('IS_OWNER', { claims: ['group:default/search'] }),
      403,
    ],
    [
      'a project of all its Applications',
      when('IN_PROJECT', { projects: ['shop'] }),
      200,
    ],
    ['another project', when('IN_PROJECT', { projects: ['other'] }), 403],
    ['a denial', { result: AuthorizeResult.DENY }, 403],
  ])('decides by rule: %s', async (_, decision, status) => {
    const { get } = await start(decision);
    expect((await get(route)).status).toBe(status);
    expect((await get(details('staging'))).status).toBe(status);
  });
});
