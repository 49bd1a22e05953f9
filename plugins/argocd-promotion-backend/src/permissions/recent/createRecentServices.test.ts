import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  deploymentReadPermission,
  promotionApprovePermission,
  promotionCreatePermission,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Request } from 'express';
import fc from 'fast-check';
import { createRecentServices } from './createRecentServices';

const request = (authorization: string) =>
  ({ headers: { authorization } } as Request);
const entity = (name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
});

/** Services that answer with whom they were asked for, as the token says. */
const create = (forMs = 10_000) => {
  const auth = mockServices.auth();
  const asked = { catalog: 0, permissions: 0, userInfo: 0 };
  const who = (credentials: unknown) =>
    (credentials as { principal: { userEntityRef?: string } }).principal
      .userEntityRef ?? 'nobody';
  const real = {
    httpAuth: {
      // A user by what stands before the slash, and one of their tokens by all of it.
      credentials: jest.fn(async (req: Request) => {
        const [, token] = /^Bearer (.*)$/.exec(
          req.headers.authorization ?? '',
        )!;
        if (token.startsWith('service'))
          return mockCredentials.service(token) as never;
        return mockCredentials.user(
          `user:default/${token.split('/')[0]}`,
        ) as never;
      }),
    },
    permissions: {
      authorizeConditional: jest.fn(async (requests, { credentials }) => {
        asked.permissions += 1;
        return requests.map(
          ({ permission }: { permission: { name: string } }) => ({
            result: AuthorizeResult.ALLOW,
            tells: `${who(credentials)} ${permission.name}`,
          }),
        ) as PolicyDecision[];
      }),
    },
    userInfo: {
      getUserInfo: jest.fn(async credentials => {
        asked.userInfo += 1;
        return { userEntityRef: who(credentials), ownershipEntityRefs: [] };
      }),
    },
    catalog: {
      getEntityByRef: jest.fn(async (ref, { credentials }) => {
        asked.catalog += 1;
        return ref === 'component:default/missing'
          ? undefined
          : entity(`${ref} for ${who(credentials)}`);
      }),
    },
  };
  const recent = createRecentServices({
    ...real,
    auth,
    permissionsOfView: [deploymentReadPermission, promotionCreatePermission],
    forMs,
  });
  const view = async (token: string, ref = 'component:default/a') => {
    const credentials = await recent.httpAuth.credentials(
      request(`Bearer ${token}`),
    );
    const [found, [decision], info] = await Promise.all([
      recent.catalog.getEntityByRef(ref, { credentials }),
      recent.permissions.authorizeConditional(
        [{ permission: promotionCreatePermission }],
        { credentials },
      ),
      recent.userInfo.getUserInfo(credentials),
    ]);
    return {
      entity: found?.metadata.name,
      decision: (decision as unknown as { tells: string }).tells,
      user: info.userEntityRef,
    };
  };
  return { asked, recent, view };
};

describe('createRecentServices', () => {
  it('asks once for a token, and about all permissions of a view together', async () => {
    const { asked, recent, view } = create();
    const first = await view('ana/1');
    expect(await view('ana/1')).toEqual(first);
    const credentials = await recent.httpAuth.credentials(
      request('Bearer ana/1'),
    );
    await recent.permissions.authorizeConditional(
      [{ permission: deploymentReadPermission }],
      { credentials },
    );
    expect(asked).toEqual({ catalog: 1, permissions: 1, userInfo: 1 });
  });

  it('never tells one what it was told for another, whoever asks what in whatever order', async () => {
    const tokens = fc.constantFrom('ana/1', 'ana/2', 'bo/1', 'eve/1');
    const refs = fc.constantFrom('component:default/a', 'component:default/b');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(tokens, refs), { minLength: 1, maxLength: 20 }),
        async asks => {
          const { asked, view } = create();
          const answers = await Promise.all(
            asks.map(([token, ref]) => view(token, ref)),
          );
          asks.forEach(([token, ref], i) => {
            const user = `user:default/${token.split('/')[0]}`;
            expect(answers[i]).toEqual({
              entity: `${ref} for ${user}`,
              decision: `${user} ${promotionCreatePermission.name}`,
              user,
            });
          });
          // Two tokens of one user share nothing either.
          expect(asked.permissions).toBe(
            new Set(asks.map(([token]) => token)).size,
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells users apart that a gateway sends with one and the same token', async () => {
    const { asked, recent } = create();
    for (const name of ['ana', 'bo']) {
      const credentials = mockCredentials.user(`user:default/${name}`);
      const behindGateway = createRecentServices({
        ...recent,
        auth: mockServices.auth(),
        httpAuth: { credentials: async () => credentials as never },
        permissionsOfView: [],
        forMs: 10_000,
      });
      await behindGateway.httpAuth.credentials(request('Bearer shared'));
      expect(await behindGateway.userInfo.getUserInfo(credentials)).toEqual({
        userEntityRef: `user:default/${name}`,
        ownershipEntityRefs: [],
      });
    }
    expect(asked.userInfo).toBe(2);
  });

  it('remembers nothing for services, for credentials of another origin, for other permissions, and of what is missing', async () => {
    const { asked, recent } = create();
    const own = mockCredentials.user('user:default/ana');
    const service = await recent.httpAuth.credentials(
      request('Bearer service:x'),
    );
    const ana = await recent.httpAuth.credentials(request('Bearer ana/1'));
    for (let i = 0; i < 2; i++) {
      await recent.catalog.getEntityByRef('component:default/a', {
        credentials: service,
      });
      await recent.catalog.getEntityByRef('component:default/missing', {
        credentials: ana,
      });
      await recent.userInfo.getUserInfo(own);
    }
    expect(asked).toMatchObject({ catalog: 4, userInfo: 2 });
    for (let i = 0; i < 2; i++)
      await recent.permissions.authorizeConditional(
        [{ permission: promotionApprovePermission }],
        { credentials: ana },
      );
    // Those of the view once, and the other one each time.
    expect(asked.permissions).toBe(3);
  });

  it('can be switched off', async () => {
    const { asked, view } = create(0);
    await view('ana/1');
    await view('ana/1');
    expect(asked).toEqual({ catalog: 2, permissions: 2, userInfo: 2 });
  });
});
