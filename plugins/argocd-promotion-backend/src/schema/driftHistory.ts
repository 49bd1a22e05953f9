import { answer, body, errors, query, ref, text, time } from './parts';

// The part of the OpenAPI description that is about what was of drift, and what one can do about it.

const inPath = <N extends string, S>(name: N, schema: S) =>
  ({ name, in: 'path', required: true, schema } as const);
const entity = [
  inPath('kind', text),
  inPath('namespace', text),
  inPath('name', text),
] as const;
const count = { type: 'integer', minimum: 0 } as const;
const words = { type: 'string' } as const;
const listOf = <const T>(items: T) => ({ type: 'array', items } as const);
const oneOf = <const T extends readonly string[]>(...values: T) =>
  ({ type: 'string', enum: values } as const);
const object = <const R extends readonly string[], const P>(
  required: R,
  properties: P,
) => ({ type: 'object', required, properties } as const);
const unchanged = {
  description: 'Nothing has changed since the answer with that ETag',
} as const;
const date = { type: 'string', format: 'date' } as const;

/** Paths that are answered from the database; only a sync asks Argo CD for anything. */
export const driftHistoryPaths = {
  '/v1/entities/{kind}/{namespace}/{name}/drift': {
    get: {
      operationId: 'GetDriftOverview',
      summary: 'What repeats, what is muted, and how many drifts each day had',
      parameters: [...entity],
      responses: {
        '200': answer('The overview', 'DriftOverview'),
        '304': unchanged,
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  '/v1/entities/{kind}/{namespace}/{name}/drift/episodes': {
    get: {
      operationId: 'ListDriftEpisodes',
      summary: 'Drifts of the entity that one may see, newest first',
      parameters: [
        ...entity,
        query('environment', text),
        query('from', date),
        query('to', date),
        query('cursor', text),
        query('limit', {
          type: 'integer',
          minimum: 1,
          maximum: 100,
          default: 20,
        } as const),
      ],
      responses: {
        '200': answer('A page', 'DriftEpisodePage'),
        '304': unchanged,
        '400': errors['400'],
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  '/v1/entities/{kind}/{namespace}/{name}/drift/mutes': {
    post: {
      operationId: 'MuteDrift',
      summary: 'Alerts nobody of a drift until a day',
      parameters: [...entity],
      requestBody: body('DriftMuteRequest'),
      responses: {
        '201': answer('The mute', 'DriftMute'),
        '400': errors['400'],
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  '/v1/entities/{kind}/{namespace}/{name}/drift/mutes/{id}': {
    delete: {
      operationId: 'UnmuteDrift',
      summary: 'Ends a mute',
      parameters: [
        ...entity,
        inPath('id', { type: 'string', format: 'uuid' } as const),
      ],
      responses: {
        '200': answer('The mute that ended', 'DriftMute'),
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  '/v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}/sync':
    {
      post: {
        operationId: 'SyncResources',
        summary: 'Has Argo CD set objects of one Application back to git',
        parameters: [
          ...entity,
          inPath('instance', text),
          inPath('appNamespace', text),
          inPath('app', text),
        ],
        requestBody: body('SyncResourcesRequest'),
        responses: {
          '200': answer(
            'They are as git says already; nothing was asked for',
            'SyncedResources',
          ),
          '202': answer('Argo CD syncs these', 'SyncedResources'),
          ...errors,
        },
      },
    },
} as const;

const application = object(['instance', 'namespace', 'name'], {
  instance: text,
  namespace: text,
  name: text,
});
const may = object(['allowed'], { allowed: { type: 'boolean' }, reason: text });

/** Schemas of episodes, mutes and what repeats. */
export const driftHistorySchemas = {
  DriftResourceKey: object(['kind', 'name'], {
    group: words,
    kind: text,
    namespace: words,
    name: text,
  }),
  DriftEpisode: object(
    [
      'id',
      'application',
      'resource',
      'difference',
      'cause',
      'startedAt',
      'fields',
      'changes',
    ],
    {
      id: { type: 'string', format: 'uuid' },
      application,
      environment: text,
      resource: ref('DriftResourceKey'),
      difference: oneOf('differs', 'missing', 'extra'),
      cause: oneOf('cluster', 'git', 'unknown'),
      startedAt: time,
      endedAt: time,
      ended: oneOf('self-heal', 'sync', 'restored', 'gone'),
      fields: listOf(ref('FieldDifference')),
      moreFields: count,
      changes: count,
    },
  ),
  DriftEpisodePage: object(['items'], {
    items: listOf(ref('DriftEpisode')),
    nextCursor: text,
  }),
  RepeatedDrift: object(
    ['application', 'resource', 'count', 'firstAt', 'lastAt', 'fight'],
    {
      application,
      environment: text,
      resource: ref('DriftResourceKey'),
      path: text,
      count,
      firstAt: time,
      lastAt: time,
      fight: object(['managers', 'explanation', 'remedy'], {
        managers: listOf(text),
        explanation: text,
        remedy: text,
        ignoreDifferences: text,
      }),
    },
  ),
  DriftMute: object(
    ['id', 'entityRef', 'environment', 'reason', 'mutedBy', 'mutedAt', 'until'],
    {
      id: { type: 'string', format: 'uuid' },
      entityRef: text,
      environment: text,
      resource: ref('DriftResourceKey'),
      reason: text,
      mutedBy: text,
      mutedAt: time,
      until: time,
    },
  ),
  DriftMuteRequest: object(['environment', 'reason', 'until'], {
    environment: text,
    resource: ref('DriftResourceKey'),
    reason: { type: 'string', minLength: 1, maxLength: 1000 },
    until: { ...time, description: 'At most 90 days ahead' },
  }),
  DriftOverview: object(['entityRef', 'repeated', 'environments', 'days'], {
    entityRef: text,
    repeated: object(['count', 'windowHours'], {
      count,
      windowHours: { type: 'number' },
    }),
    environments: listOf(
      object(['name', 'repeated', 'mutes', 'mayMute', 'maySync'], {
        name: text,
        repeated: listOf(ref('RepeatedDrift')),
        mutes: listOf(ref('DriftMute')),
        mayMute: may,
        maySync: may,
      }),
    ),
    days: listOf(
      object(['date', 'environment', 'episodes', 'healed'], {
        date,
        environment: text,
        episodes: count,
        healed: count,
      }),
    ),
  }),
  SyncResourcesRequest: object(['resources'], {
    resources: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: ref('DriftResourceKey'),
    },
    prune: {
      type: 'boolean',
      description: 'Deletes objects that are no longer in git',
    },
  }),
  SyncedResources: object(['resources'], {
    resources: listOf(ref('DriftResourceKey')),
  }),
} as const;
