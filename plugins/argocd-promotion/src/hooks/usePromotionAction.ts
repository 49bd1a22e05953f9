import { useCallback, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  ArgocdPromotionApi,
  Promotion,
  PromotionAction,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';

/** What an action needs besides the promotion. */
export interface ActionDetails {
  /** For `approve` and `override`: the plan that was looked at. */
  planHash?: string;
  /** For `approve`, `revoke`, `override` and `reject`. */
  reason?: string;
}

function call(
  api: ArgocdPromotionApi,
  id: string,
  action: PromotionAction,
  { planHash = '', reason }: ActionDetails,
): Promise<Promotion> {
  switch (action) {
    case 'approve':
      return api.approvePromotion(id, {
        planHash,
        ...(reason ? { reason } : {}),
      });
    case 'revoke':
      return api.revokeApproval(id, reason ? { reason } : {});
    case 'override':
      return api.overridePromotion(id, { planHash, reason: reason ?? '' });
    case 'reject':
      return api.rejectPromotion(id, reason ? { reason } : {});
    case 'cancel':
      return api.cancelPromotion(id);
    case 'retry':
      return api.retryPromotion(id);
    default:
      return api.rollbackPromotion(id);
  }
}

/** Acts on a promotion; `onActed` hears of a new one that a retry or a rollback made, or of the changed one. */
export function usePromotionAction(
  onActed: (promotion: Promotion, action: PromotionAction) => void,
) {
  const api = useApi(argocdPromotionApiRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = useCallback(
    async (
      id: string,
      action: PromotionAction,
      details: ActionDetails = {},
    ) => {
      setBusy(true);
      setError(undefined);
      try {
        onActed(await call(api, id, action, details), action);
      } catch (reason) {
        setError(reason);
      } finally {
        setBusy(false);
      }
    },
    [api, onActed],
  );
  return { busy, error, act };
}
