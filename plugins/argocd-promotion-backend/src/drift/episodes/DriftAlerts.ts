import { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { NotificationService } from '@backstage/plugin-notifications-node';
import {
  DriftApplicationKey,
  RepeatedDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { inventoryKey } from '../../inventory/Inventory';
import { alertKey, DatabaseAlerts } from './DatabaseAlerts';
import { DatabaseMutes, isMuted } from './DatabaseMutes';
import { Concerned, DriftAudience } from './DriftAudience';
import { EpisodeHistory } from './EpisodeHistory';
import { repeatedDrift, RepeatedDriftConfig } from './repeats';

/** Fields of one drift are told a moment after its beginning; then it is looked once. */
const GATHER_MS = 2_000;

/** Tells the owner of drift that repeats: once, not each time, and not while it is muted. */
export class DriftAlerts {
  readonly #options: {
    history: EpisodeHistory;
    alerts: DatabaseAlerts;
    mutes: DatabaseMutes;
    audience: DriftAudience;
    notifications: NotificationService;
    config: RepeatedDriftConfig;
    logger: LoggerService;
    now?: () => Date;
    gatherMs?: number;
  };
  readonly #due = new Map<string, DriftApplicationKey>();
  #timer?: NodeJS.Timeout;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: {
    history: EpisodeHistory;
    alerts: DatabaseAlerts;
    mutes: DatabaseMutes;
    audience: DriftAudience;
    notifications: NotificationService;
    config: RepeatedDriftConfig;
    logger: LoggerService;
    now?: () => Date;
    gatherMs?: number;
  }) {
    this.#options = options;
  }

  /** Looks soon whether what happened to the Application repeats. */
  consider(key: DriftApplicationKey): void {
    if (this.#stopped) return;
    this.#due.set(inventoryKey(key), key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = [...this.#due.values()];
      this.#due.clear();
      this.#working = this.#working.then(() => this.#lookAll(due));
    }, this.#options.gatherMs ?? GATHER_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #lookAll(due: DriftApplicationKey[]): Promise<void> {
    for (const key of due) {
      try {
        await this.#look(key);
      } catch (error) {
        this.#options.logger.warn(
          `Repeated drift of ${key.name} was not told: ${stringifyError(
            error,
          )}`,
        );
      }
    }
  }

  async #look(key: DriftApplicationKey): Promise<void> {
    const { history, config } = this.#options;
    const now = this.#options.now?.() ?? new Date();
    const since = new Date(now.getTime() - config.windowMs).toISOString();
    const found = repeatedDrift(await history.since([key], since), config, now);
    if (found.length === 0) return;
    const concerned = await this.#options.audience.of(key);
    for (const repeated of found) {
      // Where fields are known, the object as such says nothing more.
      const isVague =
        repeated.path === undefined &&
        found.some(
          other =>
            other.path !== undefined &&
            other.resource.kind === repeated.resource.kind &&
            other.resource.name === repeated.resource.name,
        );
      if (!isVague) await this.#tell(repeated, concerned, now, since);
    }
  }

  async #tell(
    repeated: RepeatedDrift,
    concerned: Concerned[],
    now: Date,
    since: string,
  ): Promise<void> {
    const { alerts, mutes, notifications } = this.#options;
    const at = now.toISOString();
    const told: Concerned[] = [];
    for (const each of concerned) {
      const muted = await mutes.list(each.entityRef, at);
      if (
        each.owners.length > 0 &&
        !isMuted(muted, each.environment, repeated.resource)
      )
        told.push(each);
    }
    if (told.length === 0) return;
    const key = alertKey(repeated);
    if (!(await alerts.claim(key, at, since))) return;
    try {
      for (const { entityRef, environment, owners } of told)
        await notifications.send({
          recipients: { type: 'entity', entityRef: owners },
          payload: {
            ...alertText(repeated, environment, this.#options.config.windowMs),
            link: linkOf(entityRef),
            severity: 'high',
            topic: 'argocd-promotion',
            scope: `drift-${key}`,
          },
        });
    } catch (error) {
      await alerts.giveBack(key);
      throw error;
    }
  }
}

function linkOf(entityRef: string): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return `/catalog/${namespace}/${kind}/${name}/promotions`;
}

/** What the owner reads. */
function alertText(
  { resource, path, count, fight }: RepeatedDrift,
  environment: string,
  windowMs: number,
): { title: string; description: string } {
  const hours = Math.round(windowMs / 3_600_000);
  return {
    title: `${resource.kind} ${resource.name} drifts again and again in ${environment}`,
    description: [
      `${
        path ?? 'It'
      } differed from git ${count} times within ${hours} hours. ${
        fight.explanation
      }. ${fight.remedy}.`,
      ...(fight.ignoreDifferences
        ? [`To end it, in the Application:\n${fight.ignoreDifferences}`]
        : []),
    ].join('\n\n'),
  };
}
