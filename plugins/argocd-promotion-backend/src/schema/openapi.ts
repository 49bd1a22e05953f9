import { deploymentPaths, deploymentSchemas } from './deployments';
import { driftPaths, driftSchemas } from './drift';
import { driftHistoryPaths, driftHistorySchemas } from './driftHistory';
import { historyPaths, historySchemas } from './history';
import { promotionPaths } from './promotions';
import { promotionSchemas } from './promotionSchemas';
import { proxyPaths } from './proxy';
import { rolloutPaths, rolloutSchemas } from './rollouts';
import { rebuildPaths, rebuildSchemas } from './rebuild';
import { trainPaths, trainSchemas } from './trains';
import { rootPaths, rootSchemas } from './roots';

/** Every route of the plugin, below `/api/argocd-promotion`. */
export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'argocd-promotion',
    version: '1',
    description:
      'What services run in which environment, and their promotion through git',
    license: {
      name: 'Apache-2.0',
      url: 'https://www.apache.org/licenses/LICENSE-2.0.html',
    },
  },
  servers: [{ url: '/' }],
  security: [{ JWT: [] }],
  paths: {
    ...deploymentPaths,
    ...driftPaths,
    ...driftHistoryPaths,
    ...proxyPaths,
    ...rolloutPaths,
    ...historyPaths,
    ...promotionPaths,
    ...trainPaths,
    ...rebuildPaths,
    ...rootPaths,
  },
  components: {
    securitySchemes: {
      JWT: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
    schemas: {
      ...deploymentSchemas,
      ...driftSchemas,
      ...rolloutSchemas,
      ...driftHistorySchemas,
      ...historySchemas,
      ...promotionSchemas,
      ...trainSchemas,
      ...rebuildSchemas,
      ...rootSchemas,
    },
  },
} as const;
