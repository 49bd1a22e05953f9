import { isItem } from './listKeys';
import { Segment } from './segments';

/** Who wrote a field of a live object last, as its `metadata.managedFields` tell. */
export interface FieldOwner {
  /** Name of the field manager, for example `kubectl-edit` or `horizontal-pod-autoscaler`. */
  manager: string;
  /** ISO 8601, UTC. */
  at?: string;
}

/** Managers that apply what git says: what they own is not a hand edit. */
const ARGO_CD = /^argocd-/;

/**
 * The last writer of a field other than Argo CD, by server-side apply's record of ownership (FieldsV1). Absent when
 * nobody else owns it: a field that was removed has no owner.
 */
export function fieldOwner(
  live: unknown,
  path: Segment[],
): FieldOwner | undefined {
  const metadata = isItem(live) ? live.metadata : undefined;
  const entries = isItem(metadata) ? metadata.managedFields : undefined;
  if (!Array.isArray(entries)) return undefined;
  const owners = entries.filter(isItem).flatMap(entry => {
    const { manager, time, fieldsV1 } = entry;
    if (typeof manager !== 'string' || ARGO_CD.test(manager)) return [];
    if (!owns(fieldsV1, path)) return [];
    return [{ manager, ...(typeof time === 'string' ? { at: time } : {}) }];
  });
  const [latest] = owners.sort((a, b) =>
    (b.at ?? '').localeCompare(a.at ?? ''),
  );
  return latest;
}

function owns(fields: unknown, path: Segment[]): boolean {
  if (!isItem(fields)) return false;
  const [segment, ...rest] = path;
  // Whoever owns a field below, or a whole above, has written here.
  if (!segment) return true;
  if (Object.keys(fields).length === 0) return true;
  if ('index' in segment) return true;
  if ('field' in segment) {
    const below = fields[`f:${segment.field}`];
    return below !== undefined && owns(below, rest);
  }
  return Object.entries(fields).some(
    ([name, below]) => matches(name, segment.key) && owns(below, rest),
  );
}

function matches(name: string, key: Record<string, unknown>): boolean {
  if (!name.startsWith('k:')) return false;
  try {
    const owned = JSON.parse(name.slice(2)) as Record<string, unknown>;
    return Object.entries(key).every(
      ([field, value]) => !(field in owned) || owned[field] === value,
    );
  } catch {
    return false;
  }
}
