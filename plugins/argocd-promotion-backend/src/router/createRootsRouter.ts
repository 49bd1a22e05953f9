import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  RootsView,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { ReadableApplications } from '../permissions/ReadableApplications';
import { nodesOf, Roots } from '../roots/Roots';
import { Sight } from '../roots/sight';
import { parse } from './parse';
import { send } from './send';

const rootQuery = z.object({
  managerKind: z.enum(['Application', 'ApplicationSet']).default('Application'),
});

/** App of Apps, from memory: neither route asks Argo CD for anything. */
export function createRootsRouter(options: {
  httpAuth: HttpAuthService;
  readable: ReadableApplications;
  roots: Roots;
  /** Told when somebody looks. */
  onViewed(): void;
  now?: () => Date;
}): express.Router {
  const { httpAuth, readable, roots, onViewed } = options;
  const now = options.now ?? (() => new Date());
  const router = Router();

  const sightOf = async (request: Request): Promise<Sight> => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const applications = await readable.of(credentials);
    onViewed();
    return applications === 'all'
      ? 'all'
      : nodesOf(roots.forest(), applications);
  };

  router.get('/v1/roots', async (request, response) => {
    const sight = await sightOf(request);
    const answer: RootsView = {
      asOf: now().toISOString(),
      ...roots.list(sight),
    };
    send(request, response, answer);
  });

  router.get(
    '/v1/roots/:instance/:appNamespace/:app',
    async (
      request: Request<{ instance: string; appNamespace: string; app: string }>,
      response,
    ) => {
      const { instance, appNamespace: namespace, app: name } = request.params;
      const { managerKind: kind } = parse(rootQuery, request.query, 'query');
      const sight = await sightOf(request as unknown as Request);
      const found = roots.get({ kind, instance, namespace, name }, sight);
      if (!found)
        throw new NotFoundError(
          `There is no ${kind} ${namespace}/${name} in instance ${instance}, or nothing of it that you may see`,
        );
      const answer: RootView = { asOf: now().toISOString(), ...found };
      send(request as unknown as Request, response, answer);
    },
  );

  return router;
}
