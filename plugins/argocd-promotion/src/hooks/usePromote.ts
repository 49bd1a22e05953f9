import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  Plan,
  PlanRequest,
  PromotionRequest,
  PromotionSummary,
  TrainPlan,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { isConflict } from '../model/problems';

/** Where a person is between "Promote" on the arrow and a promotion. */
export interface PromoteState {
  phase: 'planning' | 'planned' | 'asking' | 'refused';
  plan?: Plan;
  /** With others: the joint plan, of which `plan` is the own part. */
  train?: TrainPlan;
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

/** Plans, asks, and plans again when the plan went stale. With others all of it is done for all as one. */
export function usePromote(
  request: PlanRequest,
  onDone: (promotion: PromotionSummary) => void,
  others: string[] = [],
) {
  const api = useApi(argocdPromotionApiRef);
  const [state, setState] = useState<PromoteState>({
    phase: 'planning',
    replanned: false,
  });
  const { entityRef, environment, from, release } = request;
  const together = others.join(' ');
  const abort = useRef<AbortController>();
  // A key belongs to a body: kept while the same is sent again, since its first answer may have been lost on the way.
  const sent = useRef<{ body: string; key: string }>();

  const plan = useCallback(
    async (stale?: { hash: string; error: unknown }) => {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      const { signal } = controller;
      setState(before => ({ ...before, phase: 'planning', replanned: false }));
      const make = async (): Promise<{ plan: Plan; train?: TrainPlan }> => {
        const own = { entityRef, release };
        const mates = together.split(' ').filter(Boolean);
        if (mates.length === 0)
          return {
            plan: await api.createPlan(
              { ...own, environment, from },
              { signal },
            ),
          };
        const members = [own, ...mates.map(ref => ({ entityRef: ref }))];
        const train = await api.createTrainPlan(
          { environment, from, members },
          { signal },
        );
        return { train, plan: train.members[0] };
      };
      try {
        const made = await make();
        if (signal.aborted) return;
        const { hash } = made.train ?? made.plan;
        const moved = stale !== undefined && stale.hash !== hash;
        // The same plan again: the conflict was about something else, and the backend's words say what.
        setState({
          phase: 'planned',
          ...made,
          replanned: moved,
          error: moved ? undefined : stale?.error,
        });
      } catch (error) {
        if (!signal.aborted)
          setState({ phase: 'refused', error, replanned: false });
      }
    },
    [api, entityRef, environment, from, release, together],
  );

  useEffect(() => {
    void plan();
    return () => abort.current?.abort();
  }, [plan]);

  const promote = async (
    choice: Pick<PromotionRequest, 'delivery' | 'message'>,
  ) => {
    const { plan: current, train } = state;
    if (!current || state.phase !== 'planned') return;
    const body = {
      environment,
      from,
      planHash: (train ?? current).hash,
      ...choice,
    };
    const single = { ...body, entityRef, release: current.release.id };
    const joint = train && {
      ...body,
      members: train.members.map(member => ({
        entityRef: member.entityRef,
        release: member.release.id,
      })),
    };
    const text = JSON.stringify(joint ?? single);
    if (sent.current?.body !== text)
      sent.current = { body: text, key: newKey() };
    const key = { idempotencyKey: sent.current.key };
    setState({ phase: 'asking', plan: current, train, replanned: false });
    try {
      onDone(
        joint
          ? (await api.createTrain(joint, key)).members[0]
          : await api.createPromotion(single, key),
      );
    } catch (error) {
      if (isConflict(error)) await plan({ hash: body.planHash, error });
      else
        setState({
          phase: 'planned',
          plan: current,
          train,
          error,
          replanned: false,
        });
    }
  };

  return { state, promote, planAgain: () => plan() };
}
