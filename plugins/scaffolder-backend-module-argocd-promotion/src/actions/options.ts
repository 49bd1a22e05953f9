import {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import {
  ArgocdPromotionApi,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** What the actions work with. */
export interface ActionOptions {
  api: ArgocdPromotionApi;
  auth: AuthService;
  /** Pause between two looks at a promotion; shorter in tests. */
  pollMs?: number;
}

/** Pause between two looks. */
export const DEFAULT_POLL_MS = 2_000;
/** How long is waited unless a template says otherwise. */
export const DEFAULT_TIMEOUT_MINUTES = 30;
/** What a dry run gives in place of a promotion's id, so that later steps have something to be dry with. */
export const DRY_RUN_ID = 'dry-run';

/** A token on behalf of whoever started the task: the backend decides by their rights. */
export async function tokenFor(
  auth: AuthService,
  credentials: BackstageCredentials,
): Promise<string> {
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: credentials,
    targetPluginId: 'argocd-promotion',
  });
  return token;
}

/** States in which a promotion stays. */
export const ENDS: ReadonlySet<PromotionState> = new Set<PromotionState>([
  'succeeded',
  'failed',
  'rejected',
  'cancelled',
  'superseded',
  'unchanged',
]);
