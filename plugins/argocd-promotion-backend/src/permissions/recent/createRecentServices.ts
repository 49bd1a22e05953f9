import { createHash } from 'node:crypto';
import {
  AuthService,
  BackstageCredentials,
  BackstageUserInfo,
  BackstageUserPrincipal,
  HttpAuthService,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  PolicyDecision,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { RecentAnswers } from './RecentAnswers';

/** The services of Backstage that a page view asks, as far as it asks them. */
export interface ViewerServices {
  httpAuth: Pick<HttpAuthService, 'credentials'>;
  permissions: Pick<PermissionsService, 'authorizeConditional'>;
  userInfo: Pick<UserInfoService, 'getUserInfo'>;
  catalog: Pick<CatalogService, 'getEntityByRef'>;
}

/** What was not there a moment ago may be registered by now: it is asked for again. */
class Missing extends Error {}

/** A bearer token, as Backstage finds it. */
const BEARER = /^Bearer[ ]+(\S+)$/i;

/**
 * The same services, that remember for a moment what they told a user: a page asks the catalog, sign-in and the
 * permission backend the same questions at every change that it hears of.
 *
 * What is remembered belongs to one token, never to a user or a group of them: two tokens of one user may carry other
 * groups. Backstage verifies the token of every request before anything is looked up here, so one that has expired is
 * refused as ever. Credentials that did not come by these services' own `httpAuth` are asked about anew, and so are
 * those of services, whose tokens live for one request.
 *
 * For reading only: whoever changes something is asked about with the real services.
 */
export function createRecentServices(
  options: ViewerServices & {
    auth: Pick<AuthService, 'isPrincipal'>;
    /** Decided upon together, so that a view costs one question. */
    permissionsOfView: ResourcePermission[];
    /** 0 remembers nothing. */
    forMs: number;
  },
): ViewerServices {
  const { auth, httpAuth, permissions, userInfo, catalog, forMs } = options;
  if (forMs <= 0) return { httpAuth, permissions, userInfo, catalog };
  const callers = new WeakMap<BackstageCredentials, string>();
  const decisions = new RecentAnswers<Map<string, PolicyDecision>>({ forMs });
  const users = new RecentAnswers<BackstageUserInfo>({ forMs });
  const entities = new RecentAnswers<Entity>({ forMs });

  const decideTogether = async (
    credentials: BackstageCredentials,
  ): Promise<Map<string, PolicyDecision>> => {
    const told = await permissions.authorizeConditional(
      options.permissionsOfView.map(permission => ({ permission })),
      { credentials },
    );
    return new Map(
      options.permissionsOfView.map(({ name }, i) => [name, told[i]]),
    );
  };

  return {
    httpAuth: {
      async credentials(request, allowed) {
        const credentials = await httpAuth.credentials(request, allowed);
        const [, token] =
          BEARER.exec(request.headers.authorization ?? '') ?? [];
        if (token && auth.isPrincipal(credentials, 'user'))
          callers.set(credentials, callerOf(token, credentials));
        return credentials;
      },
    },
    permissions: {
      async authorizeConditional(requests, asked) {
        const caller = callers.get(asked.credentials);
        if (!caller) return permissions.authorizeConditional(requests, asked);
        const known = await decisions.get(caller, () =>
          decideTogether(asked.credentials),
        );
        const told = requests.flatMap(
          ({ permission }) => known.get(permission.name) ?? [],
        );
        return told.length === requests.length
          ? told
          : permissions.authorizeConditional(requests, asked);
      },
    },
    userInfo: {
      async getUserInfo(credentials) {
        const caller = callers.get(credentials);
        return caller
          ? users.get(caller, () => userInfo.getUserInfo(credentials))
          : userInfo.getUserInfo(credentials);
      },
    },
    catalog: {
      async getEntityByRef(ref, asked) {
        const caller = callers.get(asked.credentials);
        const ask = () => catalog.getEntityByRef(ref, asked);
        if (!caller || typeof ref !== 'string') return ask();
        return entities
          .get(JSON.stringify([caller, ref]), async () => {
            const entity = await ask();
            if (!entity) throw new Missing();
            return entity;
          })
          .catch(error => {
            if (error instanceof Missing) return undefined;
            throw error;
          });
      },
    },
  };
}

/**
 * Who asks, by the very token. Where a company's own service tells users by something else than the token, which may
 * then be the same for all, they are still told apart.
 */
function callerOf(
  token: string,
  { principal, expiresAt }: BackstageCredentials<BackstageUserPrincipal>,
): string {
  const { userEntityRef, actor } = principal;
  return createHash('sha256')
    .update(
      JSON.stringify([token, userEntityRef, actor?.subject, expiresAt ?? null]),
    )
    .digest('base64');
}
