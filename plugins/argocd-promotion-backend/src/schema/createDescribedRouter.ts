import { createValidatedOpenApiRouter } from '@backstage/backend-openapi-utils';
import express, { Router } from 'express';
import { openapi } from './openapi';

/**
 * The routers with their description beside them, at `/openapi.json`. Requests are checked by the routers themselves,
 * which tell people what to do instead of which keyword of a schema was hurt.
 */
export function createDescribedRouter(...routers: Router[]): Router {
  const described: Router = createValidatedOpenApiRouter(openapi, {
    middleware: [express.json({ limit: '64kb' })],
    validatorOptions: { validateRequests: false },
  });
  routers.forEach(router => described.use(router));
  return described;
}
