type Item = Record<string, unknown>;
type Key = Record<string, string | number | boolean>;

/**
 * Keys by which Kubernetes merges well-known lists (`x-kubernetes-list-map-keys` of its API), by the list's field.
 * `=` gives the value that an absent field stands for.
 */
const KNOWN: Record<string, string[]> = {
  ports: ['containerPort', 'port', 'protocol=TCP'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
  conditions: ['type'],
  subjects: ['kind', 'namespace', 'name'],
};

/** Fields that name an item in lists that the API does not describe: those of custom resources above all. */
const NAMING = ['name', 'key', 'id', 'type', 'host', 'path'];

export const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

function keyOf(item: Item, fields: string[]): Key | undefined {
  const key: Key = {};
  for (const part of fields) {
    const [field, fallback] = part.split('=');
    const value = item[field] ?? fallback;
    if (isScalar(value)) key[field] = value;
  }
  return Object.keys(key).length > 0 ? key : undefined;
}

/** Tells items of two lists apart, when one key does so in both of them. */
export function listKeys(
  field: string | undefined,
  ...lists: unknown[][]
): ((item: Item) => Key) | undefined {
  if (!lists.every(list => list.every(isItem))) return undefined;
  const candidates = [
    ...(field !== undefined && KNOWN[field] ? [KNOWN[field]] : []),
    ...NAMING.map(name => [name]),
  ];
  for (const fields of candidates) {
    const tells = lists.every(list => {
      const keys = (list as Item[]).map(item => keyOf(item, fields));
      return (
        keys.every(key => key !== undefined) &&
        new Set(keys.map(key => JSON.stringify(key))).size === list.length
      );
    });
    if (tells) return item => keyOf(item, fields) ?? {};
  }
  return undefined;
}
