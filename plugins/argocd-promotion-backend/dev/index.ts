import { createBackend } from '@backstage/backend-defaults';
import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { AddressInfo } from 'node:net';

// The plugin with the real database, HTTP server, configuration and git hosts, for work on it without the rest of a
// Backstage: everybody is `user:default/mock`, and the catalog is what stands here.
const entities = [
  ...['checkout', 'cart'].map(name => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: { 'backstage.io/kubernetes-id': name },
    },
    spec: {
      type: 'service',
      lifecycle: 'production',
      owner: 'user:default/mock',
    },
  })),
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name: 'mock' },
    spec: {
      memberOf: [],
      profile: { displayName: 'Ana Lima', email: 'ana.lima@example.com' },
    },
  },
];

const backend = createBackend();

backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
backend.add(mockServices.userInfo.factory());
backend.add(catalogServiceMock.factory({ entities }));
backend.add(
  createServiceFactory({
    service: notificationService,
    deps: {},
    factory: () => ({ send: async () => {} }),
  }),
);
backend.add(
  rootHttpRouterServiceFactory({
    configure({ applyDefaults, server }) {
      applyDefaults();
      // Tells whoever started this with a channel where it listens, since the port may be any free one.
      server.once('listening', () => {
        const { port } = server.address() as AddressInfo;
        process.send?.({ listening: port });
      });
    },
  }),
);
backend.add(import('../src'));

backend.start();
