import { useCallback, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { argocdPromotionApiRef } from '../api/ref';

/** Sets and lifts holds; `onChanged` hears that it is done. */
export function useHolds(onChanged: () => void) {
  const api = useApi(argocdPromotionApiRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = useCallback(
    async (change: () => Promise<unknown>) => {
      setBusy(true);
      setError(undefined);
      try {
        await change();
        onChanged();
      } catch (reason) {
        setError(reason);
      } finally {
        setBusy(false);
      }
    },
    [onChanged],
  );
  return {
    busy,
    error,
    set: (hold: { entityRef: string; environment?: string; reason?: string }) =>
      run(() => api.setHold(hold)),
    lift: (hold: { entityRef: string; environment?: string }) =>
      run(() => api.liftHold(hold)),
  };
}
