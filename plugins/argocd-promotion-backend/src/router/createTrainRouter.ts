import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import { Train } from '@fairway/backstage-plugin-argocd-promotion-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { TrainService } from '../promotion/TrainService';
import { TrainStore } from '../promotion/store/trains';
import { audited } from './audit';
import { idempotencyKey, parse, text } from './parse';

const trainPlanRequest = z.strictObject({
  environment: text,
  from: text.optional(),
  members: z
    .array(z.strictObject({ entityRef: text, release: text.optional() }))
    .min(2)
    .max(25),
});
const trainRequest = trainPlanRequest.extend({
  planHash: text.optional(),
  delivery: z.enum(['commit', 'pull-request']).optional(),
  message: z.string().max(4_000).optional(),
});

/** What a request names, understood or not: also a refused one is audited with it. */
function named(body: unknown): JsonObject {
  const { environment, planHash, members } = (body ?? {}) as Record<
    string,
    unknown
  >;
  const short = (value: unknown) =>
    typeof value === 'string' ? [value.slice(0, 255)] : [];
  const refs = Array.isArray(members)
    ? members.slice(0, 25).flatMap(member => short(member?.entityRef))
    : [];
  return {
    ...(refs.length > 0 ? { entityRefs: refs } : {}),
    ...Object.fromEntries(
      Object.entries({ environment, planHash }).flatMap(([key, value]) =>
        short(value).map(each => [key, each]),
      ),
    ),
  };
}

const facts = ({ id, environment, members }: Train): JsonObject => ({
  id,
  environment,
  promotions: members.map(member => ({
    id: member.id,
    entityRef: member.entityRef,
    state: member.state,
  })),
});

/** Trains over HTTP: parse, authorize, call, answer. */
export function createTrainRouter(options: {
  service: TrainService;
  trains: Pick<TrainStore, 'members'>;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): express.Router {
  const { service, trains, httpAuth, auditor } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));
  const credentialsOf = (request: Request) =>
    httpAuth.credentials(request, { allow: ['user', 'service'] });

  router.post('/v1/trains/plans', async (request, response) => {
    const body = parse(trainPlanRequest, request.body, 'body');
    response.json(await service.plan(body, await credentialsOf(request)));
  });

  router.post('/v1/trains', async (request, response) => {
    const credentials = await credentialsOf(request);
    const { train, created } = await audited(
      auditor,
      request,
      'train-create',
      named(request.body),
      async () => {
        const body = parse(trainRequest, request.body, 'body');
        return service.create(body, idempotencyKey(request), credentials);
      },
      answer => facts(answer.train),
    );
    response.status(created ? 201 : 200).json(train);
  });

  router.get('/v1/trains/:id', async (request, response) => {
    response.json(
      await service.get(request.params.id, await credentialsOf(request)),
    );
  });

  const act = (verb: 'cancel' | 'retry' | 'rollback', status: number) =>
    router.post(
      `/v1/trains/:id/${verb}`,
      async (request: Request<{ id: string }>, response) => {
        const credentials = await credentialsOf(request as Request);
        const { id } = request.params;
        const about = await trains.members(id);
        const train = await audited(
          auditor,
          request as Request,
          `train-${verb}`,
          {
            id,
            ...(about.length > 0
              ? {
                  environment: about[0].environment,
                  entityRefs: about.map(({ entityRef }) => entityRef),
                }
              : {}),
          },
          () => service[verb](id, credentials),
          facts,
        );
        response.status(status).json(train);
      },
    );
  act('cancel', 200);
  act('retry', 201);
  act('rollback', 201);
  return router;
}
