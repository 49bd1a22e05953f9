import {
  BackstageCredentials,
  BackstageUserInfo,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { PermissionPolicy } from '@backstage/plugin-permission-node';

/**
 * What the permission backend does, without its own server: asks the policy, and has conditions applied by the plugin
 * over HTTP. Services are allowed, as without access restrictions.
 */
export function policyPermissions(options: {
  policy: PermissionPolicy;
  userInfo(userEntityRef: string): BackstageUserInfo;
  /** Address of the backend, once it listens. */
  baseUrl(): string;
}): PermissionsService {
  const decide = async (
    permission: Permission,
    credentials: BackstageCredentials,
  ): Promise<PolicyDecision> => {
    const { userEntityRef } = credentials.principal as {
      userEntityRef?: string;
    };
    if (userEntityRef === undefined) return { result: AuthorizeResult.ALLOW };
    return options.policy.handle(
      { permission },
      { credentials, info: options.userInfo(userEntityRef) },
    );
  };
  return {
    authorizeConditional: (requests, { credentials }) =>
      Promise.all(
        requests.map(({ permission }) => decide(permission, credentials)),
      ),
    authorize: (requests, { credentials }) =>
      Promise.all(
        requests.map(async request => {
          const decision = await decide(request.permission, credentials);
          if (decision.result !== AuthorizeResult.CONDITIONAL) return decision;
          const { resourceRef } = request as { resourceRef: string };
          const response = await fetch(
            `${options.baseUrl()}/api/${
              decision.pluginId
            }/.well-known/backstage/permissions/apply-conditions`,
            {
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                authorization: mockCredentials.service.header(),
              },
              body: JSON.stringify({
                items: [{ ...decision, id: '1', resourceRef }],
              }),
            },
          );
          if (!response.ok) throw new Error(await response.text());
          const { items } = (await response.json()) as {
            items: Array<{
              result: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
            }>;
          };
          return { result: items[0].result };
        }),
      ),
  };
}
