import {
  AuditorService,
  AuthService,
  DatabaseService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { InputError, stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  GateEvaluator,
  GitRepository,
  ManifestEditor,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Router } from 'express';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application } from '../argocd/types';
import { PromotionPluginConfig } from '../config/types';
import { DeploymentService } from '../deployments/types';
import { DeploymentAuthorizer } from '../permissions/DeploymentAuthorizer';
import { Subgroups } from '../permissions/GroupHierarchy';
import { ViewerServices } from '../permissions/recent/createRecentServices';
import { deploymentResources } from '../permissions/resources';
import { createHoldRouter } from '../router/createHoldRouter';
import { RegistryClient } from '../registry';
import { createRebuildRouter } from '../router/createRebuildRouter';
import { createTrainRouter } from '../router/createTrainRouter';
import { createPromotionRouter } from '../router/createPromotionRouter';
import { createRenderedRouter } from '../router/createRenderedRouter';
import {
  announceChange,
  announceEntity,
  askApprovers,
  createAnnouncer,
  tellOverride,
} from './announce';
import { createApplicationUrl } from './applicationUrl';
import { createAutomaticRollback } from './automaticRollback';
import { AutoPromotions } from './AutoPromotions';
import { DefaultPromotionAdvisor } from './DefaultPromotionAdvisor';
import { PromotionEngine } from './engine/PromotionEngine';
import { createBuiltinGates } from './gates/builtinGates';
import { Evidence } from './gates/Evidence';
import { Gates } from './gates/Gates';
import { RunsSince } from './gates/upstreamFacts';
import { Planner } from './plan/Planner';
import { TrainPlanner } from './plan/TrainPlanner';
import { AccessResources, PromotionAccess } from './PromotionAccess';
import { HoldService } from './HoldService';
import { PromotionAdvisor } from './PromotionAdvisor';
import { PromotionFactory } from './PromotionFactory';
import { PromotionLookup } from './PromotionLookup';
import { PromotionService } from './PromotionService';
import { PullRequestCloser } from './PullRequestCloser';
import { TrainService } from './TrainService';
import { HostWebhooks } from './webhooks/HostWebhooks';
import { RecordRebuilder } from './rebuild/RecordRebuilder';
import { RenderedDifferences } from './rendered/RenderedDifferences';
import { RenderedManifests } from './rendered/RenderedManifests';
import { RenderedService } from './rendered/RenderedService';
import { ImageSources } from './sources/ImageSources';
import { SourceChanges } from './sources/SourceChanges';
import { DatabaseClosings } from './store/closings';
import { DatabasePromotionStore } from './store/DatabasePromotionStore';
import { DatabaseClock } from './store/DatabaseClock';
import { DatabaseHolds } from './store/holds';
import { DatabaseTrains } from './store/trains';
import { getMigratedDatabase } from './store/migrate';
import { StoredPromotion } from './types';

/** Everything that the promotion room needs of the house. */
export interface PromotionsOptions {
  config: Pick<
    PromotionPluginConfig,
    'instances' | 'timeouts' | 'pipelines' | 'webhookTopics'
  >;
  deployments: DeploymentService;
  /** Every Application that is known. */
  applications(): Iterable<{ application: Application }>;
  getRepository(url: string): GitRepository | undefined;
  argocd(instance: string): ArgocdClient | undefined;
  registry: Pick<RegistryClient, 'knows' | 'labels'>;
  editors: ManifestEditor[];
  runsSince?: RunsSince;
  /** Gates that modules have added. */
  gates: GateEvaluator[];
  catalog: CatalogService;
  auth: AuthService;
  auditor: AuditorService;
  database: DatabaseService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  groups: Subgroups;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  userInfo: UserInfoService;
  /** Loads what permissions are held to, by `<entityRef>#<environment>`. */
  loadResources: AccessResources['load'];
  /** What page views ask with. */
  viewers: Pick<ViewerServices, 'permissions' | 'userInfo'>;
  events?: EventsService;
  notifications?: NotificationService;
  signals?: SignalsService;
}

/** The promotion room, put together; call `start` once the plugin has started and `stop` at shutdown. */
export async function createPromotions(options: PromotionsOptions): Promise<{
  /** Who may do what; asked anew every time. */
  access: PromotionAccess;
  advisor: PromotionAdvisor;
  routers: Router[];
  start(): void;
  stop(): Promise<void>;
}> {
  const { config, deployments, getRepository, catalog, auth, logger } = options;
  const knex = await getMigratedDatabase(options.database);
  const clock = new DatabaseClock({ knex });
  await clock.measure();
  const { now } = clock;
  const store = new DatabasePromotionStore({ knex, now });
  const accessWith = ({
    permissions,
    userInfo,
  }: Pick<ViewerServices, 'permissions' | 'userInfo'>) =>
    new PromotionAccess({
      auth,
      userInfo,
      permissions: options.permissions,
      authorizer: new DeploymentAuthorizer({
        permissions,
        permissionsRegistry: options.permissionsRegistry,
      }),
      groups: options.groups,
      resources: {
        of: (entity, pipeline = deployments.resolve(entity)) =>
          deploymentResources(entity, pipeline, options.groups),
        load: options.loadResources,
      },
    });
  const access = accessWith(options);
  const evidence = new Evidence({
    logger,
    onFound: entityRef => void announceEntity(entityRef, options),
  });
  const sources = new SourceChanges({
    images: new ImageSources({ registry: options.registry, logger }),
    getRepository,
    logger,
  });
  const manifests = new RenderedManifests({ argocd: options.argocd });
  const builtin = createBuiltinGates({
    evidence,
    argocd: options.argocd,
    sources,
    manifests,
    deployments,
  });
  const gates = new Gates({
    evaluators: [...builtin, ...options.gates],
    runsSince: options.runsSince,
  });
  const planner = new Planner({
    deployments,
    gates,
    editors: options.editors,
    getRepository,
    sources,
  });
  const trains = new DatabaseTrains({ knex, now });
  const trainPlanner = new TrainPlanner({
    planner,
    deployments,
    getRepository,
  });
  const holds = new DatabaseHolds({ knex });
  const getEntity = async (entityRef: string) =>
    catalog.getEntityByRef(entityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
  const applicationUrl = createApplicationUrl(config.instances);
  const onChanged = (promotion: StoredPromotion) => {
    void announceChange(promotion, options);
  };
  // Engine and factory make promotions for each other.
  const running: { engine?: PromotionEngine } = {};
  const factory = new PromotionFactory({
    store,
    trains,
    run: id => running.engine?.run(id),
    catalog,
    auth,
    onChanged(promotion) {
      onChanged(promotion);
      void askApprovers(promotion, options);
    },
    now,
    applicationUrl,
  });
  const wake = async (ids: string[]) => {
    await store.wake(ids);
    for (const id of ids) running.engine?.run(id);
  };
  const closer = new PullRequestCloser({
    closings: new DatabaseClosings({ knex, now }),
    getRepository,
    logger,
    onChanged: async id => {
      const life = await store.get(id);
      if (life) onChanged(life.promotion);
    },
  });
  const engine = new PromotionEngine({
    store,
    listener: createAnnouncer(options),
    context: {
      deployments,
      gates,
      planner,
      trainPlanner,
      trains,
      wake,
      logger,
      timeouts: config.timeouts,
      now,
      argocd: options.argocd,
      getEntity,
      onFailure: createAutomaticRollback({
        planner,
        factory,
        deployments,
        getEntity,
      }),
      repository: url => {
        const repository = getRepository(url);
        if (!repository)
          throw new InputError(
            `No git host is configured for ${url}; add it to 'integrations'`,
          );
        return repository;
      },
      approvals: async id => (await store.get(id))?.approvals ?? [],
      holds,
    },
  });
  running.engine = engine;
  const serviceOptions = {
    store,
    trains,
    closer,
    planner,
    engine,
    access,
    deployments,
    catalog,
    factory,
    getRepository,
    onChanged,
    onOverridden: (promotion: StoredPromotion) =>
      void tellOverride(promotion, options),
    now,
  };
  const service = new PromotionService(serviceOptions);
  const webhooks =
    options.events &&
    new HostWebhooks({
      events: options.events,
      store,
      wake,
      logger,
      topics: config.webhookTopics,
    });
  const automatic = new AutoPromotions({
    pipelines: config.pipelines,
    catalog,
    auth,
    deployments,
    planner,
    factory,
    store,
    holds,
    logger,
  });
  const promotionRouter = createPromotionRouter({
    service,
    store,
    access,
    httpAuth: options.httpAuth,
    auditor: options.auditor,
  });
  const trainRouter = createTrainRouter({
    service: new TrainService({ ...serviceOptions, trainPlanner }),
    trains,
    httpAuth: options.httpAuth,
    auditor: options.auditor,
  });
  const rebuildRouter = createRebuildRouter({
    rebuilder: new RecordRebuilder({ ...options, store, applicationUrl }),
    access,
    httpAuth: options.httpAuth,
    auditor: options.auditor,
  });
  const lookup = new PromotionLookup({ store, access, deployments, catalog });
  const renderedRouter = createRenderedRouter({
    service: new RenderedService({
      lookup,
      access,
      planner,
      deployments,
      differences: new RenderedDifferences({ manifests, deployments }),
      getRepository,
    }),
    httpAuth: options.httpAuth,
  });
  const holdRouter = createHoldRouter({
    service: new HoldService({
      holds,
      access,
      deployments,
      lookup,
      onChanged: ({ entityRef }) => void announceEntity(entityRef, options),
    }),
    httpAuth: options.httpAuth,
    auditor: options.auditor,
  });
  let cleaning: NodeJS.Timeout | undefined;
  return {
    access,
    advisor: new DefaultPromotionAdvisor({
      store,
      access: accessWith(options.viewers),
      gates,
      holds,
    }),
    routers: [
      promotionRouter,
      renderedRouter,
      trainRouter,
      rebuildRouter,
      holdRouter,
    ],
    start() {
      clock.start(error =>
        logger.warn(
          `The time of the database was not read: ${stringifyError(error)}`,
        ),
      );
      engine.start();
      closer.start();
      void webhooks?.start();
      automatic.start();
      cleaning = setInterval(() => {
        store
          .deleteExpiredKeys()
          .catch(error =>
            logger.warn(
              `Old idempotency keys were not deleted: ${stringifyError(error)}`,
            ),
          );
      }, 3_600_000);
      cleaning.unref();
    },
    async stop() {
      clearInterval(cleaning);
      clock.stop();
      await automatic.stop();
      await webhooks?.stop();
      await closer.stop();
      await engine.stop();
    },
  };
}
