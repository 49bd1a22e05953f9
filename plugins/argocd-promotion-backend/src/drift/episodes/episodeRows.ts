import { createHash } from 'node:crypto';
import {
  DriftApplicationKey,
  DriftEpisode,
  DriftResourceKey,
  FieldDifference,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { resourceId } from './planEpisodes';

export const EPISODES = 'drift_episodes';

/** A row of `drift_episodes`. */
export interface EpisodeRow {
  id: string;
  instance: string;
  namespace: string;
  name: string;
  environment: string | null;
  object: string;
  resource: string;
  difference: DriftEpisode['difference'];
  cause: DriftEpisode['cause'];
  started_at: string;
  started_version: string;
  ended_at: string | null;
  ended_version: string | null;
  ended: DriftEpisode['ended'] | null;
  open_key: string | null;
  heal_key: string | null;
  fingerprint: string | null;
  fields: string;
  more_fields: number;
  changes: number;
  compared_at: string | null;
}

const sha256 = (text: string) =>
  createHash('sha256').update(text).digest('hex');

/** Short and of one length, whatever the names are. */
export function objectHash(
  { instance, namespace, name }: DriftApplicationKey,
  resource: DriftResourceKey,
): string {
  return sha256(
    JSON.stringify([instance, namespace, name, resourceId(resource)]),
  );
}

/** Of which fields differ, and by what: the same drift has the same one. */
export function fingerprintOf(
  difference: string,
  fields: FieldDifference[],
): string {
  return sha256(
    JSON.stringify([
      difference,
      fields.map(field => [field.path, field.difference, field.live ?? '']),
    ]),
  );
}

export function toEpisode(row: EpisodeRow): DriftEpisode {
  const { id, instance, namespace, name } = row;
  return {
    id,
    application: { instance, namespace, name },
    ...(row.environment ? { environment: row.environment } : {}),
    resource: JSON.parse(row.resource) as DriftResourceKey,
    difference: row.difference,
    cause: row.cause,
    startedAt: row.started_at,
    ...(row.ended_at ? { endedAt: row.ended_at } : {}),
    ...(row.ended ? { ended: row.ended } : {}),
    fields: JSON.parse(row.fields) as FieldDifference[],
    ...(row.more_fields > 0 ? { moreFields: row.more_fields } : {}),
    changes: row.changes,
  };
}
