/**
 * Backend of Argo CD Promotion.
 *
 * @packageDocumentation
 */
export { argocdPromotionPlugin as default } from './plugin';
export {
  argocdPromotionConditions,
  createArgocdPromotionConditionalDecision,
} from './permissions/conditions';
export type { DeploymentFilter, DeploymentResource } from './permissions/rules';
