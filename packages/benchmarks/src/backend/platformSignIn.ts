import { createBackendModule } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  authProvidersExtensionPoint,
  createProxyAuthenticator,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import { USERS, userRef } from '../setting';

const authenticator = createProxyAuthenticator({
  async defaultProfileTransform() {
    return { profile: {} };
  },
  initialize() {},
  async authenticate({ req }) {
    const name = req.header('x-benchmark-user') ?? '';
    if (!(name in USERS)) throw new InputError(`There is no user '${name}'`);
    return { result: name as keyof typeof USERS };
  },
});

/** Signs in whoever asks, with the token of a real sign-in. */
export const benchmarkSignIn = createBackendModule({
  pluginId: 'auth',
  moduleId: 'benchmark-provider',
  register(reg) {
    reg.registerInit({
      deps: { providers: authProvidersExtensionPoint },
      async init({ providers }) {
        providers.registerProvider({
          providerId: 'benchmark',
          factory: createProxyAuthProviderFactory({
            authenticator,
            signInResolver: async ({ result }, ctx) =>
              ctx.issueToken({
                claims: { sub: userRef(result), ent: USERS[result] },
              }),
          }),
        });
      },
    });
  },
});
