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

/** Promote past a gate that blocks. @public */
export const promotionOverridePermission = onDeployment(
  'promotion.override',
  'update',
);
/** Set and lift holds, which keep promotions from being made by themselves. @public */
export const holdUpdatePermission = onDeployment('hold.update', 'update');
/** Have Argo CD sync an Application. @public */
export const applicationSyncPermission = onDeployment(
  'application.sync',
  'update',
);
/** Drive a Rollout: resume, promote, abort, retry. @public */
export const rolloutActPermission = onDeployment('rollout.act', 'update');
/** Mute alerts about drift. @public */
export const driftMutePermission = onDeployment('drift.mute', 'update');

/** See the AppProjects that ownership implies, beside those that Argo CD has. @public */
export const projectReadPermission = createPermission({
  name: 'argocd-promotion.project.read',
  attributes: { action: 'read' },
});
/** Write AppProjects, through git or Argo CD. @public */
export const projectApplyPermission = createPermission({
  name: 'argocd-promotion.project.apply',
  attributes: { action: 'update' },
});

/** Read finished promotions back from git after the database was lost. @public */
export const recordRebuildPermission = createPermission({
  name: 'argocd-promotion.record.rebuild',
  attributes: { action: 'update' },
});

/** Permissions about one entity in one environment, which conditions may narrow. @public */
export const argocdPromotionDeploymentPermissions = [
  deploymentReadPermission,
  promotionCreatePermission,
  promotionApprovePermission,
  promotionOverridePermission,
  promotionCancelPermission,
  holdUpdatePermission,
  applicationSyncPermission,
  rolloutActPermission,
  driftMutePermission,
];

/** Every permission of the plugin. @public */
export const argocdPromotionPermissions = [
  ...argocdPromotionDeploymentPermissions,
  projectReadPermission,
  projectApplyPermission,
  recordRebuildPermission,
];
