import { answer, errors, ref, text, time, url } from './parts';

const inPath = <N extends string>(name: N) =>
  ({ name, in: 'path', required: true, schema: text } as const);
const count = { type: 'integer', minimum: 0 } as const;
const whole = { type: 'integer' } as const;
const words = { type: 'string' } as const;
const texts = { type: 'array', items: words } as const;
const listOf = <const T>(items: T) => ({ type: 'array', items } as const);
const oneOf = <const T extends readonly string[]>(...values: T) =>
  ({ type: 'string', enum: values } as const);
const object = <const R extends readonly string[], const P>(
  required: R,
  properties: P,
) => ({ type: 'object', required, properties } as const);
const notModified = {
  description: 'Nothing has changed since the answer with that ETag',
} as const;

const managerKind = oneOf('Application', 'ApplicationSet');

/** Paths about App of Apps; both answer from memory. */
export const rootPaths = {
  '/v1/roots': {
    get: {
      operationId: 'ListRoots',
      summary:
        'The roots of every environment, what hangs under none, and what would not come back from git',
      responses: {
        '200': answer('As far as one may see it', 'RootsView'),
        '304': notModified,
        '403': errors['403'],
      },
    },
  },
  '/v1/roots/{instance}/{appNamespace}/{app}': {
    get: {
      operationId: 'GetRoot',
      summary:
        'One Application or ApplicationSet with everything that hangs under it',
      parameters: [
        inPath('instance'),
        inPath('appNamespace'),
        inPath('app'),
        {
          name: 'managerKind',
          in: 'query',
          required: false,
          description: 'Application unless given',
          schema: managerKind,
        },
      ],
      responses: {
        '200': answer('As far as one may see it', 'RootView'),
        '304': notModified,
        '400': errors['400'],
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
} as const;

const managerKey = {
  kind: managerKind,
  instance: text,
  namespace: words,
  name: text,
} as const;
const effect = oneOf('none', 'effective', 'ineffective', 'unknown');
const nodeRequired = [
  'kind',
  'instance',
  'namespace',
  'name',
  'id',
  'state',
  'wave',
  'children',
  'notes',
] as const;
const nodeProperties = {
  ...managerKey,
  id: text,
  parent: text,
  environment: text,
  state: oneOf('live', 'missing', 'extra', 'unseen', 'named'),
  wave: whole,
  children: count,
  project: text,
  url,
  sync: oneOf('Synced', 'OutOfSync', 'Unknown'),
  health: object(['status'], {
    status: oneOf(
      'Healthy',
      'Progressing',
      'Degraded',
      'Suspended',
      'Missing',
      'Unknown',
    ),
    message: words,
  }),
  operation: object(['phase', 'failing'], {
    phase: words,
    failing: { type: 'boolean' },
    message: words,
  }),
  notes: texts,
  staleSince: time,
} as const;

/** Schemas of App of Apps. */
export const rootSchemas = {
  ManagerKey: object(['kind', 'instance', 'namespace', 'name'], managerKey),
  RootNode: object(nodeRequired, nodeProperties),
  RootSummary: object([...nodeRequired, 'path', 'counts', 'waves'], {
    ...nodeProperties,
    path: listOf(ref('ManagerKey')),
    counts: object(['total', 'missing', 'extra', 'outOfSync', 'unhealthy'], {
      total: count,
      missing: count,
      extra: count,
      outOfSync: count,
      unhealthy: count,
    }),
    waves: effect,
  }),
  WaveFinding: object(['of', 'waves', 'effect'], {
    of: text,
    waves: listOf(whole),
    effect,
  }),
  RecoveryView: object(['start', 'reachable', 'unreachable', 'warnings'], {
    start: listOf(ref('ManagerKey')),
    reachable: object(
      [
        'applications',
        'applicationSets',
        'appProjects',
        'namespaces',
        'customResources',
      ],
      {
        applications: count,
        applicationSets: count,
        appProjects: count,
        namespaces: count,
        customResources: count,
      },
    ),
    unreachable: listOf(
      object(['kind', 'instance', 'name', 'reason', 'remedy', 'neededBy'], {
        kind: oneOf(
          'Application',
          'ApplicationSet',
          'AppProject',
          'Namespace',
          'CustomResourceDefinition',
        ),
        instance: text,
        namespace: words,
        name: text,
        reason: text,
        remedy: text,
        neededBy: texts,
      }),
    ),
    warnings: listOf(ref('Problem')),
  }),
  RootsView: object(['asOf', 'partial', 'environments', 'problems'], {
    asOf: time,
    partial: { type: 'boolean' },
    environments: listOf(
      object(['roots', 'orphans', 'orphansLeftOut'], {
        name: text,
        roots: listOf(ref('RootSummary')),
        orphans: listOf(ref('RootNode')),
        orphansLeftOut: count,
        recovery: ref('RecoveryView'),
      }),
    ),
    problems: listOf(ref('Problem')),
  }),
  RootView: object(
    ['asOf', 'partial', 'root', 'path', 'nodes', 'waves', 'problems'],
    {
      asOf: time,
      partial: { type: 'boolean' },
      root: ref('RootNode'),
      path: listOf(ref('ManagerKey')),
      nodes: listOf(ref('RootNode')),
      waves: listOf(ref('WaveFinding')),
      problems: listOf(ref('Problem')),
    },
  ),
} as const;
