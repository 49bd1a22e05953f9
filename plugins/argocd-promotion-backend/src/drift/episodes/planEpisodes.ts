import {
  DriftedResource,
  DriftEpisode,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { heals, Observation } from './observe';

/** An episode that lasts, as far as it matters for what follows. */
export interface OpenEpisode {
  resource: DriftResourceKey;
  difference: DriftEpisode['difference'];
  startedAt: string;
  startedVersion: string;
}

/** What is known of an Application from before. */
export interface Before {
  open: OpenEpisode[];
  /** Revisions that it was compared at when it was last seen; absent when it never was. */
  revisions?: string;
}

export interface EpisodeBegin {
  resource: DriftedResource;
  cause: DriftEpisode['cause'];
  startedAt: string;
}

export interface EpisodeEnd {
  resource: DriftResourceKey;
  endedAt: string;
  ended: NonNullable<DriftEpisode['ended']>;
  /** When the self-heal began that ended it: what tells it from others. */
  healedAt?: string;
}

/** What has to be stored. */
export interface EpisodeChanges {
  begin: EpisodeBegin[];
  end: EpisodeEnd[];
  /** Drifts that were over before anybody saw them, told by the self-heal alone. */
  healed: Array<{
    resource: DriftResourceKey;
    startedAt: string;
    endedAt: string;
  }>;
}

/** Argo CD tells seconds, we milliseconds; and its clock is another. */
const CLOCK_MS = 5_000;

export const resourceId = (resource: DriftResourceKey): string =>
  JSON.stringify([
    resource.group ?? '',
    resource.kind,
    resource.namespace ?? '',
    resource.name,
  ]);

/** Pure: which episodes begin and end with what is seen now. */
export function planEpisodes(before: Before, now: Observation): EpisodeChanges {
  const open = new Map(
    before.open.map(episode => [resourceId(episode.resource), episode]),
  );
  const drifted = new Map(
    now.drifted.map(resource => [resourceId(resource), resource]),
  );
  const begin = [...drifted]
    .filter(([id]) => !open.has(id))
    .map(([, resource]) => ({
      resource,
      cause: causeOf(before.revisions, now),
      startedAt: now.seenAt,
    }));
  const end = [...open]
    .filter(
      ([id, episode]) =>
        // An older version that arrives late ends nothing.
        !drifted.has(id) &&
        !(now.version && now.version < episode.startedVersion),
    )
    .map(([, episode]) => endOf(episode, now));
  return { begin, end, healed: healedUnseen(open, drifted, now) };
}

/** What was in sync at this very revision was changed in the cluster. */
function causeOf(
  before: string | undefined,
  { revisions, synced }: Observation,
): DriftEpisode['cause'] {
  if (before === undefined)
    return revisions !== '' && synced === revisions ? 'cluster' : 'unknown';
  return before === revisions ? 'cluster' : 'git';
}

function endOf(episode: OpenEpisode, now: Observation): EpisodeEnd {
  const { resource } = episode;
  const began = Date.parse(episode.startedAt) - CLOCK_MS;
  const { heal, operationEndedAt } = now;
  if (heal && heals(heal, resource) && Date.parse(heal.finishedAt) >= began)
    return {
      resource,
      endedAt: later(heal.finishedAt, episode.startedAt),
      ended: 'self-heal',
      healedAt: heal.startedAt,
    };
  return {
    resource,
    endedAt: now.seenAt,
    ended:
      operationEndedAt && Date.parse(operationEndedAt) >= began
        ? 'sync'
        : 'restored',
  };
}

/** What drifts still was not healed yet, or differs anew; what was seen to drift ends as any other. */
function healedUnseen(
  open: ReadonlyMap<string, unknown>,
  drifted: ReadonlyMap<string, unknown>,
  { heal }: Observation,
): EpisodeChanges['healed'] {
  if (!heal) return [];
  return heal.resources
    .filter(resource => {
      const id = resourceId(resource);
      return !open.has(id) && !drifted.has(id);
    })
    .map(resource => ({
      resource,
      startedAt: heal.startedAt,
      endedAt: heal.finishedAt,
    }));
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
