import { HttpAuthService } from '@backstage/backend-plugin-api';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { RenderedService } from '../promotion/rendered/RenderedService';
import { planRequest } from './createPromotionRouter';
import { parse } from './parse';

/** What plans and promotions change of what Argo CD renders, over HTTP; writes nothing. */
export function createRenderedRouter(options: {
  service: RenderedService;
  httpAuth: HttpAuthService;
}): express.Router {
  const { service, httpAuth } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));
  const credentialsOf = (request: Request) =>
    httpAuth.credentials(request, { allow: ['user', 'service'] });

  router.post('/v1/plans/rendered', async (request, response) => {
    const body = parse(planRequest, request.body, 'body');
    response.json(await service.ofPlan(body, await credentialsOf(request)));
  });

  router.get('/v1/promotions/:id/rendered', async (request, response) => {
    response.json(
      await service.ofPromotion(
        request.params.id,
        await credentialsOf(request),
      ),
    );
  });
  return router;
}
