import { useCallback, useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  ApplicationView,
  RolloutList,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';

/** Measurements make no signal; the backend answers from what it has read, so looking often costs Argo CD nothing. */
const LOOK_MS = 3_000;

function isMoving({ state, analyses }: RolloutView): boolean {
  return (
    state === 'progressing' ||
    state === 'paused' ||
    analyses.some(({ phase }) => phase === 'Running')
  );
}

/** The Rollouts of an Application, kept current: with the Application, and now and then while one moves. */
export function useRollouts(entityRef: string, application: ApplicationView) {
  const api = useApi(argocdPromotionApiRef);
  const [list, setList] = useState<RolloutList>();
  const [error, setError] = useState<unknown>();
  const [look, setLook] = useState(0);
  const { instance, namespace, name } = application;
  useEffect(() => {
    const abort = new AbortController();
    api
      .getRollouts(
        { entityRef, instance, namespace, name },
        { signal: abort.signal },
      )
      .then(
        found => {
          if (abort.signal.aborted) return;
          setList(found);
          setError(undefined);
        },
        reason => !abort.signal.aborted && setError(reason),
      );
    return () => abort.abort();
    // With the Application itself: it is another object when it changed.
  }, [api, entityRef, application, instance, namespace, name, look]);
  const moves = list?.items.some(isMoving) ?? false;
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') setLook(value => value + 1);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [moves]);
  const refresh = useCallback(() => setLook(value => value + 1), []);
  const replace = useCallback(
    (rollout: RolloutView) =>
      setList(
        before =>
          before && {
            ...before,
            items: before.items.map(item =>
              item.name === rollout.name && item.namespace === rollout.namespace
                ? rollout
                : item,
            ),
          },
      ),
    [],
  );
  return { list, error, refresh, replace };
}
