import { at, isRecord } from '../cluster/objects';
import { Application } from '../engine/types';

/** The fields that a list can be trimmed to; any other name is ignored, as in Argo CD. */
const LIST_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
  'metadata.labels',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'spec',
  'status.sourceHydrator',
  'status.sync.status',
  'status.health',
  'status.summary',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
  'status.resources',
  'operation.sync',
  'status.operationState.phase',
  'status.operationState.operation.sync',
];
/** Present with `null` where the Application has none. */
const NULLABLE = new Set(['metadata.labels', 'metadata.annotations']);

function put(
  target: Record<string, unknown>,
  path: string[],
  value: unknown,
): void {
  let current = target;
  for (const step of path.slice(0, -1)) {
    const inner = current[step];
    const next = isRecord(inner) ? inner : {};
    current[step] = next;
    current = next;
  }
  current[path[path.length - 1]] = value;
}

/** One item of a trimmed list. */
export function trimItem(
  app: Application,
  fields: string,
): Record<string, unknown> {
  const exclude = fields.startsWith('-');
  const asked = new Set((exclude ? fields.slice(1) : fields).split(','));
  const item: Record<string, unknown> = {};
  for (const field of LIST_FIELDS) {
    if (asked.has(`items.${field}`) === exclude) continue;
    // Argo CD answers this one with the sync result
    const path =
      field === 'status.operationState.operation.sync'
        ? 'status.operationState.syncResult'
        : field;
    const value = at(app, ...path.split('.'));
    if (value !== undefined) put(item, field.split('.'), value);
    else if (NULLABLE.has(field)) put(item, field.split('.'), null);
  }
  return item;
}

/** Any JSON trimmed to paths (streams and single objects). */
export function trimJson(value: unknown, fields: string): unknown {
  const exclude = fields.startsWith('-');
  const paths = (exclude ? fields.slice(1) : fields)
    .split(',')
    .map(path => path.split('.'));
  return keep(value, paths, exclude);
}

function keep(value: unknown, paths: string[][], exclude: boolean): unknown {
  if (Array.isArray(value))
    return value.map(item => keep(item, paths, exclude));
  if (!isRecord(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const matching = paths.filter(path => path[0] === key);
    const whole = matching.some(path => path.length === 1);
    const deeper = matching
      .filter(path => path.length > 1)
      .map(path => path.slice(1));
    if (exclude) {
      if (!whole)
        result[key] = deeper.length
          ? keep(value[key], deeper, true)
          : value[key];
    } else if (whole) result[key] = value[key];
    else if (deeper.length) result[key] = keep(value[key], deeper, false);
  }
  return result;
}
