import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import authModuleDemoProvider from '.';

const ada = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name: 'ada', namespace: 'default' },
  spec: { memberOf: ['checkout'] },
  relations: [{ type: 'memberOf', targetRef: 'group:default/checkout' }],
};

const start = (auth: { environment?: string; providers?: { demo?: {} } }) =>
  startTestBackend({
    features: [
      authPlugin,
      authModuleDemoProvider,
      catalogServiceMock.factory({ entities: [ada] }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          backend: { baseUrl: 'http://localhost:7007' },
          auth,
        },
      }),
    ],
  });

const refresh = async (
  backend: Awaited<ReturnType<typeof start>>,
  headers: Record<string, string>,
) =>
  request(backend.server)
    .get('/api/auth/demo/refresh')
    .set({ 'X-Requested-With': 'XMLHttpRequest', ...headers });

describe('the demo auth provider', () => {
  it('signs in as the user that the header names', async () => {
    const backend = await start({
      environment: 'development',
      providers: { demo: {} },
    });

    const response = await refresh(backend, {
      'x-demo-user': 'user:default/ada',
    });

    expect(response.status).toBe(200);
    expect(response.body.backstageIdentity.identity.userEntityRef).toBe(
      'user:default/ada',
    );
  });

  it.each([
    ['nobody', {}, 401, /Nobody was chosen/],
    ['a group', { 'x-demo-user': 'group:default/checkout' }, 400, /not one/],
    [
      'somebody unknown',
      { 'x-demo-user': 'user:default/eve' },
      404,
      /User not found/,
    ],
  ])('refuses %s', async (_, headers, status, message) => {
    const backend = await start({
      environment: 'development',
      providers: { demo: {} },
    });

    const response = await refresh(backend, headers);

    expect(response.body.error.message).toMatch(message);
    expect(response.status).toBe(status);
  });

  it('is not there unless it is configured', async () => {
    const backend = await start({ environment: 'development' });

    const response = await refresh(backend, {
      'x-demo-user': 'user:default/ada',
    });

    expect(response.status).toBe(404);
  });

  it('refuses to start outside development', async () => {
    await expect(
      start({ environment: 'production', providers: { demo: {} } }),
    ).rejects.toThrow(/auth\.providers\.demo lets anyone sign in as anyone/);
  });
});
