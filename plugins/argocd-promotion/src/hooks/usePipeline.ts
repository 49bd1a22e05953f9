import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi, useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  ArgocdPromotionSignal,
  SIGNAL_CHANNEL,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { FeedState, PipelineFeed } from './PipelineFeed';

const POLL_MS = 10_000;
/** Signals are not guaranteed to arrive (a lost socket, a restart), so a visible page looks for itself now and then. */
const BACKSTOP_MS = 60_000;

/** How the page learns of changes. */
export type LiveMode = 'signals' | 'polling';

/** The pipeline of an entity, kept current while the page is looked at. */
export function usePipeline(
  entityRef: string,
): FeedState & { refresh: () => void; live: LiveMode } {
  const api = useApi(argocdPromotionApiRef);
  // Not useSignal: it keeps the last message only, and of two in one render the first would be lost.
  const signals = useApiHolder().get(signalApiRef);
  const [state, setState] = useState<FeedState & { entityRef: string }>({
    loading: true,
    entityRef,
  });
  const feed = useRef<PipelineFeed>();

  useEffect(() => {
    const current = new PipelineFeed(
      signal => api.getPipeline(entityRef, { signal }),
      next => setState({ ...next, entityRef }),
    );
    feed.current = current;
    current.refresh();

    let missed = false;
    const whenVisible = () => {
      if (document.visibilityState === 'hidden') missed = true;
      else current.invalidate();
    };
    const subscription = signals?.subscribe<ArgocdPromotionSignal>(
      SIGNAL_CHANNEL,
      message => {
        if (message.entityRefs?.includes(entityRef)) whenVisible();
      },
    );
    const timer = setInterval(whenVisible, signals ? BACKSTOP_MS : POLL_MS);
    const onVisibility = () => {
      if (document.visibilityState !== 'hidden' && missed) {
        missed = false;
        current.refresh();
      }
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      current.stop();
      subscription?.unsubscribe();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [api, signals, entityRef]);

  const refresh = useCallback(() => feed.current?.refresh(), []);
  const live = signals ? 'signals' : 'polling';
  // Another entity's data must not be shown for one render.
  if (state.entityRef !== entityRef) return { loading: true, refresh, live };
  return {
    view: state.view,
    error: state.error,
    loading: state.loading,
    refresh,
    live,
  };
}
