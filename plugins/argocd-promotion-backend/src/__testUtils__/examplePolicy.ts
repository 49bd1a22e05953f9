import {
  argocdPromotionConditions as when,
  createArgocdPromotionConditionalDecision as decide,
} from '..';
import {
  deploymentReadPermission,
  projectReadPermission,
  promotionApprovePermission,
  promotionOverridePermission,
  RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  AuthorizeResult,
  isPermission,
  isResourcePermission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';

const ALLOW = { result: AuthorizeResult.ALLOW } as const;
const DENY = { result: AuthorizeResult.DENY } as const;

export class PromotionPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    // What your policy says of everything else stands here.
    if (!permission.name.startsWith('argocd-promotion.')) return ALLOW;
    if (!user) return DENY;
    const claims = user.info.ownershipEntityRefs;
    if (claims.includes('user:development/guest')) return DENY;
    if (claims.includes('group:default/platform')) return ALLOW;
    if (isPermission(permission, projectReadPermission)) return ALLOW;
    if (
      !isResourcePermission(
        permission,
        RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
      ) ||
      isPermission(permission, promotionOverridePermission)
    )
      return DENY;
    // Release managers see everything, and approve what goes to these environments.
    if (claims.includes('group:default/release-managers')) {
      if (isPermission(permission, deploymentReadPermission)) return ALLOW;
      if (isPermission(permission, promotionApprovePermission))
        return decide(
          permission,
          when.inEnvironment({ environments: ['staging', 'prod'] }),
        );
    }
    // A team may do with its own services what is left.
    return decide(permission, when.isOwner({ claims }));
  }
}
