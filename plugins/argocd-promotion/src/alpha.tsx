import { discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import {
  ApiBlueprint,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from './api/ref';
import RootsIcon from '@material-ui/icons/AccountTree';
import { isArgocdPromotionAvailable, isArgocdRootAvailable } from './available';
import { entityContentRouteRef, rootsRouteRef } from './routes';

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

const entityRootsCard = EntityCardBlueprint.make({
  name: 'roots',
  params: {
    type: 'content',
    filter: isArgocdRootAvailable,
    loader: () =>
      import('./components/roots/EntityRootsCard').then(m => (
        <m.EntityRootsCard />
      )),
  },
});

const rootsPage = PageBlueprint.make({
  name: 'roots',
  params: {
    path: '/app-of-apps',
    title: 'App of Apps',
    icon: <RootsIcon fontSize="inherit" />,
    routeRef: rootsRouteRef,
    loader: () =>
      import('./components/roots/RootsPage').then(m => <m.NfsRootsPage />),
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
  routes: { entityContent: entityContentRouteRef, roots: rootsRouteRef },
  extensions: [api, entityContent, entityCard, entityRootsCard, rootsPage],
});
