import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { listPromotions } from '../promotion/listPromotions';
import { PromotionAccess } from '../promotion/PromotionAccess';
import { normalizeEntityRef } from '../promotion/PromotionLookup';
import { PromotionService } from '../promotion/PromotionService';
import { PromotionStore } from '../promotion/store/PromotionStore';
import { audited } from './audit';
import { idempotencyKey, parse, text } from './parse';

/** What a plan is asked for. */
export const planRequest = z.strictObject({
  entityRef: text,
  environment: text,
  from: text.optional(),
  release: text.optional(),
});
const promotionRequest = planRequest.extend({
  planHash: text.optional(),
  delivery: z.enum(['commit', 'pull-request']).optional(),
  message: z.string().max(4_000).optional(),
});
const reason = z.string().trim().max(4_000);
const approval = z.strictObject({
  planHash: text,
  reason: reason.optional(),
});
const overriding = z.strictObject({
  planHash: text,
  reason: reason.min(1, 'say why the gates are overridden'),
});
const rollback = z.strictObject({ release: text.optional() });
const withReason = z.strictObject({ reason: reason.optional() });
const states = [
  'waiting',
  'delivering',
  'in-review',
  'syncing',
  'verifying',
  'succeeded',
  'failed',
  'rejected',
  'cancelled',
  'superseded',
  'unchanged',
] as const;
const listQuery = z.object({
  entityRef: text.optional(),
  environment: text.optional(),
  state: z.enum(states).optional(),
  cursor: text.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** What a request names of a promotion, understood or not: also a refused one is audited with it. */
function named(body: unknown): JsonObject {
  if (body === null || typeof body !== 'object') return {};
  return Object.fromEntries(
    ['entityRef', 'environment', 'release', 'planHash', 'reason'].flatMap(
      key => {
        const value = (body as Record<string, unknown>)[key];
        return typeof value === 'string' ? [[key, value.slice(0, 1_000)]] : [];
      },
    ),
  );
}

/** Plans and promotions over HTTP: parse, authorize, call, answer. */
export function createPromotionRouter(options: {
  service: PromotionService;
  store: PromotionStore;
  access: PromotionAccess;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): express.Router {
  const { service, store, access, httpAuth, auditor } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));
  const credentialsOf = (request: Request) =>
    httpAuth.credentials(request, { allow: ['user', 'service'] });
  const facts = ({
    id,
    entityRef,
    environment,
    state,
    plan,
  }: Promotion): JsonObject => ({
    id,
    entityRef,
    environment,
    state,
    planHash: plan.hash,
  });

  router.post('/v1/plans', async (request, response) => {
    const body = parse(planRequest, request.body, 'body');
    response.json(await service.plan(body, await credentialsOf(request)));
  });

  router.post('/v1/promotions', async (request, response) => {
    const credentials = await credentialsOf(request);
    const { promotion, created } = await audited(
      auditor,
      request,
      'promotion-create',
      named(request.body),
      async () => {
        const body = parse(promotionRequest, request.body, 'body');
        return service.create(body, idempotencyKey(request), credentials);
      },
      answer => facts(answer.promotion),
    );
    response.status(created ? 201 : 200).json(promotion);
  });

  router.get('/v1/promotions', async (request, response) => {
    const credentials = await credentialsOf(request);
    const { cursor, limit, entityRef, ...filter } = parse(
      listQuery,
      request.query,
      'query',
    );
    const ref =
      entityRef === undefined
        ? {}
        : { entityRef: normalizeEntityRef(entityRef) };
    response.json(
      await listPromotions({
        store,
        access,
        credentials,
        cursor,
        limit,
        filter: { ...filter, ...ref },
      }),
    );
  });

  router.get('/v1/promotions/:id', async (request, response) => {
    response.json(
      await service.get(request.params.id, await credentialsOf(request)),
    );
  });

  const act = (
    verb: string,
    status: number,
    call: (
      id: string,
      body: unknown,
      credentials: Awaited<ReturnType<typeof credentialsOf>>,
    ) => Promise<Promotion>,
  ) =>
    router.post(
      `/v1/promotions/:id/${verb}`,
      async (request: Request<{ id: string }>, response) => {
        const credentials = await httpAuth.credentials(request as Request, {
          allow: ['user', 'service'],
        });
        const { id } = request.params;
        const about = (await store.get(id))?.promotion;
        const promotion = await audited(
          auditor,
          request as Request,
          `promotion-${verb}`,
          {
            ...named(request.body),
            id,
            ...(about
              ? {
                  entityRef: about.entityRef,
                  environment: about.environment,
                  currentPlanHash: about.plan.hash,
                }
              : {}),
          },
          () => call(id, request.body ?? {}, credentials),
          facts,
        );
        response.status(status).json(promotion);
      },
    );

  act('approve', 200, (id, body, credentials) =>
    service.approve(id, parse(approval, body, 'body'), credentials),
  );
  act('revoke', 200, (id, body, credentials) =>
    service.revoke(id, parse(withReason, body, 'body').reason, credentials),
  );
  act('override', 200, (id, body, credentials) =>
    service.override(id, parse(overriding, body, 'body'), credentials),
  );
  act('reject', 200, (id, body, credentials) =>
    service.reject(id, parse(withReason, body, 'body').reason, credentials),
  );
  act('cancel', 200, (id, _body, credentials) =>
    service.cancel(id, credentials),
  );
  act('retry', 201, (id, _body, credentials) => service.retry(id, credentials));
  act('rollback', 201, (id, body, credentials) =>
    service.rollback(id, parse(rollback, body, 'body').release, credentials),
  );
  return router;
}
