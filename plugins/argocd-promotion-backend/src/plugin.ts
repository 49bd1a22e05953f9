import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { stringifyError } from '@backstage/errors';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  ArgocdPromotionSignal,
  argocdPromotionDeploymentPermissions,
  projectApplyPermission,
  projectReadPermission,
  recordRebuildPermission,
  SIGNAL_CHANNEL,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  argocdPromotionGatesExtensionPoint,
  argocdPromotionGitHostsExtensionPoint,
  argocdPromotionManifestEditorsExtensionPoint,
  GateEvaluator,
  GitHostProvider,
  ManifestEditor,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpArgocdClient } from './argocd/HttpArgocdClient';
import { followInstances } from './config/followInstances';
import { readConfig } from './config/readConfig';
import { ClaimIndex } from './deployments/ClaimIndex';
import { DefaultDeploymentService } from './deployments/DefaultDeploymentService';
import { createDrift } from './drift/createDrift';
import { DeploymentHistory } from './deployments/DeploymentHistory';
import { commitUrl, createViewContext } from './deployments/viewContext';
import { createGitHosts } from './git/createGitHosts';
import { DatabaseSightings } from './inventory/DatabaseSightings';
import { Inventory } from './inventory/Inventory';
import { OwnCommits } from './inventory/OwnCommits';
import { PlatformDigests } from './inventory/PlatformDigests';
import { ReleaseSightings } from './inventory/ReleaseSightings';
import { signalChanges } from './inventory/signalChanges';
import { ViewedEntities } from './inventory/ViewedEntities';
import { ArgocdMetrics } from './metrics/ArgocdMetrics';
import { DeploymentAuthorizer } from './permissions/DeploymentAuthorizer';
import { GroupHierarchy } from './permissions/GroupHierarchy';
import {
  createRecentServices,
  ViewerServices,
} from './permissions/recent/createRecentServices';
import { ReadableApplications } from './permissions/ReadableApplications';
import { ReadAccess } from './permissions/ReadAccess';
import { createResourceLoader } from './permissions/resources';
import { deploymentResourceRef, deploymentRules } from './permissions/rules';
import { announceEntity } from './promotion/announce';
import { createPromotions } from './promotion/createPromotions';
import { getMigratedDatabase } from './promotion/store/migrate';
import { ArgocdPassage } from './proxy/ArgocdPassage';
import { RegistryClient } from './registry';
import { LiveRollouts } from './rollouts/LiveRollouts';
import { RolloutActions } from './rollouts/RolloutActions';
import { createHistoryRouter } from './router/createHistoryRouter';
import { createProxyRouter } from './router/createProxyRouter';
import { createReadRouter } from './router/createReadRouter';
import { createRolloutRouter } from './router/createRolloutRouter';
import { createRootsRouter } from './router/createRootsRouter';
import { PipelineLoader } from './router/PipelineLoader';
import { Roots } from './roots/Roots';
import { RootsSignal } from './roots/RootsSignal';
import { createDescribedRouter } from './schema/createDescribedRouter';

/**
 * Reads Argo CD, plans promotions, writes them to git and verifies them.
 *
 * @public
 */
export const argocdPromotionPlugin = createBackendPlugin({
  pluginId: 'argocd-promotion',
  register(env) {
    const gates: GateEvaluator[] = [];
    const hosts: GitHostProvider[] = [];
    const editors: ManifestEditor[] = [];
    env.registerExtensionPoint(argocdPromotionGatesExtensionPoint, {
      addGate(gate) {
        if (gates.some(({ kind }) => kind === gate.kind))
          throw new Error(`A gate of kind '${gate.kind}' was already added`);
        gates.push(gate);
      },
    });
    env.registerExtensionPoint(argocdPromotionGitHostsExtensionPoint, {
      addGitHost: host => void hosts.push(host),
    });
    env.registerExtensionPoint(argocdPromotionManifestEditorsExtensionPoint, {
      addManifestEditor: editor => void editors.push(editor),
    });
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        signals: signalsServiceRef,
        userInfo: coreServices.userInfo,
      },
      async init(deps) {
        const {
          auth,
          catalog,
          httpAuth,
          lifecycle,
          logger,
          permissionsRegistry,
          signals,
        } = deps;
        const config = readConfig(deps.config);
        const integrations = ScmIntegrations.fromConfig(deps.config);
        const registry = new RegistryClient({ registries: config.registries });
        const metrics = new ArgocdMetrics(deps.metrics);
        const inventory = new Inventory({
          logger,
          platforms: new PlatformDigests(registry),
          instances: config.instances,
          createClient: instance =>
            HttpArgocdClient.fromConfig(instance, {
              onRequest: finished => metrics.finished(finished),
            }),
        });
        const unobserve = metrics.observe(inventory);
        const claims = new ClaimIndex({
          catalog,
          auth,
          logger,
          binding: config.binding,
        });
        const groups = new GroupHierarchy({ catalog, auth, logger });
        const deployments = new DefaultDeploymentService({
          inventory,
          config,
          rivalClaims: claims.rivals,
        });
        const knex = await getMigratedDatabase(deps.database);
        const sightings = new ReleaseSightings({
          store: new DatabaseSightings({
            knex,
          }),
          logger,
        });
        await sightings.load();
        inventory.onChange(keys => sightings.see(keys, inventory));
        const gitHosts = createGitHosts({
          config: deps.config,
          integrations,
          added: hosts,
        });
        const loadResources = createResourceLoader({
          catalog,
          auth,
          deployments,
          groups,
        });
        permissionsRegistry.addResourceType({
          resourceRef: deploymentResourceRef,
          permissions: argocdPromotionDeploymentPermissions,
          rules: Object.values(deploymentRules),
          getResources: loadResources,
        });
        permissionsRegistry.addPermissions([
          projectReadPermission,
          projectApplyPermission,
          recordRebuildPermission,
        ]);
        const viewers = createRecentServices({
          ...deps,
          permissionsOfView: argocdPromotionDeploymentPermissions,
          forMs: config.viewerCacheMs,
        });
        const promotions = await createPromotions({
          ...deps,
          viewers,
          loadResources,
          config,
          deployments,
          editors,
          gates,
          groups,
          applications: () => inventory.applications(),
          getRepository: url => gitHosts.getRepository(url),
          registry,
          argocd: instance => inventory.client(instance),
          runsSince: ({ instance, application }, image) =>
            sightings.since({ instance, ...application.metadata }, image),
        });
        const roots = new Roots({ inventory, pipelines: config.pipelines });
        const viewed = new ViewedEntities(config.binding);
        const publish = (message: ArgocdPromotionSignal) =>
          signals
            .publish({
              recipients: { type: 'broadcast' },
              channel: SIGNAL_CHANNEL,
              message,
            })
            .catch(error =>
              logger.warn(`A change was not told: ${stringifyError(error)}`),
            );
        const tell = (keys: string[]) => {
          const entityRefs = signalChanges({ keys, inventory, viewed });
          if (entityRefs.length > 0) publish({ type: 'changed', entityRefs });
        };
        const rootsSignal = new RootsSignal({
          publish: () =>
            publish({ type: 'changed', entityRefs: [], roots: true }),
        });
        inventory.onChange(() => rootsSignal.changed());
        inventory.onChange(tell);
        const ownCommits = new OwnCommits({
          inventory,
          getRepository: url => gitHosts.getRepository(url),
          logger,
          onRead: key => tell([key]),
        });
        const accessWith = (services: ViewerServices) =>
          new ReadAccess({
            authorizer: new DeploymentAuthorizer({
              ...services,
              permissionsRegistry,
            }),
            groups,
          });
        const loaderWith = (services: ViewerServices) =>
          new PipelineLoader({
            ...services,
            deployments,
            access: accessWith(services),
            onViewed: (entity, keys) => viewed.viewed(entity, keys),
          });
        // What is asked of Argo CD for a viewer is always authorized anew.
        const load = loaderWith(deps);
        const readRouter = createReadRouter({
          httpAuth,
          access: accessWith(deps),
          inventory,
          load: loaderWith(viewers),
          advisor: promotions.advisor,
          view: createViewContext({
            inventory,
            integrations,
            sightings,
            ownCommits,
            roots,
          }),
        });
        const rootsRouter = createRootsRouter({
          httpAuth,
          roots,
          onViewed: () => rootsSignal.viewed(),
          readable: new ReadableApplications({
            catalog,
            access: accessWith(deps),
            claims,
            inventory,
            config,
          }),
        });
        const historyRouter = createHistoryRouter({
          load,
          history: new DeploymentHistory({
            client: instance => inventory.client(instance),
            getRepository: url => gitHosts.getRepository(url),
            commitUrl: (repoURL, revision) =>
              commitUrl(repoURL, revision, integrations),
          }),
        });
        const drift = createDrift({
          ...deps,
          config,
          knex,
          inventory,
          deployments,
          load,
          access: promotions.access,
          claimants: (...which) => claims.claimants(...which),
          onChanged: entityRef => void announceEntity(entityRef, deps),
        });
        await drift.load();
        const proxyRouter = createProxyRouter({
          load,
          httpAuth,
          auditor: deps.auditor,
          passage: new ArgocdPassage({
            client: instance => inventory.client(instance),
          }),
        });
        const rolloutRouter = createRolloutRouter({
          load,
          httpAuth,
          permissions: deps.permissions,
          auditor: deps.auditor,
          rollouts: new LiveRollouts({
            client: instance => inventory.client(instance),
          }),
          actions: new RolloutActions({
            client: instance => inventory.client(instance),
            onActed: (key, occasion) => inventory.acted(key, occasion),
          }),
        });
        deps.httpRouter.use(
          createDescribedRouter(
            readRouter,
            ...drift.routers,
            proxyRouter,
            rolloutRouter,
            historyRouter,
            rootsRouter,
            ...promotions.routers,
          ),
        );
        const unfollow = followInstances({
          config: deps.config,
          logger,
          onChange: instances => inventory.configure(instances),
        });
        lifecycle.addStartupHook(() => {
          inventory.start();
          claims.start();
          groups.start();
          promotions.start();
          drift.start();
        });
        lifecycle.addShutdownHook(async () => {
          unfollow();
          unobserve();
          roots.stop();
          rootsSignal.stop();
          await promotions.stop();
          await drift.stop();
          await groups.stop();
          await claims.stop();
          await sightings.stop();
          await ownCommits.stop();
          await inventory.stop();
          await gitHosts.close();
        });
      },
    });
  },
});
