import { createRouteRef } from '@backstage/core-plugin-api';

export const entityContentRouteRef = createRouteRef({
  id: 'argocd-promotion-entity-content',
});

export const rootsRouteRef = createRouteRef({
  id: 'argocd-promotion-roots',
});
