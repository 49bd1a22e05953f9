import {
  DriftEpisode,
  RepeatedDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { fightOf } from './fights';
import { resourceId } from './planEpisodes';

/** How often within which time is repeated. */
export interface RepeatedDriftConfig {
  count: number;
  windowMs: number;
}

interface Group {
  first: DriftEpisode;
  path?: string;
  count: number;
  healed: number;
  times: string[];
  managers: Set<string>;
}

/**
 * The fields that drifted again and again within the window, the newest first. Of episodes whose fields are not known
 * only the object counts. A value that changes while a drift lasts counts each time.
 */
export function repeatedDrift(
  episodes: DriftEpisode[],
  config: RepeatedDriftConfig,
  now: Date,
): RepeatedDrift[] {
  const since = new Date(now.getTime() - config.windowMs).toISOString();
  const groups = new Map<string, Group>();
  for (const episode of episodes) {
    if (episode.cause === 'git') continue;
    if (episode.startedAt < since && episode.changes === 0) continue;
    const paths = episode.fields.map(({ path }) => path);
    for (const path of paths.length > 0 ? paths : [undefined]) {
      const { instance, namespace, name } = episode.application;
      const id = JSON.stringify([
        instance,
        namespace,
        name,
        resourceId(episode.resource),
        path ?? null,
      ]);
      const group = groups.get(id) ?? {
        first: episode,
        ...(path === undefined ? {} : { path }),
        count: 0,
        healed: 0,
        times: [],
        managers: new Set<string>(),
      };
      groups.set(id, group);
      // An old one that still changes is counted by its changes alone.
      group.count += episode.changes + (episode.startedAt < since ? 0 : 1);
      if (episode.ended === 'self-heal') group.healed += 1;
      group.times.push(episode.startedAt);
      for (const field of episode.fields)
        if (field.path === path && field.changedBy)
          group.managers.add(field.changedBy.manager);
    }
  }
  return [...groups.values()]
    .filter(({ count }) => count >= config.count)
    .map(({ first, path, count, healed, times, managers }) => {
      const { application, environment, resource } = first;
      const sorted = times.sort();
      return {
        application,
        ...(environment ? { environment } : {}),
        resource,
        ...(path === undefined ? {} : { path }),
        count,
        firstAt: sorted[0],
        lastAt: sorted[sorted.length - 1],
        fight: fightOf({
          resource,
          ...(path === undefined ? {} : { path }),
          managers: [...managers].sort(),
          healed,
        }),
      };
    })
    .sort((a, b) => b.lastAt.localeCompare(a.lastAt));
}
