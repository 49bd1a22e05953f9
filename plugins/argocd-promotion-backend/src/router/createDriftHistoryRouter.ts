import { AuditorService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { DriftService } from '../drift/DriftService';
import { audited } from './audit';
import { parse, text } from './parse';
import { ApplicationPath, EntityPath, PipelineLoader } from './PipelineLoader';
import { proven } from './proven';
import { send } from './send';

const ENTITY = '/v1/entities/:kind/:namespace/:name';
const name = text.pipe(z.string().max(253));
const resource = z.strictObject({
  group: z.string().max(253).optional(),
  kind: name,
  namespace: z.string().max(253).optional(),
  name,
});
const day = z.iso.date();
const episodesQuery = z.object({
  environment: text.optional(),
  /** Days (UTC), both included. */
  from: day.optional(),
  to: day.optional(),
  cursor: text.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const muteRequest = z.strictObject({
  environment: text,
  resource: resource.optional(),
  reason: text.pipe(z.string().max(1_000)),
  until: z.iso.datetime(),
});
const syncRequest = z.strictObject({
  resources: z.array(resource).min(1).max(100),
  prune: z.boolean().default(false),
});

/** What was of drift, and what one can do about it: parse, authorize, call, answer. */
export function createDriftHistoryRouter(options: {
  load: PipelineLoader;
  service: DriftService;
  auditor: AuditorService;
}): express.Router {
  const { load, service, auditor } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));

  router.get(
    `${ENTITY}/drift`,
    async (request: Request<EntityPath>, response) => {
      const incoming = request as unknown as Request;
      const asked = await load.pipeline(incoming, request.params);
      send(incoming, response, await service.overview(asked));
    },
  );

  router.get(
    `${ENTITY}/drift/episodes`,
    async (request: Request<EntityPath>, response) => {
      const incoming = request as unknown as Request;
      const asked = await load.pipeline(incoming, request.params);
      const { to, ...query } = parse(episodesQuery, request.query, 'query');
      const page = await service.episodes(asked, {
        ...query,
        ...(to ? { to: nextDay(to) } : {}),
      });
      send(incoming, response, page);
    },
  );

  router.post(
    `${ENTITY}/drift/mutes`,
    async (request: Request<EntityPath>, response) => {
      const incoming = request as unknown as Request;
      const mute = await audited(
        auditor,
        incoming,
        'drift-mute',
        facts(request.params, request.body),
        async () => {
          const asked = await load.pipeline(incoming, request.params);
          const body = parse(muteRequest, request.body, 'body');
          return service.mute(asked, body);
        },
        ({ id, entityRef, environment, until }) => ({
          id,
          entityRef,
          environment,
          until,
        }),
      );
      response.status(201).json(mute);
    },
  );

  router.delete(
    `${ENTITY}/drift/mutes/:id`,
    async (request: Request<EntityPath & { id: string }>, response) => {
      const incoming = request as unknown as Request;
      const { id, ...entity } = request.params;
      const mute = await audited(
        auditor,
        incoming,
        'drift-unmute',
        { ...facts(entity), id },
        async () => service.unmute(await load.pipeline(incoming, entity), id),
        ({ entityRef, environment }) => ({ entityRef, environment }),
      );
      response.json(mute);
    },
  );

  router.post(
    `${ENTITY}/applications/:instance/:appNamespace/:app/sync`,
    async (request: Request<ApplicationPath>, response) => {
      const incoming = request as unknown as Request;
      const { instance, appNamespace, app, ...entity } = request.params;
      const { resources } = await audited(
        auditor,
        incoming,
        'application-sync',
        { ...facts(entity), application: `${instance}/${appNamespace}/${app}` },
        async () => {
          const { found, ...asked } = await load.deployed(
            incoming,
            request.params,
          );
          const body = parse(syncRequest, request.body, 'body');
          const done = await service.sync(asked, proven(found), body);
          return { ...done, prune: body.prune };
        },
        done => ({
          environment: done.environment,
          resources: done.resources.map(each => `${each.kind} ${each.name}`),
          prune: done.prune,
        }),
      );
      response.status(resources.length > 0 ? 202 : 200).json({ resources });
    },
  );

  return router;
}

/** What a request is about, understood or not: also a refused one is audited with it. */
function facts(
  { kind, namespace, name: of }: EntityPath,
  body?: { environment?: unknown },
): JsonObject {
  const environment = body?.environment;
  return {
    entityRef: stringifyEntityRef({ kind, namespace, name: of }),
    ...(typeof environment === 'string'
      ? { environment: environment.slice(0, 255) }
      : {}),
  };
}

function nextDay(date: string): string {
  const at = new Date(`${date}T00:00:00.000Z`);
  if (Number.isNaN(at.getTime())) throw new InputError(`${date} is no day`);
  at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString();
}
