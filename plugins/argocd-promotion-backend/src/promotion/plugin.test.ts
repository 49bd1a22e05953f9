import {
  createServiceMock,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import request from 'supertest';
import { argocdPromotionPlugin } from '../plugin';
import { entity } from './__testUtils__/world';

// In tests a user owns things as that user alone.
const owned = {
  ...entity,
  spec: { ...entity.spec, owner: 'user:default/ana' },
};

describe('the promotion routes of the plugin', () => {
  it('are served with a migrated database, and refuse what cannot be promoted', async () => {
    const { server } = await startTestBackend({
      features: [
        argocdPromotionPlugin,
        catalogServiceMock.factory({ entities: [owned] }),
        createServiceMock(notificationService, () => ({ send: jest.fn() }))()
          .factory,
        createServiceMock(signalsServiceRef, () => ({ publish: jest.fn() }))()
          .factory,
        mockServices.rootConfig.factory({
          data: {
            argocdPromotion: {
              environments: [
                { name: 'dev' },
                { name: 'staging', promotesFrom: ['dev'] },
              ].map(environment => ({
                ...environment,
                match: { labels: { environment: environment.name } },
              })),
            },
          },
        }),
      ],
    });
    const base = '/api/argocd-promotion/v1';
    const as = {
      Authorization: mockCredentials.user.header('user:default/ana'),
    };
    const list = await request(server).get(`${base}/promotions`).set(as);
    expect([list.status, list.body]).toEqual([200, { items: [] }]);
    const nothing = {
      entityRef: 'component:default/checkout',
      environment: 'staging',
    };
    const plan = await request(server)
      .post(`${base}/plans`)
      .set(as)
      .send(nothing);
    expect([plan.status, plan.body.error.message]).toEqual([
      400,
      expect.stringContaining('has no Application in staging'),
    ]);
    const anonymous = await request(server)
      .get(`${base}/promotions`)
      .set({ Authorization: mockCredentials.none.header() });
    expect(anonymous.status).toBe(401);
  });
});
