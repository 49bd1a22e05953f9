import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import {
  BackendFeature,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { Commands, serve } from '../processes/channel';

let requests = 0;

/** Counts the requests that reach the plugins. */
export const countingRouter = rootHttpRouterServiceFactory({
  configure({ app, applyDefaults }) {
    app.use((_request, _response, next) => {
      requests += 1;
      next();
    });
    applyDefaults();
  },
});

export const counters = { served: () => requests };

/** Says that the backend is up, once everything in it is. */
export function readiness(commands: Commands): BackendFeature {
  return createBackendPlugin({
    pluginId: 'benchmark',
    register(env) {
      env.registerInit({
        deps: { lifecycle: coreServices.rootLifecycle },
        async init({ lifecycle }) {
          lifecycle.addStartupHook(() => serve(commands));
        },
      });
    },
  });
}
