import { HttpResponse } from 'msw';
import {
  CatalogApi,
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { EntityPromotionContent } from '../components/EntityPromotionContent';
import { NOW } from '../testing/fixtures';

export const BASE = 'http://backend.test/api/argocd-promotion';
export const VIEW = `${BASE}/v1/entities/component/default/checkout`;
export const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout' },
};

/** Signals that a test sends by hand. */
export function signals() {
  const listeners = new Set<(message: never) => void>();
  return {
    subscribe: (_channel: string, listener: (message: never) => void) => {
      listeners.add(listener);
      return { unsubscribe: () => listeners.delete(listener) };
    },
    publish: (message: object) =>
      listeners.forEach(listener => listener(message as never)),
    listeners,
  };
}

/** Renders what a person sees, over real requests that msw answers; without a channel there are no signals. */
export function show(
  element = <EntityPromotionContent />,
  channel: ReturnType<typeof signals> | undefined = signals(),
  catalog?: CatalogApi,
) {
  const client = new ArgocdPromotionClient({
    discoveryApi: { getBaseUrl: async () => BASE },
  });
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [argocdPromotionApiRef, client],
        ...(channel ? [[signalApiRef, channel] as const] : []),
        ...(catalog ? [[catalogApiRef, catalog] as const] : []),
      ]}
    >
      <EntityProvider entity={entity}>{element}</EntityProvider>
    </TestApiProvider>,
    { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
  );
}

/** An error as the backend answers it. */
export function refused(status: number, name: string, message: string) {
  return HttpResponse.json(
    { error: { name, message }, response: { statusCode: status } },
    { status },
  );
}

/** Time stands still at the moment of the fixtures. */
export function stopTheClock() {
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
}
