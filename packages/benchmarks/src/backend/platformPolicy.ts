import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
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
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { userRef } from '../setting';
import { RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT } from '@fairway/backstage-plugin-argocd-promotion-common';

/** Owners see and move what they own, and nobody anything else but the auditor, who sees everything. */
class OwnersOnly implements PermissionPolicy {
  async handle(
    request: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (user?.info.userEntityRef === userRef('auditor'))
      return { result: AuthorizeResult.ALLOW };
    const claims = user?.info.ownershipEntityRefs ?? [];
    if (isPermission(request.permission, catalogEntityReadPermission))
      return createCatalogConditionalDecision(
        request.permission,
        catalogConditions.isEntityOwner({ claims }),
      );
    if (
      isResourcePermission(
        request.permission,
        RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
      )
    )
      return {
        result: AuthorizeResult.CONDITIONAL,
        pluginId: 'argocd-promotion',
        resourceType: RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
        conditions: {
          rule: 'IS_OWNER',
          resourceType: RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
          params: { claims },
        },
      };
    return { result: AuthorizeResult.ALLOW };
  }
}

export const benchmarkPolicy = createBackendModule({
  pluginId: 'permission',
  moduleId: 'benchmark-policy',
  register(reg) {
    reg.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new OwnersOnly());
      },
    });
  },
});
