const key = 'demo-sign-in.user';

/** The choice is kept for the browser tab, so that two tabs can be two people. */
export const chosenUser = {
  get: () => window.sessionStorage.getItem(key) ?? undefined,
  set: (entityRef: string) => window.sessionStorage.setItem(key, entityRef),
  clear: () => window.sessionStorage.removeItem(key),
};
