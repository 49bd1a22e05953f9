import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { createPromoteAction } from './actions/promote';
import { createWaitAction } from './actions/wait';

/**
 * Adds `argocd-promotion:promote` and `argocd-promotion:wait`.
 *
 * @public
 */
export const scaffolderModuleArgocdPromotion = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'argocd-promotion',
  register(reg) {
    reg.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
      },
      async init({ actions, auth, discovery }) {
        const api = new ArgocdPromotionClient({ discoveryApi: discovery });
        actions.addActions(
          createPromoteAction({ api, auth }),
          createWaitAction({ api, auth }),
        );
      },
    });
  },
});
