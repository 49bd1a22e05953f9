import { isSensitive } from '../manifests/patch/sensitiveNames';

/** Stands for a value of a Secret, as in Argo CD's own answers. */
export const MASK = '++++++++';

/** Argo CD tells by the length of such a run whether two values are the same: those stay. */
const MASKED = /^\++$/;
const MAX_DEPTH = 200;
/** JSON as text inside of JSON: manifests, and within them annotations that hold a manifest. */
const MAX_NESTED_TEXTS = 6;
const STATES = new Set([
  'targetState',
  'liveState',
  'normalizedLiveState',
  'predictedLiveState',
  'diff',
  'manifest',
]);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const VALUES = new Set(['data', 'stringData', 'binaryData']);

interface Place {
  /** The object is a Secret though it may not say so: an item of a SecretList, or the state of a managed Secret. */
  secret: boolean;
  depth: number;
  texts: number;
}

/** The password of an address, as in `postgres://user:password@host`. */
const ADDRESS = /(:\/\/[^\s:/@"']+:)([^\s/@"']+)(@)/g;

/**
 * The same JSON value with every value of every Kubernetes Secret replaced, wherever one stands: in lists, in manifests
 * that are texts, in `kubectl.kubernetes.io/last-applied-configuration`. Argo CD masks them too; this holds when it, or
 * what stands between, does not. Masked too is what drift hides: texts whose field, or whose item in a list of names and
 * values, is named like a secret (`env: [{ name: DB_PASSWORD, value }]`), and passwords in addresses.
 *
 * @param value - what `JSON.parse` gave
 * @param options - `secret`: the value is known to be, or to hold, a Secret
 * @throws `RangeError` when it is nested deeper than any object of Kubernetes
 */
export function maskSecrets(
  value: unknown,
  options: { secret?: boolean } = {},
): unknown {
  return mask(value, {
    secret: options.secret ?? false,
    depth: 0,
    texts: 0,
  });
}

function mask(value: unknown, place: Place): unknown {
  if (place.depth > MAX_DEPTH)
    throw new RangeError('the answer is nested too deeply');
  const inner = { ...place, depth: place.depth + 1 };
  if (typeof value === 'string') return maskText(value, place);
  if (Array.isArray(value)) return value.map(item => mask(item, inner));
  if (value === null || typeof value !== 'object') return value;
  return maskObject(value as Record<string, unknown>, inner);
}

function maskObject(
  object: Record<string, unknown>,
  place: Place,
): Record<string, unknown> {
  const kind = String(object.kind ?? '').toLocaleLowerCase('en-US');
  const isSecret = place.secret || kind === 'secret';
  const holdsSecrets = isSecret || kind === 'secretlist';
  const isSensitiveItem =
    typeof object.name === 'string' && isSensitive(object.name);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      if (isSecret && VALUES.has(key)) return [key, maskLeaves(value)];
      if (isSecret && STATES.has(key)) return [key, maskState(value, place)];
      if (
        typeof value === 'string' &&
        (isSensitive(key) || (isSensitiveItem && key === 'value'))
      )
        return [key, maskLeaves(value)];
      if (isSecret && key === 'metadata')
        return [key, maskMetadata(value, place)];
      return [
        key,
        mask(value, { ...place, secret: holdsSecrets && key === 'items' }),
      ];
    }),
  );
}

/** Of a Secret: its annotations may hold it whole. */
function maskMetadata(value: unknown, place: Place): unknown {
  const masked = mask(value, { ...place, secret: false });
  if (masked === null || typeof masked !== 'object') return masked;
  const { annotations } = masked as { annotations?: unknown };
  if (annotations === null || typeof annotations !== 'object') return masked;
  return {
    ...masked,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, text]) => [
        key,
        key === LAST_APPLIED || /^\s*[{[]/.test(String(text))
          ? maskState(text, place)
          : text,
      ]),
    ),
  };
}

/** A text that should hold a Secret: what can't be read is not shown. */
function maskState(value: unknown, place: Place): unknown {
  if (typeof value !== 'string') return mask(value, { ...place, secret: true });
  if (value === '' || value === 'null' || MASKED.test(value)) return value;
  const parsed = parseJson(value);
  if (parsed === undefined || typeof parsed !== 'object') return MASK;
  return JSON.stringify(
    mask(parsed, { ...place, secret: true, texts: place.texts + 1 }),
  );
}

function maskText(text: string, place: Place): string {
  const start = text.trimStart().charAt(0);
  if (start !== '{' && start !== '[') {
    // A text of a text: `"{\"kind\":\"Secret\"…}"`.
    if (start !== '"' || !/secret/i.test(text))
      return text.replace(ADDRESS, `$1${MASK}$3`);
  }
  const parsed = parseJson(text);
  if (parsed === undefined) return text.replace(ADDRESS, `$1${MASK}$3`);
  if (place.texts >= MAX_NESTED_TEXTS) return MASK;
  const masked = mask(parsed, {
    ...place,
    depth: place.depth + 1,
    texts: place.texts + 1,
  });
  const before = JSON.stringify(parsed);
  const after = JSON.stringify(masked);
  // Untouched texts keep their bytes.
  return before === after ? text : after;
}

function maskLeaves(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskLeaves);
  if (value === null) return null;
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, leaf]) => [key, maskLeaves(leaf)]),
    );
  }
  return typeof value === 'string' && (value === '' || MASKED.test(value))
    ? value
    : MASK;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
