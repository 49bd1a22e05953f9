import {
  AuditorService,
  AuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Router } from 'express';
import { Knex } from 'knex';
import { Application } from '../argocd/types';
import { PromotionPluginConfig } from '../config/types';
import { environmentOf } from '../deployments/environments';
import { DeploymentService } from '../deployments/types';
import { Inventory } from '../inventory/Inventory';
import { PromotionAccess } from '../promotion/PromotionAccess';
import { createDriftHistoryRouter } from '../router/createDriftHistoryRouter';
import { createDriftRouter } from '../router/createDriftRouter';
import { PipelineLoader } from '../router/PipelineLoader';
import { DriftService } from './DriftService';
import { DatabaseAlerts } from './episodes/DatabaseAlerts';
import { DatabaseEpisodes } from './episodes/DatabaseEpisodes';
import { DatabaseMutes } from './episodes/DatabaseMutes';
import { DriftAlerts } from './episodes/DriftAlerts';
import { DriftAudience } from './episodes/DriftAudience';
import { DriftFields } from './episodes/DriftFields';
import { DriftRecorder } from './episodes/DriftRecorder';
import { EpisodeHistory } from './episodes/EpisodeHistory';
import { LiveDrift } from './LiveDrift';

const HOUR_MS = 3_600_000;
/** However long they are kept: more ended episodes than these of one Application tell nothing new. */
const MOST_EPISODES = 2_000;

/** The drift room, put together; call `load` before the inventory starts, and `stop` at shutdown. */
export function createDrift(options: {
  config: Pick<PromotionPluginConfig, 'drift' | 'pipelines'>;
  knex: Knex;
  inventory: Inventory;
  deployments: DeploymentService;
  access: PromotionAccess;
  load: PipelineLoader;
  catalog: CatalogService;
  auth: AuthService;
  auditor: AuditorService;
  notifications: NotificationService;
  logger: LoggerService;
  claimants(instance: string, application: Application): string[];
  onChanged(entityRef: string): void;
}) {
  const { config, knex, inventory, logger } = options;
  const store = new DatabaseEpisodes({ knex });
  const history = new EpisodeHistory({ knex });
  const mutes = new DatabaseMutes({ knex });
  const alerts = new DatabaseAlerts({ knex });
  const live = new LiveDrift({
    client: instance => inventory.client(instance),
  });
  const alerting = new DriftAlerts({
    history,
    alerts,
    mutes,
    audience: new DriftAudience(options),
    notifications: options.notifications,
    config: config.drift.repeated,
    logger,
  });
  const fields = new DriftFields({
    store,
    inventory,
    drift: live,
    logger,
    onTold: key => alerting.consider(key),
  });
  const recorder = new DriftRecorder({
    store,
    inventory,
    logger,
    environmentOf: (instance, application) =>
      environmentName(config.pipelines, instance, application),
    onDrift: (key, application) => fields.drifts(key, application),
    onCalm: key => fields.calm(key),
    onStored: async key => {
      alerting.consider(key);
      await fields.stored(key);
    },
  });
  const service = new DriftService({
    history,
    mutes,
    access: options.access,
    argocd: instance => inventory.client(instance),
    config: config.drift.repeated,
    logger,
    onChanged: options.onChanged,
  });
  const clean = async () => {
    const before = new Date(Date.now() - config.drift.retentionMs);
    try {
      await store.forget(before.toISOString(), MOST_EPISODES);
      await alerts.forget(before.toISOString());
      await mutes.forget(before.toISOString());
    } catch (error) {
      logger.warn(`Old drift was not forgotten: ${stringifyError(error)}`);
    }
  };
  let cleaning: NodeJS.Timeout | undefined;
  let unfollow: (() => void) | undefined;
  const routers: Router[] = [
    createDriftRouter({ load: options.load, drift: live }),
    createDriftHistoryRouter({
      load: options.load,
      service,
      auditor: options.auditor,
    }),
  ];
  return {
    routers,
    async load() {
      await recorder.load();
      unfollow = inventory.onChange(keys => recorder.see(keys));
    },
    start() {
      recorder.start();
      void clean();
      cleaning = setInterval(() => void clean(), HOUR_MS);
      cleaning.unref();
    },
    async stop() {
      clearInterval(cleaning);
      unfollow?.();
      await fields.stop();
      await recorder.stop();
      await alerting.stop();
    },
  };
}

/** Of whatever entity it is: pipelines tell environments apart alike, or the label does. */
function environmentName(
  pipelines: PromotionPluginConfig['pipelines'],
  instance: string,
  application: Application,
): string | undefined {
  for (const pipeline of pipelines) {
    const environment = environmentOf(pipeline, instance, application);
    if (environment) return environment.name;
  }
  const { labels = {} } = application.metadata;
  return pipelines.length > 0 ? undefined : labels.environment ?? labels.env;
}
