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

/** A token of whoever started the task: the backend decides by their rights, not by the scaffolder's. */
export async function tokenFor(
  auth: AuthService,
  initiator: BackstageCredentials,
): Promise<string> {
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: initiator,
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
