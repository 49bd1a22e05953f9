import { useCallback } from 'react';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import {
  ArgocdPromotionSignal,
  ManagerKey,
  RootsView,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { rootsRouteRef } from '../routes';
import { useLive } from './useLive';

const aboutRoots = ({ roots }: ArgocdPromotionSignal) => roots === true;

/** The roots of every environment. */
export function useRoots() {
  const api = useApi(argocdPromotionApiRef);
  return useLive<RootsView>(
    useCallback(signal => api.listRoots({ signal }), [api]),
    aboutRoots,
  );
}

/** One root with all that hangs under it. */
export function useRoot({ kind, instance, namespace, name }: ManagerKey) {
  const api = useApi(argocdPromotionApiRef);
  return useLive<RootView>(
    useCallback(
      signal => api.getRoot({ kind, instance, namespace, name }, { signal }),
      [api, kind, instance, namespace, name],
    ),
    aboutRoots,
  );
}

/** The page's address, or undefined in an app that did not install the page: then nothing links to it. */
export function useRootsPath(): string | undefined {
  try {
    // It throws after the last of its hooks, so their order is the same either way.
    return useRouteRef(rootsRouteRef)();
  } catch {
    return undefined;
  }
}

/** The address of one root below the page's own. */
export function rootPath(
  page: string,
  { kind, instance, namespace, name }: ManagerKey,
): string {
  const path = [instance, namespace, name].map(encodeURIComponent).join('/');
  return `${page.replace(/\/$/, '')}/${path}${
    kind === 'Application' ? '' : `?kind=${kind}`
  }`;
}
