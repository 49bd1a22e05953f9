import { createConditionExports } from '@backstage/plugin-permission-node';
import { deploymentResourceRef, deploymentRules } from './rules';

const exported = createConditionExports({
  resourceRef: deploymentResourceRef,
  rules: deploymentRules,
});

/**
 * Conditions for permission policies: `isOwner({ claims })`, `inEnvironment({ environments })`, `inProject({ projects })`
 * and `hasLabel({ label, value? })`. A group below an owner owns too.
 *
 * @public
 */
export const argocdPromotionConditions = exported.conditions;

/**
 * Makes a conditional decision of {@link argocdPromotionConditions}, for every permission of the resource type
 * `argocd-promotion-deployment`.
 *
 * @public
 */
export const createArgocdPromotionConditionalDecision =
  exported.createConditionalDecision;
