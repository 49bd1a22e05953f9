/** Who is who in the demo's shop. Each service that a test changes is used by that test only. */

/** Services whose dev is ahead of staging, and their owners. */
export const roads = [
  { app: 'new', service: 'checkout', owner: 'user:default/ana.lima' },
  { app: 'legacy', service: 'storefront', owner: 'user:default/bo.chen' },
] as const;

/** Approves what goes to prod, and owns nothing. */
export const approver = 'user:default/gil.moreau';

/** A service whose staging is ahead of prod, and its owner: what people decide about it. */
export const decided = {
  service: 'shipping',
  owner: 'user:default/mia.novak',
} as const;

/** A service that goes to staging by itself, where its smoke test fails. */
export const automatic = {
  service: 'returns',
  owner: 'user:default/mia.novak',
} as const;

/** The same as the roads, for the template. */
export const templates = [
  { app: 'new', service: 'ledger', owner: 'user:default/rui.costa' },
] as const;

/** The same, and no test promotes it. */
export const untouched = {
  service: 'tracking',
  owner: 'user:default/mia.novak',
  stranger: 'user:default/sam.stranger',
} as const;

/** Services that show different things: drift, a rollback, a failing hook, a mere claim. */
export const portraits = ['tracking', 'returns', 'accounts', 'billing'];

/** A service with half of its prod on a second Argo CD, and its owner; no test promotes it. */
export const split = {
  service: 'assortment',
  owner: 'user:default/bo.chen',
  instance: 'eu',
} as const;

/** A service that goes out as a canary: one waits in dev, one was refused in staging. */
export const canary = {
  service: 'recommendations',
  owner: 'user:default/bo.chen',
} as const;
