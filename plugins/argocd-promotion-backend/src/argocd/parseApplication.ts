import { Application, RevisionHistory } from './types';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * An Application as the product keeps it: the fields that it reads and no others. Lists that Go sends as `null` or
 * leaves out become what the types say; anything that is not an Application at all becomes undefined.
 */
export function parseApplication(value: unknown): Application | undefined {
  if (!isObject(value) || !isObject(value.metadata)) return undefined;
  const { name, namespace } = value.metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  const spec = isObject(value.spec) ? value.spec : {};
  const status = isObject(value.status) ? value.status : {};
  const metadata = value.metadata;
  const application = {
    metadata: {
      name,
      namespace: typeof namespace === 'string' ? namespace : '',
      ...pick<Application['metadata']>(metadata, [
        'uid',
        'resourceVersion',
        'generation',
        'creationTimestamp',
        'deletionTimestamp',
      ]),
      labels: strings(metadata.labels),
      annotations: strings(metadata.annotations),
      ...(Array.isArray(metadata.ownerReferences)
        ? { ownerReferences: metadata.ownerReferences }
        : {}),
    },
    spec: {
      ...pick<Application['spec']>(spec, [
        'destination',
        'source',
        'sources',
        'syncPolicy',
      ]),
      project:
        typeof spec.project === 'string' && spec.project
          ? spec.project
          : 'default',
    },
    ...(value.operation !== undefined && value.operation !== null
      ? { operation: value.operation }
      : {}),
    status: {
      ...pick<NonNullable<Application['status']>>(status, [
        'sync',
        'health',
        'operationState',
        'conditions',
        'resources',
        'history',
        'summary',
        'reconciledAt',
        'controllerNamespace',
        'sourceType',
        'sourceTypes',
        'sourceHydrator',
      ]),
    },
  };
  // kubectl's copy of the whole object doubles every Application in memory.
  delete application.metadata.annotations[
    'kubectl.kubernetes.io/last-applied-configuration'
  ];
  return application as unknown as Application;
}

function pick<T>(from: Json, keys: Array<keyof T & string>): Json {
  return Object.fromEntries(
    keys.flatMap(key => (from[key] === undefined ? [] : [[key, from[key]]])),
  );
}

function strings(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** One event of the application stream. */
export type ApplicationEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; application: Application }
  | { type: 'ERROR'; message: string; status?: number };

/** Reads one line of the application stream; undefined for what is neither an event nor an error. */
export function parseEvent(line: unknown): ApplicationEvent | undefined {
  if (!isObject(line)) return undefined;
  if (isObject(line.error)) {
    const { message, http_code: status } = line.error;
    return {
      type: 'ERROR',
      message:
        typeof message === 'string'
          ? message
          : 'the stream ended with an error',
      ...(typeof status === 'number' ? { status } : {}),
    };
  }
  if (!isObject(line.result)) return undefined;
  const application = parseApplication(line.result.application);
  const { type } = line.result;
  if (
    !application ||
    (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')
  )
    return undefined;
  return { type, application };
}

/** Revisions, one a source: of a status, an operation or a history entry. Empty strings mean "not known". */
export function revisionsOf(
  from:
    | { revision?: string; revisions?: string[] | null }
    | RevisionHistory
    | undefined,
): string[] {
  if (!from) return [];
  if (from.revisions && from.revisions.length > 0) return from.revisions;
  return from.revision ? [from.revision] : [];
}
