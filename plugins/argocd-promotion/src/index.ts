/**
 * See what runs in each environment and promote it, on the entity page, on top of Argo CD.
 *
 * @packageDocumentation
 */
export { argocdPromotionApiRef } from './api/ref';
export { isArgocdPromotionAvailable } from './available';
export {
  argocdPromotionPlugin,
  EntityArgocdPromotionCard,
  EntityArgocdPromotionContent,
} from './plugin';
