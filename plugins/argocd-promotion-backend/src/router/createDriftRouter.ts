import { InputError } from '@backstage/errors';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { LiveDrift } from '../drift/LiveDrift';
import { ApplicationPath, PipelineLoader } from './PipelineLoader';
import { proven } from './proven';
import { send } from './send';

const APPLICATION =
  '/v1/entities/:kind/:namespace/:name/applications/:instance/:appNamespace/:app';

/** Whether names of Kubernetes objects are plausible; Argo CD is not asked with them, they only pick from its answer. */
const resourceQuery = z.object({
  group: z.string().optional(),
  kind: z.string().min(1),
  namespace: z.string().optional(),
  name: z.string().min(1),
});

/** What differs from git, field by field. */
export function createDriftRouter(options: {
  load: PipelineLoader;
  drift: LiveDrift;
}): express.Router {
  const { load, drift } = options;
  const router = Router();

  router.get(
    `${APPLICATION}/drift`,
    async (request: Request<ApplicationPath>, response) => {
      const { instance, application } = proven(
        await load.application(request as unknown as Request, request.params),
      );
      send(
        request as unknown as Request,
        response,
        await drift.get(instance, application),
      );
    },
  );

  router.get(
    `${APPLICATION}/drift/manifests`,
    async (request: Request<ApplicationPath>, response) => {
      const { instance, application } = proven(
        await load.application(request as unknown as Request, request.params),
      );
      const wanted = resourceQuery.safeParse(request.query);
      if (!wanted.success)
        throw new InputError(
          'Name one object in the query: kind and name, and its group and namespace where it has them',
        );
      send(
        request as unknown as Request,
        response,
        await drift.manifests(instance, application, wanted.data),
      );
    },
  );

  return router;
}
