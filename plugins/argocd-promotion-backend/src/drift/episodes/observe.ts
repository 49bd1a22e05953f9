import {
  DriftedResource,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { revisionsOf } from '../../argocd/parseApplication';
import { Application } from '../../argocd/types';
import { driftedResources } from '../resources';

/** A self-heal that has ended, with the objects that it set back. */
export interface Heal {
  startedAt: string;
  finishedAt: string;
  resources: DriftResourceKey[];
}

/** What one version of an Application tells of its drift. */
export interface Observation {
  /** `metadata.resourceVersion`, padded so that a later one compares greater; empty when it has none. */
  version: string;
  /** When it was seen (ISO 8601, UTC). */
  seenAt: string;
  /** Revisions that it was compared at, one a source. */
  revisions: string;
  /** Revisions that were synced last, as far as Argo CD remembers. */
  synced: string;
  drifted: DriftedResource[];
  /** The last operation when it was a self-heal that is over. */
  heal?: Heal;
  /** When the last operation of anybody ended. */
  operationEndedAt?: string;
}

/** Versions of Kubernetes objects are decimal counters; padded they compare as text in any database. */
export function paddedVersion(version: string | undefined): string {
  return version && /^\d{1,24}$/.test(version) ? version.padStart(24, '0') : '';
}

/** Pure: everything that matters of an Application for its episodes. */
export function observe(application: Application, seenAt: Date): Observation {
  const { metadata, status = {} } = application;
  const { operationState } = status;
  const history = status.history ?? [];
  const heal = healOf(application);
  return {
    version: paddedVersion(metadata.resourceVersion),
    seenAt: seenAt.toISOString(),
    revisions: revisionsOf(status.sync).join(' '),
    synced: revisionsOf(history[history.length - 1]).join(' '),
    drifted: driftedResources(application),
    ...(heal ? { heal } : {}),
    ...(operationState?.finishedAt
      ? { operationEndedAt: operationState.finishedAt }
      : {}),
  };
}

/**
 * A self-heal names the objects that it syncs, the hooks of the Application among them, which it does not run: they are
 * left out. One that failed or still runs has set nothing back.
 */
function healOf({ status = {} }: Application): Heal | undefined {
  const { operationState } = status;
  const { startedAt, finishedAt, phase, operation } = operationState ?? {};
  if (!operation?.sync?.autoHealAttemptsCount) return undefined;
  if (phase !== 'Succeeded' || !startedAt || !finishedAt) return undefined;
  const known = new Map(
    (status.resources ?? []).map(resource => [nameOf(resource), resource]),
  );
  return {
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    resources: (operation.sync.resources ?? [])
      .filter(resource => !known.get(nameOf(resource))?.hook)
      .map(resource => {
        const { group, kind, name } = resource;
        const namespace =
          resource.namespace ?? known.get(nameOf(resource))?.namespace;
        return {
          ...(group ? { group } : {}),
          kind,
          ...(namespace ? { namespace } : {}),
          name,
        };
      }),
  };
}

/** Argo CD names the objects of an operation without their namespace when it is the Application's own. */
function nameOf(resource: DriftResourceKey): string {
  return JSON.stringify([resource.group ?? '', resource.kind, resource.name]);
}

/** Whether the self-heal was about the object. */
export function heals(heal: Heal, resource: DriftResourceKey): boolean {
  return heal.resources.some(
    healed =>
      nameOf(healed) === nameOf(resource) &&
      (!healed.namespace ||
        !resource.namespace ||
        healed.namespace === resource.namespace),
  );
}

function iso(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : new Date(ms).toISOString();
}
