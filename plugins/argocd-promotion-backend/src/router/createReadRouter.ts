import { HttpAuthService } from '@backstage/backend-plugin-api';
import {
  InstanceView,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { NotAllowedError } from '@backstage/errors';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { withPromotions } from '../deployments/lastChange';
import {
  applicationDetails,
  environmentView,
  ViewContext,
} from '../deployments/view';
import { Inventory } from '../inventory/Inventory';
import { ReadAccess } from '../permissions/ReadAccess';
import { PromotionAdvisor } from '../promotion/PromotionAdvisor';
import { ApplicationPath, EntityPath, PipelineLoader } from './PipelineLoader';
import { send } from './send';

export interface ReadRouterOptions {
  httpAuth: HttpAuthService;
  access: ReadAccess;
  inventory: Inventory;
  load: PipelineLoader;
  advisor: PromotionAdvisor;
  view: ViewContext;
  now?: () => Date;
}

/** What is seen, from memory and the database: none of these routes asks Argo CD for anything. */
export function createReadRouter(options: ReadRouterOptions): express.Router {
  const { httpAuth, access, inventory, load, advisor, view } = options;
  const now = options.now ?? (() => new Date());
  const router = Router();

  router.get(
    '/v1/entities/:kind/:namespace/:name',
    async (request: Request<EntityPath>, response) => {
      const { credentials, entity, pipeline } = await load.pipeline(
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
          const environment = withPromotions(
            environmentView(deployment, pipeline.deployments, view),
            [
              ...(promotion ? [promotion] : []),
              ...advice.recentPromotions,
            ].filter(into => into.environment === name),
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
            ...(deployment.environment.autoPromote
              ? { autoPromote: true }
              : {}),
            ...(advice.automaticWaits[name]
              ? { autoPromoteWaits: advice.automaticWaits[name] }
              : {}),
            ...(advice.holds[name] ? { hold: advice.holds[name] } : {}),
            ...(advice.mayHold[name] ? { mayHold: true } : {}),
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
    async (request: Request<ApplicationPath>, response) => {
      const found = await load.application(
        request as unknown as Request,
        request.params,
      );
      send(
        request as unknown as Request,
        response,
        applicationDetails(found, view),
      );
    },
  );

  router.get('/v1/instances', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const sight = await access.sight(credentials);
    if (sight === 'none')
      throw new NotAllowedError(
        'You may see no deployments; ask for argocd-promotion.deployment.read',
      );
    const items: InstanceView[] = inventory
      .instances()
      .map(({ seesNothing: _, loaded: __, applications, ...instance }) => ({
        ...instance,
        ...(sight === 'all' ? { applications } : {}),
      }));
    send(request, response, { items });
  });

  return router;
}
