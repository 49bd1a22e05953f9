import {
  BackendFeature,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { JsonObject } from '@backstage/types';
import { createAuditLog } from './auditLog';
import request from 'supertest';
import { argocdPromotionPlugin } from '../plugin';

/** A component with its owner, as the catalog has it after processing. */
export function component(
  name: string,
  options: { owner?: string; annotations?: Record<string, string> } = {},
): Entity {
  const { owner = 'group:default/payments', annotations } = options;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      ...(annotations ? { annotations } : {}),
    },
    spec: { type: 'service', lifecycle: 'production', owner },
    relations: [{ type: 'ownedBy', targetRef: owner }],
  };
}

/** dev → staging → prod, told apart by the label `environment`. */
export const threeEnvironments: JsonObject[] = ['dev', 'staging', 'prod'].map(
  (name, i, all) => ({
    name,
    ...(i > 0 ? { promotesFrom: [all[i - 1]] } : {}),
    match: { labels: { environment: name } },
  }),
);

/** The plugin in a backend of its own, over real HTTP. */
export async function startPlugin(options: {
  argocdPromotion: JsonObject;
  /** Configuration of the other Argo CD plugins. */
  argocd?: JsonObject;
  entities: Entity[];
  permissions?: PermissionsService;
  /** Further parts of the backend, such as a logger that remembers. */
  features?: BackendFeature[];
}) {
  const publish = jest.fn(async (_: unknown) => {});
  const notify = jest.fn(async (_: unknown) => {});
  const { audit, factory: auditor } = createAuditLog();
  const features: BackendFeature[] = [
    auditor,
    argocdPromotionPlugin,
    mockServices.rootConfig.factory({
      data: {
        argocdPromotion: {
          // Tests change their mind about rights from one request to the next.
          viewerCache: { ttl: { seconds: 0 } },
          ...options.argocdPromotion,
        },
        ...(options.argocd ? { argocd: options.argocd } : {}),
      },
    }),
    catalogServiceMock.factory({ entities: options.entities }),
    createServiceFactory({
      service: signalsServiceRef,
      deps: {},
      factory: () => ({ publish }),
    }),
    createServiceFactory({
      service: notificationService,
      deps: {},
      factory: () => ({ send: notify }),
    }),
    ...(options.features ?? []),
    ...(options.permissions
      ? [mockServices.permissions.mock(options.permissions).factory]
      : []),
  ];
  const backend = await startTestBackend({ features });
  return {
    backend,
    publish,
    /** Called with each notification. */
    notify,
    /** Called with each audit event that has ended. */
    audit,
    stop: () => backend.stop(),
    post: (path: string, body: object) =>
      request(backend.server)
        .post(`/api/argocd-promotion${path}`)
        .set('Authorization', mockCredentials.user.header())
        .send(body),
    delete: (path: string) =>
      request(backend.server)
        .delete(`/api/argocd-promotion${path}`)
        .set('Authorization', mockCredentials.user.header()),
    get: (path: string) =>
      request(backend.server)
        .get(`/api/argocd-promotion${path}`)
        .set('Authorization', mockCredentials.user.header()),
  };
}
