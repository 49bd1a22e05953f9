import { RootConfigService } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { readInstances } from './readInstances';
import { readPipelines } from './readPipelines';
import { ProjectOwners, PromotionPluginConfig } from './types';

const MINUTE = 60_000;
/** As the modules of Backstage's events plugin, and its HTTP ingress, name them. */
const DEFAULT_WEBHOOK_TOPICS = [
  'github',
  'gitlab',
  'gitea',
  'bitbucketCloud',
  'bitbucketServer',
  'azureDevOps',
];
const DAY = 24 * 60 * MINUTE;

/** The plugin's configuration. Throws an `InputError` that names the key which is wrong. */
export function readConfig(config: RootConfigService): PromotionPluginConfig {
  const trust =
    config.getOptionalString('argocdPromotion.binding.trustAnnotations') ??
    'read';
  if (trust !== 'none' && trust !== 'read' && trust !== 'all') {
    throw new InputError(
      `argocdPromotion.binding.trustAnnotations is '${trust}'; use none, read or all`,
    );
  }
  return {
    instances: readInstances(config),
    binding: {
      trustAnnotations: trust,
      projects: (
        config.getOptionalConfigArray('argocdPromotion.binding.projects') ?? []
      ).map((entry, i) =>
        readProject(entry, `argocdPromotion.binding.projects[${i}]`),
      ),
    },
    pipelines: readPipelines(config),
    sidecars: config.getOptionalStringArray('argocdPromotion.sidecars') ?? [],
    registries: (
      config.getOptionalConfigArray('argocdPromotion.registries') ?? []
    ).map((entry, i) => ({
      ...readHost(entry, `argocdPromotion.registries[${i}]`),
      insecure: entry.getOptionalBoolean('insecure') ?? false,
    })),
    gitServers: (
      config.getOptionalConfigArray('argocdPromotion.gitServers') ?? []
    ).map((entry, i) => readHost(entry, `argocdPromotion.gitServers[${i}]`)),
    webhookTopics:
      config.getOptionalStringArray('argocdPromotion.webhooks.topics') ??
      DEFAULT_WEBHOOK_TOPICS,
    drift: readDrift(config),
    viewerCacheMs: readViewerCache(config),
    timeouts: {
      gates: readTimeout(config, 'gates', 14 * 24 * 60 * MINUTE),
      delivery: readTimeout(config, 'delivery', 15 * MINUTE),
      sync: readTimeout(config, 'sync', 15 * MINUTE),
      verify: readTimeout(config, 'verify', 30 * MINUTE),
      review: readTimeout(config, 'review', 14 * 24 * 60 * MINUTE),
    },
  };
}

function readDrift(config: Config): PromotionPluginConfig['drift'] {
  const root = 'argocdPromotion.drift';
  const count = config.getOptionalNumber(`${root}.repeated.count`) ?? 3;
  if (!Number.isInteger(count) || count < 2)
    throw new InputError(
      `${root}.repeated.count is ${count}; use a whole number of at least 2`,
    );
  const retentionMs = readDuration(config, `${root}.retention`, 90 * DAY);
  const windowMs = readDuration(config, `${root}.repeated.window`, DAY);
  if (windowMs <= 0 || windowMs > retentionMs)
    throw new InputError(
      `${root}.repeated.window must be longer than nothing and no longer than ${root}.retention`,
    );
  return { repeated: { count, windowMs }, retentionMs };
}

function readProject(entry: Config, key: string): ProjectOwners {
  const name = entry.getOptionalString('name');
  if (!name)
    throw new InputError(
      `${key}.name is missing: give the AppProject, or a glob of several`,
    );
  const instance = entry.getOptionalString('instance');
  const listed = entry.getOptional<unknown>('owners');
  const owners = (Array.isArray(listed) ? listed : [listed]).map(owner => {
    try {
      return stringifyEntityRef(
        parseEntityRef(String(owner ?? ''), {
          defaultKind: 'group',
          defaultNamespace: 'default',
        }),
      );
    } catch {
      throw new InputError(
        `${key}.owners must hold entity refs, such as group:default/payments`,
      );
    }
  });
  return { name, owners, ...(instance ? { instance } : {}) };
}

function readHost(
  entry: Config,
  key: string,
): { host: string; username?: string; password?: string } {
  const host = entry.getOptionalString('host');
  if (!host) throw new InputError(`${key}.host is missing`);
  if (host.includes('/'))
    throw new InputError(
      `${key}.host is a host with an optional port, without scheme or path`,
    );
  const username = entry.getOptionalString('username');
  const password = entry.getOptionalString('password');
  if ((username === undefined) !== (password === undefined)) {
    throw new InputError(`${key} needs both username and password, or neither`);
  }
  return { host, ...(username === undefined ? {} : { username, password }) };
}

const VIEWER_CACHE = 'argocdPromotion.viewerCache';

/** Rights that were taken away must not be remembered for long. */
function readViewerCache(config: Config): number {
  const ttl = readDuration(config, `${VIEWER_CACHE}.ttl`, 5_000);
  if (ttl > MINUTE)
    throw new InputError(
      `${VIEWER_CACHE}.ttl is longer than a minute: for so long, people would see what they may see no longer`,
    );
  return ttl;
}

function readTimeout(config: Config, name: string, fallback: number): number {
  return readDuration(config, `argocdPromotion.timeouts.${name}`, fallback);
}

function readDuration(config: Config, key: string, fallback: number): number {
  if (!config.has(key)) return fallback;
  try {
    return durationToMilliseconds(readDurationFromConfig(config, { key }));
  } catch {
    throw new InputError(`${key} is not a duration, such as { minutes: 15 }`);
  }
}
