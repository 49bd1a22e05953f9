import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  Plan,
  PlanRequest,
  Promotion,
  PromotionRequest,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { isConflict } from '../model/problems';

/** Where a person is between "Promote" on the arrow and a promotion. */
export interface PromoteState {
  phase: 'planning' | 'planned' | 'asking' | 'refused';
  plan?: Plan;
  error?: unknown;
  /** True when the plan was made anew because the shown one no longer held. */
  replanned: boolean;
}

function newKey(): string {
  // randomUUID exists in secure contexts only; many a Backstage is served over plain HTTP inside a company.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Plans, asks, and plans again when the plan went stale. */
export function usePromote(
  request: PlanRequest,
  onDone: (promotion: Promotion) => void,
) {
  const api = useApi(argocdPromotionApiRef);
  const [state, setState] = useState<PromoteState>({
    phase: 'planning',
    replanned: false,
  });
  const { entityRef, environment, from, release } = request;
  const abort = useRef<AbortController>();
  // A key belongs to a body: kept while the same is sent again, since its first answer may have been lost on the way.
  const sent = useRef<{ body: string; key: string }>();

  const plan = useCallback(
    async (stale?: { hash: string; error: unknown }) => {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      setState(before => ({
        phase: 'planning',
        plan: before.plan,
        replanned: false,
      }));
      try {
        const made = await api.createPlan(
          { entityRef, environment, from, release },
          { signal: controller.signal },
        );
        if (controller.signal.aborted) return;
        const moved = stale !== undefined && stale.hash !== made.hash;
        // The same plan again: the conflict was about something else, and the backend's words say what.
        setState({
          phase: 'planned',
          plan: made,
          replanned: moved,
          error: moved ? undefined : stale?.error,
        });
      } catch (error) {
        if (!controller.signal.aborted)
          setState({ phase: 'refused', error, replanned: false });
      }
    },
    [api, entityRef, environment, from, release],
  );

  useEffect(() => {
    void plan();
    return () => abort.current?.abort();
  }, [plan]);

  const promote = async (
    choice: Pick<PromotionRequest, 'delivery' | 'message'>,
  ) => {
    const current = state.plan;
    if (!current || state.phase !== 'planned') return;
    const body: PromotionRequest = {
      entityRef,
      environment,
      from,
      release: current.release.id,
      planHash: current.hash,
      ...choice,
    };
    const text = JSON.stringify(body);
    if (sent.current?.body !== text)
      sent.current = { body: text, key: newKey() };
    setState({ phase: 'asking', plan: current, replanned: false });
    try {
      onDone(
        await api.createPromotion(body, { idempotencyKey: sent.current.key }),
      );
    } catch (error) {
      if (isConflict(error)) await plan({ hash: current.hash, error });
      else
        setState({ phase: 'planned', plan: current, error, replanned: false });
    }
  };

  return { state, promote, planAgain: () => plan() };
}
