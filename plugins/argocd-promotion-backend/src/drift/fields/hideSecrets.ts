import { isSensitive } from '../../manifests/patch/sensitiveNames';
import { isItem } from './listKeys';
import { Segment } from './segments';

const ADDRESS = /(:\/\/[^\s:/@"']+:)([^\s/@"']+)(@)/g;
/** Stands for a value that is not shown. */
export const HIDDEN = '(hidden)';
export const SECRET_DATA = ['data', 'stringData'];

/** Whether the value at this place of an object of this kind is a secret: only that it differs may be told. */
export function isSecretPlace(kind: string, path: Segment[]): boolean {
  const [top] = path;
  const names = path.flatMap(segment => {
    if ('field' in segment) return [segment.field];
    return 'key' in segment ? Object.values(segment.key).map(String) : [];
  });
  if (kind === 'Secret' && top && 'field' in top)
    return SECRET_DATA.includes(top.field);
  // A list item's own fields are named by the item: `env[DB_PASSWORD].value`, but not `env[DB_PASSWORD].valueFrom`.
  const last = names[names.length - 1];
  const item = last === 'value' ? names[names.length - 2] ?? '' : '';
  return isSensitive(last ?? '') || isSensitive(item);
}

const hideAll = (data: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(data).map(key => [key, HIDDEN]));

/**
 * A value with the secrets inside of it hidden. Switches stay: `automountServiceAccountToken: true` is no secret.
 *
 * @param name - of the field that holds the value
 */
export function hideSecrets(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(item => hideSecrets(item, name));
  if (isItem(value)) return hideFields(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (isSensitive(name)) return HIDDEN;
  return typeof value === 'string'
    ? value.replace(ADDRESS, `$1${HIDDEN}$3`)
    : value;
}

function hideFields(object: Record<string, unknown>): Record<string, unknown> {
  const isNamed = typeof object.name === 'string' && isSensitive(object.name);
  return Object.fromEntries(
    Object.entries(object).map(([field, value]) => {
      const isData = object.kind === 'Secret' && SECRET_DATA.includes(field);
      if (isData && isItem(value)) return [field, hideAll(value)];
      if (isNamed && field === 'value') return [field, HIDDEN];
      return [field, hideSecrets(value, field)];
    }),
  );
}
