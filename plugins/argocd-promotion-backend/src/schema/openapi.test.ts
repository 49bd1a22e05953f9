import SwaggerParser from '@apidevtools/swagger-parser';
import { Router } from 'express';
import { startPlugin } from '../__testUtils__/startPlugin';
import { violations } from '../__testUtils__/described';
import { createDriftHistoryRouter } from '../router/createDriftHistoryRouter';
import { createDriftRouter } from '../router/createDriftRouter';
import { createHoldRouter } from '../router/createHoldRouter';
import { createHistoryRouter } from '../router/createHistoryRouter';
import { createRolloutRouter } from '../router/createRolloutRouter';
import { createPromotionRouter } from '../router/createPromotionRouter';
import { createRenderedRouter } from '../router/createRenderedRouter';
import { createProxyRouter } from '../router/createProxyRouter';
import {
  createReadRouter,
  ReadRouterOptions,
} from '../router/createReadRouter';
import { createRebuildRouter } from '../router/createRebuildRouter';
import { createTrainRouter } from '../router/createTrainRouter';
import { createRootsRouter } from '../router/createRootsRouter';
import { openapi } from './openapi';

/** `get /v1/instances` and so on, as the router has them. */
function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(
          (route as unknown as { methods: Record<string, boolean> }).methods,
        ).map(
          method =>
            `${method} ${route.path.replace(
              /:(\w+)(?:\(\*\))?/g,
              (_: string, name: string) => `{${name}}`,
            )}`,
        )
      : [],
  );
}

describe('the OpenAPI description', () => {
  it('is well-formed', async () => {
    const parsed = await SwaggerParser.validate(
      structuredClone(openapi) as never,
    );
    expect(parsed.info.title).toBe('argocd-promotion');
  });

  it('describes each registered route, and no other', () => {
    const registered = [
      ...routesOf(createReadRouter({} as ReadRouterOptions)),
      ...routesOf(
        createDriftRouter({} as Parameters<typeof createDriftRouter>[0]),
      ),
      ...routesOf(
        createDriftHistoryRouter(
          {} as Parameters<typeof createDriftHistoryRouter>[0],
        ),
      ),
      ...routesOf(
        createProxyRouter({} as Parameters<typeof createProxyRouter>[0]),
      ),
      ...routesOf(
        createHistoryRouter({} as Parameters<typeof createHistoryRouter>[0]),
      ),
      ...routesOf(
        createRolloutRouter({} as Parameters<typeof createRolloutRouter>[0]),
      ),
      ...routesOf(
        createPromotionRouter(
          {} as Parameters<typeof createPromotionRouter>[0],
        ),
      ),
      ...routesOf(
        createRenderedRouter({} as Parameters<typeof createRenderedRouter>[0]),
      ),
      ...routesOf(
        createHoldRouter({} as Parameters<typeof createHoldRouter>[0]),
      ),
      ...routesOf(
        createTrainRouter({} as Parameters<typeof createTrainRouter>[0]),
      ),
      ...routesOf(
        createRebuildRouter({} as Parameters<typeof createRebuildRouter>[0]),
      ),
      ...routesOf(
        createRootsRouter({} as Parameters<typeof createRootsRouter>[0]),
      ),
    ];
    const described = Object.entries(openapi.paths).flatMap(([path, item]) =>
      Object.keys(item).map(method => `${method} ${path}`),
    );
    expect(registered.length).toBeGreaterThan(10);
    expect(described.sort()).toEqual(registered.sort());
  });

  it('names each operation once, and every path parameter', () => {
    const ids: string[] = [];
    for (const [path, item] of Object.entries(openapi.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(item)) {
        ids.push(operation.operationId);
        const parameters: ReadonlyArray<{ name: string; in: string }> =
          'parameters' in operation ? operation.parameters : [];
        expect(
          parameters.filter(p => p.in === 'path').map(({ name }) => name),
        ).toEqual(inPath);
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is served, and errors are as described', async () => {
    const plugin = await startPlugin({ argocdPromotion: {}, entities: [] });
    try {
      const { body, status } = await plugin.get('/openapi.json');
      expect(status).toBe(200);
      expect(Object.keys(body.paths)).toContain(
        '/api/argocd-promotion/v1/promotions/{id}/rollback',
      );
      const refused = await plugin.get('/v1/promotions?limit=0');
      expect(refused.status).toBe(400);
      expect(violations('Error', refused.body)).toEqual([]);
      expect(violations('Error', {})).toEqual([
        " must have required property 'error'",
      ]);
    } finally {
      await plugin.stop();
    }
  });
});
