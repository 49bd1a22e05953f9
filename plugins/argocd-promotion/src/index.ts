/**
 * See what runs in each environment and promote it, on the entity page, on top of Argo CD.
 *
 * @packageDocumentation
 */
export { argocdPromotionApiRef } from './api/ref';
export { isArgocdPromotionAvailable, isArgocdRootAvailable } from './available';
export {
  ArgocdRootsPage,
  argocdPromotionPlugin,
  EntityArgocdPromotionCard,
  EntityArgocdPromotionContent,
  EntityArgocdRootsCard,
} from './plugin';
