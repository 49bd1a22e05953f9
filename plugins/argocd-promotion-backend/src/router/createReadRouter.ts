import { createHash } from 'node:crypto';
import { HttpAuthService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  InstanceView,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import express, { Request, Response } from 'express';
import Router from 'express-promise-router';
import { DeploymentService } from '../deployments/types';
import {
  applicationDetails,
  environmentView,
  ViewContext,
} from '../deployments/view';
import { Inventory, inventoryKey } from '../inventory/Inventory';
import { ReadAccess } from '../permissions/ReadAccess';
import { PromotionAdvisor } from '../promotion/PromotionAdvisor';

export interface ReadRouterOptions {
  catalog: CatalogService;
  httpAuth: HttpAuthService;
  deployments: DeploymentService;
  inventory: Inventory;
  access: ReadAccess;
  advisor: PromotionAdvisor;
  view: ViewContext;
  /** Told of every entity that somebody looks at, with the keys of its Applications. */
  onViewed(entity: Entity, keys: string[]): void;
  now?: () => Date;
}

type EntityPath = { kind: string; namespace: string; name: string };

/** What is seen, from memory and the database: none of these routes asks Argo CD for anything. */
export function createReadRouter(options: ReadRouterOptions): express.Router {
  const { catalog, httpAuth, deployments, inventory, access, advisor, view } =
    options;
  const now = options.now ?? (() => new Date());
  const router = Router();

  const load = async (request: Request, params: EntityPath) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const entityRef = stringifyEntityRef(params);
    // With the viewer's own rights: what they may not see in the catalog does not exist here either.
    const entity = await catalog.getEntityByRef(entityRef, { credentials });
    if (!entity)
      throw new NotFoundError(
        `No entity ${entityRef} was found in the catalog`,
      );
    const resolved = deployments.resolve(entity);
    const pipeline = await access.readable(credentials, entity, resolved);
    if (resolved.deployments.length > 0 && pipeline.deployments.length === 0) {
      throw new NotAllowedError(
        `You may not see the deployments of ${entityRef}; ask for argocd-promotion.deployment.read`,
      );
    }
    options.onViewed(
      entity,
      resolved.deployments.flatMap(({ applications }) =>
        applications.map(({ instance, application: { metadata } }) =>
          inventoryKey({ instance, ...metadata }),
        ),
      ),
    );
    return { credentials, entity, pipeline };
  };

  router.get(
    '/v1/entities/:kind/:namespace/:name',
    async (request: Request<EntityPath>, response) => {
      const { credentials, entity, pipeline } = await load(
        request as unknown as Request,
        request.params,
      );
      const advice = await advisor.advise({ entity, pipeline, credentials });
      const answer: PipelineView = {
        entityRef: pipeline.entityRef,
        pipeline: pipeline.pipeline.name,
        asOf: now().toISOString(),
        environments: pipeline.deployments.map(deployment => {
          const { name } = deployment.environment;
          const promotion = advice.promotions[name];
          const environment = environmentView(
            deployment,
            pipeline.deployments,
            view,
          );
          const visible = new Set(
            pipeline.deployments.map(other => other.environment.name),
          );
          return {
            ...environment,
            promotesFrom: environment.promotesFrom.filter(upstream =>
              visible.has(upstream),
            ),
            ...(promotion ? { promotion } : {}),
            offers: advice.offers[name] ?? [],
          };
        }),
        recentPromotions: advice.recentPromotions,
        problems: pipeline.problems,
        lookedFor: pipeline.lookedFor,
      };
      send(request as unknown as Request, response, answer);
    },
  );

  router.get(
    '/v1/entities/:kind/:namespace/:name/applications/:instance/:appNamespace/:app',
    async (
      request: Request<
        EntityPath & { instance: string; appNamespace: string; app: string }
      >,
      response,
    ) => {
      const { instance, appNamespace, app, ...path } = request.params;
      const { pipeline } = await load(request as unknown as Request, path);
      const found = pipeline.deployments
        .flatMap(({ applications }) => applications)
        .find(
          candidate =>
            candidate.instance === instance &&
            candidate.application.metadata.namespace === appNamespace &&
            candidate.application.metadata.name === app,
        );
      if (!found)
        throw new NotFoundError(
          `${pipeline.entityRef} has no Application ${appNamespace}/${app} in instance ${instance}`,
        );
      send(
        request as unknown as Request,
        response,
        applicationDetails(found, view),
      );
    },
  );

  router.get('/v1/instances', async (request, response) => {
    await httpAuth.credentials(request, { allow: ['user', 'service'] });
    const items: InstanceView[] = inventory
      .instances()
      .map(({ seesNothing: _, loaded: __, ...instance }) => instance);
    send(request, response, { items });
  });

  return router;
}

/** Answers with an ETag over everything but the time of the answer, so that polling an unchanged page costs a 304. */
function send(request: Request, response: Response, body: object): void {
  const { asOf: _, ...content } = body as { asOf?: string };
  const etag = `"${createHash('sha256')
    .update(JSON.stringify(content))
    .digest('base64url')
    .slice(0, 27)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, no-cache');
  if (request.header('If-None-Match') === etag) response.status(304).end();
  else response.json(body);
}
