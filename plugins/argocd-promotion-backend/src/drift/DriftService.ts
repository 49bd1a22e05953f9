import { randomUUID } from 'node:crypto';
import {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  applicationSyncPermission,
  DriftApplicationKey,
  DriftDay,
  DriftEpisode,
  driftMutePermission,
  DriftMute,
  DriftOverview,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import {
  DeployedApplication,
  Deployment,
  ResolvedPipeline,
} from '../deployments/types';
import { inventoryKey } from '../inventory/Inventory';
import { PromotionAccess } from '../promotion/PromotionAccess';
import { DatabaseMutes } from './episodes/DatabaseMutes';
import { EpisodeHistory } from './episodes/EpisodeHistory';
import { repeatedDrift, RepeatedDriftConfig } from './episodes/repeats';
import { syncResources } from './syncResources';

const DAY_MS = 24 * 3_600_000;
/** What the calendar shows. */
const CALENDAR_DAYS = 91;
/** Longer than this nobody should look away. */
const MAX_MUTE_MS = 90 * DAY_MS;

/** What was found with the rights of whoever asks. */
export interface Asked {
  credentials: BackstageCredentials;
  entity: Entity;
  /** Only the deployments that they may see. */
  pipeline: ResolvedPipeline;
}

/** What people may ask of drift and do about it; the pipeline that it is given is cut to what they may see. */
export class DriftService {
  readonly #options: {
    history: EpisodeHistory;
    mutes: DatabaseMutes;
    access: PromotionAccess;
    argocd(instance: string): ArgocdClient | undefined;
    config: RepeatedDriftConfig;
    logger: LoggerService;
    onChanged(entityRef: string): void;
    now?: () => Date;
  };

  constructor(options: {
    history: EpisodeHistory;
    mutes: DatabaseMutes;
    access: PromotionAccess;
    argocd(instance: string): ArgocdClient | undefined;
    config: RepeatedDriftConfig;
    logger: LoggerService;
    onChanged(entityRef: string): void;
    now?: () => Date;
  }) {
    this.#options = options;
  }

  async overview(asked: Asked): Promise<DriftOverview> {
    const { history, mutes, config } = this.#options;
    const { pipeline } = asked;
    const now = this.#now();
    const places = placesOf(pipeline.deployments);
    const applications = [...places.values()].map(({ key }) => key);
    const [days, episodes, muted, may] = await Promise.all([
      history.days(
        applications,
        new Date(now.getTime() - CALENDAR_DAYS * DAY_MS)
          .toISOString()
          .slice(0, 10),
      ),
      history.since(
        applications,
        new Date(now.getTime() - config.windowMs).toISOString(),
      ),
      mutes.list(pipeline.entityRef, now.toISOString()),
      this.#may(asked),
    ]);
    const repeated = repeatedDrift(episodes, config, now).map(each => {
      const environment = places.get(
        inventoryKey(each.application),
      )?.environment;
      return { ...each, ...(environment ? { environment } : {}) };
    });
    return {
      entityRef: pipeline.entityRef,
      repeated: {
        count: config.count,
        windowHours: config.windowMs / 3_600_000,
      },
      environments: pipeline.deployments.map(
        ({ environment: { name } }, i) => ({
          name,
          repeated: repeated.filter(({ environment }) => environment === name),
          mutes: muted.filter(({ environment }) => environment === name),
          ...may[i],
        }),
      ),
      days: sumOfDays(
        days.flatMap(({ application, ...day }) => {
          const place = places.get(inventoryKey(application));
          return place ? [{ ...day, environment: place.environment }] : [];
        }),
      ),
    };
  }

  async episodes(
    { pipeline }: Asked,
    filter: {
      environment?: string;
      from?: string;
      to?: string;
      cursor?: string;
      limit: number;
    },
  ): Promise<{ items: DriftEpisode[]; nextCursor?: string }> {
    const { environment, ...page } = filter;
    const places = placesOf(
      pipeline.deployments.filter(
        deployment =>
          environment === undefined ||
          deployment.environment.name === environment,
      ),
    );
    const { items, ...rest } = await this.#options.history.list({
      ...page,
      applications: [...places.values()].map(({ key }) => key),
    });
    return {
      // Where the Application stands now, which is what whoever asks may see.
      items: items.map(episode => ({
        ...episode,
        environment: places.get(inventoryKey(episode.application))?.environment,
      })),
      ...rest,
    };
  }

  async mute(
    asked: Asked,
    request: {
      environment: string;
      resource?: DriftResourceKey;
      reason: string;
      until: string;
    },
  ): Promise<DriftMute> {
    const { access, mutes, onChanged } = this.#options;
    const { credentials, pipeline } = asked;
    await this.#authorizeMute(asked, request.environment);
    const now = this.#now();
    const until = Date.parse(request.until);
    if (!(until > now.getTime()) || until > now.getTime() + MAX_MUTE_MS)
      throw new InputError(
        `'until' must lie ahead, and no more than ${MAX_MUTE_MS / DAY_MS} days`,
      );
    const { principal } = await access.identify(credentials);
    const mute: DriftMute = {
      id: randomUUID(),
      entityRef: pipeline.entityRef,
      environment: request.environment,
      ...(request.resource ? { resource: request.resource } : {}),
      reason: request.reason,
      mutedBy: principal,
      mutedAt: now.toISOString(),
      until: new Date(until).toISOString(),
    };
    await mutes.add(mute);
    onChanged(pipeline.entityRef);
    return mute;
  }

  async unmute(asked: Asked, id: string): Promise<DriftMute> {
    const { mutes, onChanged } = this.#options;
    const { pipeline } = asked;
    const visible = new Set(
      pipeline.deployments.map(({ environment }) => environment.name),
    );
    const found = (
      await mutes.list(pipeline.entityRef, this.#now().toISOString())
    ).find(mute => mute.id === id && visible.has(mute.environment));
    if (!found)
      throw new NotFoundError(
        `There is no mute ${id} of ${pipeline.entityRef}, or you may not see it`,
      );
    await this.#authorizeMute(asked, found.environment);
    await mutes.remove(id);
    onChanged(pipeline.entityRef);
    return found;
  }

  /** Has Argo CD set objects of one Application back. */
  async sync(
    { credentials, entity, pipeline }: Asked,
    deployed: DeployedApplication,
    request: { resources: DriftResourceKey[]; prune: boolean },
  ): Promise<{ environment: string; resources: DriftResourceKey[] }> {
    const { access, argocd } = this.#options;
    const deployment = pipeline.deployments.find(({ applications }) =>
      applications.includes(deployed),
    );
    if (!deployment)
      throw new NotFoundError('The Application is of no environment');
    const reason = await access.whyNot(
      applicationSyncPermission,
      credentials,
      entity,
      deployment.environment,
    );
    if (reason) throw new NotAllowedError(reason);
    const resources = await syncResources({
      client: argocd(deployed.instance),
      deployed,
      ...request,
      now: this.#now(),
    });
    return { environment: deployment.environment.name, resources };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  async #authorizeMute(
    { credentials, entity, pipeline }: Asked,
    environment: string,
  ): Promise<void> {
    const deployment = pipeline.deployments.find(
      candidate => candidate.environment.name === environment,
    );
    if (!deployment)
      throw new NotFoundError(
        `${pipeline.entityRef} has no environment '${environment}', or you may not see it`,
      );
    const reason = await this.#options.access.whyNot(
      driftMutePermission,
      credentials,
      entity,
      deployment.environment,
    );
    if (reason) throw new NotAllowedError(reason);
  }

  #may({ credentials, entity, pipeline }: Asked) {
    const { access } = this.#options;
    return Promise.all(
      pipeline.deployments.map(async ({ environment }) => {
        const [muteReason, syncReason] = await Promise.all(
          [driftMutePermission, applicationSyncPermission].map(permission =>
            access.whyNot(permission, credentials, entity, environment),
          ),
        );
        return { mayMute: verdict(muteReason), maySync: verdict(syncReason) };
      }),
    );
  }
}

function verdict(reason: string | undefined) {
  return reason ? { allowed: false, reason } : { allowed: true };
}

/** The Applications that are proven to be the entity's, with where they stand; of others nothing but state is told. */
function placesOf(
  deployments: Deployment[],
): Map<string, { key: DriftApplicationKey; environment: string }> {
  return new Map(
    deployments.flatMap(({ environment, applications }) =>
      applications
        .filter(({ binding }) => binding.kind === 'proof')
        .map(({ instance, application: { metadata } }) => {
          const { namespace, name } = metadata;
          const key = { instance, namespace, name };
          return [
            inventoryKey(key),
            { key, environment: environment.name },
          ] as const;
        }),
    ),
  );
}

function sumOfDays(days: DriftDay[]): DriftDay[] {
  const sums = new Map<string, DriftDay>();
  for (const day of days) {
    const key = `${day.date} ${day.environment}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...day,
      episodes: day.episodes + (sum?.episodes ?? 0),
      healed: day.healed + (sum?.healed ?? 0),
    });
  }
  return [...sums.values()];
}
