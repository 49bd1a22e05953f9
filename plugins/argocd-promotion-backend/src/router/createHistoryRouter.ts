import express, { Request } from 'express';
import Router from 'express-promise-router';
import { DeploymentHistory } from '../deployments/DeploymentHistory';
import { ApplicationPath, PipelineLoader } from './PipelineLoader';
import { proven } from './proven';
import { send } from './send';

/** What was deployed, and what each deployment changed. */
export function createHistoryRouter(options: {
  load: PipelineLoader;
  history: DeploymentHistory;
}): express.Router {
  const { load, history } = options;
  const router = Router();
  router.get(
    '/v1/entities/:kind/:namespace/:name/applications/:instance/:appNamespace/:app/history',
    async (incoming: Request<ApplicationPath>, response) => {
      const request = incoming as unknown as Request;
      const { instance, application } = proven(
        await load.application(request, incoming.params),
      );
      send(request, response, {
        items: await history.get(instance, application),
      });
    },
  );
  return router;
}
