/**
 * Backend of Argo CD Promotion.
 *
 * @packageDocumentation
 */
export { argocdPromotionPlugin as default } from './plugin';
