import { createRouteRef } from '@backstage/core-plugin-api';

export const entityContentRouteRef = createRouteRef({
  id: 'argocd-promotion-entity-content',
});
