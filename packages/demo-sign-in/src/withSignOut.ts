import { IdentityApi } from '@backstage/core-plugin-api';

/** The same identity, with something to do when its user signs out. */
export function withSignOut(
  identity: IdentityApi,
  onSignOut: () => void,
): IdentityApi {
  return {
    getProfileInfo: () => identity.getProfileInfo(),
    getBackstageIdentity: () => identity.getBackstageIdentity(),
    getCredentials: () => identity.getCredentials(),
    signOut: async () => {
      onSignOut();
      await identity.signOut();
    },
  };
}
