import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { PromotionSummary } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { mergePromotions } from '../model/promotions';

/** The pipeline view carries at most so many; with fewer there are no older ones. */
const IN_VIEW = 10;
const PAGE = 20;

/** The promotions of the view, newest first, and page by page those before them. */
export function useOlderPromotions(
  entityRef: string,
  recent: PromotionSummary[],
) {
  const api = useApi(argocdPromotionApiRef);
  const [older, setOlder] = useState<PromotionSummary[]>([]);
  const [cursor, setCursor] = useState<string>();
  const [asked, setAsked] = useState(false);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>();
  const abort = useRef<AbortController>();
  useEffect(() => () => abort.current?.abort(), []);

  const more = useCallback(async () => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setLoading(true);
    setError(undefined);
    try {
      const page = await api.listPromotions(
        { entityRef, limit: PAGE, ...(cursor ? { cursor } : {}) },
        { signal: controller.signal },
      );
      if (controller.signal.aborted) return;
      setOlder(before => mergePromotions(before, page.items));
      setCursor(page.nextCursor);
      setAsked(true);
    } catch (reason) {
      if (!controller.signal.aborted) setError(reason);
    } finally {
      if (!controller.signal.aborted) setLoading(false);
    }
  }, [api, entityRef, cursor]);

  return {
    promotions: mergePromotions(older, recent),
    hasMore: asked ? cursor !== undefined : recent.length >= IN_VIEW,
    loading,
    error,
    more,
  };
}
