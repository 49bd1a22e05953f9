import { useCallback } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { RenderedChanges } from './RenderedChanges';

/** What a plan that is not written would change in the cluster. */
export function RenderedOfPlan({ plan }: { plan: Plan }) {
  const api = useApi(argocdPromotionApiRef);
  const { entityRef, environment, from, hash } = plan;
  const release = plan.release.id;
  const read = useCallback(
    (signal: AbortSignal) =>
      api.getRenderedPlan(
        { entityRef, environment, from, release },
        { signal },
      ),
    // Another plan renders otherwise.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [api, entityRef, environment, from, release, hash],
  );
  return <RenderedChanges read={read} atOnce />;
}
