import { discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import {
  ApiBlueprint,
  createFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from './api/ref';
import { isArgocdPromotionAvailable } from './available';
import { entityContentRouteRef } from './routes';

const api = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: argocdPromotionApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ArgocdPromotionClient(deps),
    }),
});

const entityContent = EntityContentBlueprint.make({
  params: {
    path: '/promotion',
    title: 'Promotion',
    group: 'deployment',
    routeRef: entityContentRouteRef,
    filter: isArgocdPromotionAvailable,
    loader: () =>
      import('./components/EntityPromotionContent').then(m => (
        <m.EntityPromotionContent />
      )),
  },
});

const entityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: isArgocdPromotionAvailable,
    loader: () =>
      import('./components/EntityPromotionCard').then(m => (
        <m.EntityPromotionCard />
      )),
  },
});

/**
 * The plugin for apps of the new frontend system.
 * @alpha
 */
export default createFrontendPlugin({
  pluginId: 'argocd-promotion',
  title: 'Argo CD Promotion',
  info: { packageJson: () => import('../package.json') },
  routes: { entityContent: entityContentRouteRef },
  extensions: [api, entityContent, entityCard],
});
