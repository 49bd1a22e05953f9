import {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  PolicyDecision,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import { DeploymentResource, deploymentResourceRef } from './rules';

/**
 * Asks the policy once for its decision and applies the conditions here. The permission backend would do the same by
 * asking back for every deployment, over HTTP and with another look into the catalog.
 */
export class DeploymentAuthorizer {
  readonly #permissions: Pick<PermissionsService, 'authorizeConditional'>;
  readonly #registry: Pick<PermissionsRegistryService, 'getPermissionRuleset'>;

  constructor(options: {
    permissions: Pick<PermissionsService, 'authorizeConditional'>;
    permissionsRegistry: Pick<
      PermissionsRegistryService,
      'getPermissionRuleset'
    >;
  }) {
    this.#permissions = options.permissions;
    this.#registry = options.permissionsRegistry;
  }

  /** What the policy says of this permission, with its conditions. */
  async decide(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
  ): Promise<PolicyDecision> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission }],
      { credentials },
    );
    return decision;
  }

  /** Whether the decision holds for each of these; what does not exist is not allowed under conditions. */
  permits(
    decision: PolicyDecision,
    resources: Array<DeploymentResource | undefined>,
  ): boolean[] {
    if (decision.result !== AuthorizeResult.CONDITIONAL)
      return resources.map(() => decision.result === AuthorizeResult.ALLOW);
    const holds = createConditionAuthorizer(
      this.#registry.getPermissionRuleset(deploymentResourceRef),
    );
    return resources.map(
      resource => resource !== undefined && holds(decision, resource),
    );
  }

  /** Whether each deployment is allowed; what it is made of is looked up only where conditions want to know. */
  async authorize(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    deployments: Array<{ entityRef: string; environment: string }>,
    load: (
      refs: string[],
    ) =>
      | Array<DeploymentResource | undefined>
      | Promise<Array<DeploymentResource | undefined>>,
  ): Promise<boolean[]> {
    if (deployments.length === 0) return [];
    const decision = await this.decide(credentials, permission);
    if (decision.result !== AuthorizeResult.CONDITIONAL)
      return deployments.map(() => decision.result === AuthorizeResult.ALLOW);
    const resources = await load(
      deployments.map(
        ({ entityRef, environment }) => `${entityRef}#${environment}`,
      ),
    );
    return this.permits(decision, resources);
  }
}
