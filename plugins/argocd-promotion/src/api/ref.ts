import { createApiRef } from '@backstage/core-plugin-api';
import { ArgocdPromotionApi } from '@fairway/backstage-plugin-argocd-promotion-common';

/**
 * The client of the backend, as the components use it.
 * @public
 */
export const argocdPromotionApiRef = createApiRef<ArgocdPromotionApi>({
  id: 'plugin.argocd-promotion.client',
});
