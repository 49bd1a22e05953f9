import { useCallback, useEffect, useRef, useState } from 'react';
import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  ArgocdPromotionSignal,
  SIGNAL_CHANNEL,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Feed, FeedState } from './PipelineFeed';

const POLL_MS = 15_000;
/** Signals are not guaranteed to arrive, so a visible page looks for itself now and then. */
const BACKSTOP_MS = 60_000;
/** A view of everything is larger than that of one service, and changes more often than anybody can read. */
const GATHER_MS = 1_000;

/** A view that is kept current while the page is looked at; `load` must stay the same as long as the view is. */
export function useLive<T extends object>(
  load: (signal: AbortSignal) => Promise<T>,
  concerns: (message: ArgocdPromotionSignal) => boolean,
): FeedState<T> & { refresh: () => void } {
  const signals = useApiHolder().get(signalApiRef);
  const [state, setState] = useState<{ of: unknown; now: FeedState<T> }>({
    of: load,
    now: { loading: true },
  });
  const feed = useRef<Feed<T>>();
  useEffect(() => {
    const current = new Feed<T>(load, now => setState({ of: load, now }), {
      gatherMs: GATHER_MS,
    });
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
        if (concerns(message)) whenVisible();
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
  }, [load, concerns, signals]);
  const refresh = useCallback(() => feed.current?.refresh(), []);
  // Another view's data must not be shown for one render.
  return state.of === load
    ? { ...state.now, refresh }
    : { loading: true, refresh };
}
