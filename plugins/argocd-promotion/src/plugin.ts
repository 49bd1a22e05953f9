import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from './api/ref';
import { entityContentRouteRef, rootsRouteRef } from './routes';

/**
 * The plugin for apps of the old frontend system.
 * @public
 */
export const argocdPromotionPlugin = createPlugin({
  id: 'argocd-promotion',
  apis: [
    createApiFactory({
      api: argocdPromotionApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ArgocdPromotionClient(deps),
    }),
  ],
  routes: { entityContent: entityContentRouteRef, roots: rootsRouteRef },
});

/**
 * The tab of an entity page: environments, promotions, drift.
 * @public
 */
export const EntityArgocdPromotionContent: () => JSX.Element =
  argocdPromotionPlugin.provide(
    createRoutableExtension({
      name: 'EntityArgocdPromotionContent',
      component: () =>
        import('./components/EntityPromotionContent').then(
          m => m.EntityPromotionContent,
        ),
      mountPoint: entityContentRouteRef,
    }),
  );

/**
 * The card for an entity's overview: one line an environment.
 * @public
 */
export const EntityArgocdPromotionCard: () => JSX.Element =
  argocdPromotionPlugin.provide(
    createComponentExtension({
      name: 'EntityArgocdPromotionCard',
      component: {
        lazy: () =>
          import('./components/EntityPromotionCard').then(
            m => m.EntityPromotionCard,
          ),
      },
    }),
  );

/**
 * The page of App of Apps: the roots of every environment, and each as a tree and as a graph.
 * @public
 */
export const ArgocdRootsPage: () => JSX.Element = argocdPromotionPlugin.provide(
  createRoutableExtension({
    name: 'ArgocdRootsPage',
    component: () =>
      import('./components/roots/RootsPage').then(m => m.RootsPage),
    mountPoint: rootsRouteRef,
  }),
);

/**
 * The card for the overview of an entity whose Applications are roots: what hangs under each.
 * @public
 */
export const EntityArgocdRootsCard: () => JSX.Element =
  argocdPromotionPlugin.provide(
    createComponentExtension({
      name: 'EntityArgocdRootsCard',
      component: {
        lazy: () =>
          import('./components/roots/EntityRootsCard').then(
            m => m.EntityRootsCard,
          ),
      },
    }),
  );
