import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { HoldService } from '../promotion/HoldService';
import { audited } from './audit';
import { parse, text } from './parse';

const query = z.object({ entityRef: text, environment: text.optional() });
const request = z.strictObject({
  entityRef: text,
  environment: text.optional(),
  reason: z.string().max(4_000).optional(),
});

/** Holds over HTTP; every answer is what holds now. */
export function createHoldRouter(options: {
  service: HoldService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): express.Router {
  const { service, httpAuth, auditor } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));
  const credentialsOf = (incoming: Request) =>
    httpAuth.credentials(incoming, { allow: ['user', 'service'] });

  router.get('/v1/holds', async (incoming, response) => {
    const { entityRef } = parse(query, incoming.query, 'query');
    const credentials = await credentialsOf(incoming);
    response.json({ items: await service.list(entityRef, credentials) });
  });

  router.post('/v1/holds', async (incoming, response) => {
    const credentials = await credentialsOf(incoming);
    const body = parse(request, incoming.body, 'body');
    const items = await audited(
      auditor,
      incoming,
      'hold-set',
      body,
      () => service.set(body, credentials),
      () => ({}),
    );
    response.json({ items });
  });

  router.delete('/v1/holds', async (incoming, response) => {
    const credentials = await credentialsOf(incoming);
    const which = parse(query, incoming.query, 'query');
    const items = await audited(
      auditor,
      incoming,
      'hold-lift',
      which,
      () => service.lift(which, credentials),
      () => ({}),
    );
    response.json({ items });
  });
  return router;
}
