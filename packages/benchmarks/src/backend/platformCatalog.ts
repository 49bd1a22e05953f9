import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
} from '@backstage/catalog-model';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { TEAMS } from '../setting';

const LOCATION = 'url:https://git.example.com/catalog.yaml';
const annotations = {
  [ANNOTATION_LOCATION]: LOCATION,
  [ANNOTATION_ORIGIN_LOCATION]: LOCATION,
};

function component(index: number): Entity {
  const name = `svc-${index}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      description: `Service ${index} of the shop`,
      tags: ['java', 'payments'],
      annotations: {
        ...annotations,
        // Half of a catalog carries what the peers ask for, the other half what Kubernetes plugins do.
        ...(index % 2 === 0
          ? { 'argocd/app-selector': `backstage.io/kubernetes-id=${name}` }
          : { 'backstage.io/kubernetes-id': name }),
        'backstage.io/techdocs-ref': 'dir:.',
      },
    },
    spec: {
      type: 'service',
      lifecycle: 'production',
      owner: TEAMS[index % TEAMS.length],
    },
  };
}

function teams(): Entity[] {
  return TEAMS.map(name => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name, annotations },
    spec: { type: 'team', children: [] },
  }));
}

/** A catalog of as many entities as the configuration says. */
export const benchmarkCatalog = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'benchmark',
  register(reg) {
    reg.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
      },
      async init({ catalog, config }) {
        const count = config.getNumber('benchmark.entities') - TEAMS.length;
        catalog.addEntityProvider({
          getProviderName: () => 'benchmark',
          async connect(connection) {
            const entities = [
              ...teams(),
              ...Array.from({ length: count }, (_, i) => component(i)),
            ];
            await connection.applyMutation({
              type: 'full',
              entities: entities.map(entity => ({
                entity,
                locationKey: 'benchmark',
              })),
            });
          },
        });
      },
    });
  },
});
