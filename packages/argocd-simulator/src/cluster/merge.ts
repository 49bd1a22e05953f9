import { isRecord } from './objects';

/** Lists that Kubernetes merges by a key instead of replacing them, by field name. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
};

function keyField(field: string, ...lists: unknown[][]): string | undefined {
  const items = lists.flat();
  return MERGE_KEYS[field]?.find(
    key =>
      items.length > 0 && items.every(item => isRecord(item) && key in item),
  );
}

/**
 * What the live object would be after `kubectl apply`: fields of the target win, fields that were applied before and
 * are gone from the target disappear, all others stay as they are.
 */
export function threeWayMerge(
  lastApplied: unknown,
  target: unknown,
  live: unknown,
  field = '',
): unknown {
  if (isRecord(target) && isRecord(live)) {
    const before = isRecord(lastApplied) ? lastApplied : {};
    const merged: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(live)) {
      if (key in target || !(key in before)) merged[key] = value;
    }
    for (const [key, value] of Object.entries(target)) {
      if (value === null || value === undefined) continue;
      merged[key] =
        key in live ? threeWayMerge(before[key], value, live[key], key) : value;
    }
    return merged;
  }
  if (Array.isArray(target) && Array.isArray(live)) {
    const key = keyField(field, target, live);
    if (!key) return target;
    const before = Array.isArray(lastApplied)
      ? lastApplied.filter(isRecord)
      : [];
    const liveItems = live.filter(isRecord);
    const merged = target.filter(isRecord).map(item => {
      const current = liveItems.find(other => other[key] === item[key]);
      const applied = before.find(other => other[key] === item[key]);
      return current ? threeWayMerge(applied, item, current, '') : item;
    });
    // What others added (a sidecar, say) stays; what was applied before and is no longer wanted goes
    const kept = liveItems.filter(
      item =>
        !target.some(wanted => isRecord(wanted) && wanted[key] === item[key]) &&
        !before.some(applied => applied[key] === item[key]),
    );
    return [...merged, ...kept];
  }
  return target;
}

/** JSON merge patch, RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Sameness of JSON values, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

/** JSON with sorted keys, as Argo CD writes manifests. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value)) ?? '';
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sortKeys(value[key])]),
  );
}
