import { createProxyAuthenticator } from '@backstage/plugin-auth-node';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { AuthenticationError, InputError } from '@backstage/errors';

/** The header in which the demo's sign-in page says who was chosen. */
export const demoUserHeader = 'x-demo-user';

/** Believes the browser: whoever is named in the header is signed in. Only for a demo on one's own machine. */
export const demoAuthenticator = createProxyAuthenticator({
  async defaultProfileTransform() {
    return { profile: {} };
  },
  initialize() {},
  async authenticate({ req }) {
    const named = req.header(demoUserHeader);
    if (!named) {
      throw new AuthenticationError(
        `Nobody was chosen: the header ${demoUserHeader} is missing`,
      );
    }
    return { result: { entityRef: userRef(named) } };
  },
});

function userRef(named: string): string {
  const ref = parseEntityRef(named, {
    defaultKind: 'user',
    defaultNamespace: 'default',
  });
  if (ref.kind.toLocaleLowerCase('en-US') !== 'user') {
    throw new InputError(
      `Only users can sign in, and '${named}' is not one: name it as user:<namespace>/<name>`,
    );
  }
  return stringifyEntityRef(ref);
}
