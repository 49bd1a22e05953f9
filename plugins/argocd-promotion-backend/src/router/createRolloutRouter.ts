import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  rolloutActPermission,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { ROLLOUT_ACTIONS } from '../rollouts/actions';
import { LiveRollouts } from '../rollouts/LiveRollouts';
import { RolloutActions } from '../rollouts/RolloutActions';
import { tagsOf } from '../rollouts/tags';
import { audited } from './audit';
import { parse, text } from './parse';
import { ApplicationPath, PipelineLoader } from './PipelineLoader';
import { proven } from './proven';
import { send } from './send';

const APPLICATION =
  '/v1/entities/:kind/:namespace/:name/applications/:instance/:appNamespace/:app';

const actionRequest = z.strictObject({
  environment: text,
  namespace: text.optional(),
  name: text,
  action: z.enum(ROLLOUT_ACTIONS),
  seen: text,
});

/** Rollouts: how they stand, and what people do with them. */
export function createRolloutRouter(options: {
  load: PipelineLoader;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
  rollouts: LiveRollouts;
  actions: RolloutActions;
}): express.Router {
  const { load, httpAuth, permissions, auditor, rollouts, actions } = options;
  const router = Router();

  const whyNot = async (
    request: Request,
    entityRef: string,
    environment: string,
  ): Promise<string | undefined> => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [{ result }] = await permissions.authorize(
      [
        {
          permission: rolloutActPermission,
          resourceRef: `${entityRef}#${environment}`,
        },
      ],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW
      ? undefined
      : `The permission ${rolloutActPermission.name} is denied for ${entityRef} in ${environment}`;
  };

  router.get(
    `${APPLICATION}/rollouts`,
    async (incoming: Request<ApplicationPath>, response) => {
      const request = incoming as unknown as Request;
      const { found, environment, pipeline } = await load.deployed(
        request,
        incoming.params,
      );
      const list = await rollouts.get(proven(found), tagsOf(pipeline));
      const reason = await whyNot(request, pipeline.entityRef, environment);
      send(request, response, {
        ...list,
        items: list.items.map(rollout =>
          reason ? withoutRight(rollout, reason) : rollout,
        ),
      });
    },
  );

  router.post(
    `${APPLICATION}/rollouts/actions`,
    express.json({ limit: '64kb' }),
    async (incoming: Request<ApplicationPath>, response) => {
      const request = incoming as unknown as Request;
      const { instance, appNamespace, app, ...entity } = incoming.params;
      const entityRef = stringifyEntityRef(entity);
      const asked = parse(actionRequest, incoming.body, 'body');
      const answer = await audited(
        auditor,
        request,
        'rollout-act',
        { entityRef, instance, appNamespace, app, ...asked },
        async () => {
          const { found, environment, pipeline } = await load.deployed(
            request,
            incoming.params,
          );
          if (environment !== asked.environment)
            throw new NotFoundError(
              `${app} is not in ${asked.environment} but in ${environment}`,
            );
          const reason = await whyNot(request, entityRef, environment);
          if (reason) throw new NotAllowedError(reason);
          return actions.act(proven(found), asked, tagsOf(pipeline));
        },
        ({ happened, message }) => ({ happened, message }),
      );
      response.json(answer);
    },
  );

  return router;
}

/** Nothing can be done by who may do nothing; why is told instead. */
function withoutRight(rollout: RolloutView, reason: string): RolloutView {
  return {
    ...rollout,
    actions: rollout.actions.map(offer => ({
      ...offer,
      available: false,
      reason,
    })),
  };
}
