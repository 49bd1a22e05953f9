import { createPermission } from '@backstage/plugin-permission-common';

/** @public */
export const RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT =
  'argocd-promotion-deployment';

const onDeployment = <A extends 'read' | 'create' | 'update' | 'delete'>(
  name: string,
  action: A,
) =>
  createPermission({
    name: `argocd-promotion.${name}`,
    attributes: { action },
    resourceType: RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
  });

/** See what an entity runs in an environment. @public */
export const deploymentReadPermission = onDeployment('deployment.read', 'read');
/** Ask for a promotion into an environment. @public */
export const promotionCreatePermission = onDeployment(
  'promotion.create',
  'create',
);
/** Approve or reject somebody else's promotion. @public */
export const promotionApprovePermission = onDeployment(
  'promotion.approve',
  'update',
);
/** Cancel a promotion. @public */
export const promotionCancelPermission = onDeployment(
  'promotion.cancel',
  'update',
);

/** Set and lift holds, which keep promotions from being made by themselves. @public */
export const holdUpdatePermission = onDeployment('hold.update', 'update');

/** Every permission of the plugin. @public */
export const argocdPromotionPermissions = [
  deploymentReadPermission,
  promotionCreatePermission,
  promotionApprovePermission,
  promotionCancelPermission,
  holdUpdatePermission,
];
