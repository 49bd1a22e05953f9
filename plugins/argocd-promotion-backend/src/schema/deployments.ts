import { answer, ref, text, time, url } from './parts';

/** The part of the OpenAPI description that is about what is seen: deployments and Instances. */
const inPath = <N extends string>(name: N) =>
  ({ name, in: 'path', required: true, schema: text } as const);
const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The ETag of an earlier answer; 304 when nothing has changed',
  schema: text,
} as const;
const entityParameters = [
  inPath('kind'),
  inPath('namespace'),
  inPath('name'),
] as const;
const notModified = {
  description: 'Nothing has changed since the answer with that ETag',
} as const;
const count = { type: 'integer', minimum: 0 } as const;
const flag = { type: 'boolean' } as const;
const words = { type: 'string' } as const;
const texts = { type: 'array', items: words } as const;
const listOf = <const T>(items: T) => ({ type: 'array', items } as const);
const oneOf = <const T extends readonly string[]>(...values: T) =>
  ({ type: 'string', enum: values } as const);
const object = <const R extends readonly string[], const P>(
  required: R,
  properties: P,
) => ({ type: 'object', required, properties } as const);
const hidden = {
  '403': answer('Its deployments may not be seen', 'Error'),
  '404': answer('Unknown, or not to be seen in the catalog', 'Error'),
} as const;

/** Paths that are answered from memory: none of them asks Argo CD for anything. */
export const deploymentPaths = {
  '/v1/entities/{kind}/{namespace}/{name}': {
    get: {
      operationId: 'GetPipeline',
      summary: 'What an entity runs in every environment that one may see',
      parameters: [...entityParameters, ifNoneMatch],
      responses: {
        '200': answer('The pipeline view', 'PipelineView'),
        '304': notModified,
        ...hidden,
      },
    },
  },
  '/v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}':
    {
      get: {
        operationId: 'GetApplication',
        summary: 'One Application of the entity in depth',
        parameters: [
          ...entityParameters,
          inPath('instance'),
          inPath('appNamespace'),
          inPath('app'),
          ifNoneMatch,
        ],
        responses: {
          '200': answer('The Application', 'ApplicationDetails'),
          '304': notModified,
          ...hidden,
        },
      },
    },
  '/v1/instances': {
    get: {
      operationId: 'ListInstances',
      summary: 'Each Instance: whether it can be read, and how old its data is',
      parameters: [ifNoneMatch],
      responses: {
        '200': answer('The Instances', 'InstanceList'),
        '304': notModified,
        '403': answer('No deployments may be seen', 'Error'),
      },
    },
  },
} as const;

const driftCounts = object(['differs', 'missing', 'extra'], {
  differs: count,
  missing: count,
  extra: count,
});
const health = object(['status'], {
  status: oneOf(
    'Healthy',
    'Progressing',
    'Degraded',
    'Suspended',
    'Missing',
    'Unknown',
  ),
  message: words,
});
const resourceKey = {
  group: text,
  version: text,
  kind: text,
  name: text,
  namespace: text,
} as const;

const applicationRequired = [
  'instance',
  'namespace',
  'name',
  'project',
  'binding',
  'sync',
  'health',
  'images',
  'drift',
  'conditions',
  'automated',
  'sources',
] as const;
const applicationProperties = {
  instance: text,
  namespace: { ...words, description: 'Of the Application object itself' },
  name: text,
  project: words,
  url,
  binding: object(['kind', 'reason'], {
    kind: oneOf('claim', 'proof'),
    reason: words,
    remedy: words,
  }),
  sync: object(['status', 'revisions'], {
    status: oneOf('Synced', 'OutOfSync', 'Unknown'),
    revisions: texts,
    comparedAt: time,
  }),
  health,
  operation: object(['phase', 'revisions', 'failing', 'hooks', 'initiatedBy'], {
    phase: oneOf('Running', 'Terminating', 'Succeeded', 'Failed', 'Error'),
    message: words,
    startedAt: time,
    finishedAt: time,
    revisions: texts,
    retry: object(['count', 'limit'], {
      count,
      limit: { type: 'integer', description: 'Negative: no limit' },
      nextAt: time,
    }),
    failing: flag,
    hooks: listOf(
      object(['kind', 'name', 'hookType', 'phase'], {
        kind: text,
        name: text,
        hookType: text,
        phase: words,
        message: words,
      }),
    ),
    initiatedBy: object(['automated', 'selfHeal'], {
      username: words,
      automated: flag,
      selfHeal: flag,
    }),
  }),
  images: listOf(ref('RunningImage')),
  rollouts: listOf(ref('RolloutSummary')),
  drift: driftCounts,
  conditions: listOf(
    object(['type', 'message'], {
      type: text,
      message: words,
      lastTransitionTime: time,
    }),
  ),
  automated: object(['enabled', 'selfHeal', 'prune'], {
    enabled: flag,
    selfHeal: flag,
    prune: flag,
  }),
  sources: listOf(
    object(['repoURL', 'targetRevision'], {
      repoURL: words,
      path: text,
      chart: text,
      targetRevision: text,
      ref: text,
    }),
  ),
  lastChange: object(['revision', 'own'], {
    revision: text,
    own: {
      type: 'boolean',
      description:
        'Whether the commit is known to be about what the Application renders; else Argo CD synced at it',
    },
    deployedAt: time,
    author: words,
    message: words,
    committedAt: time,
    url,
    promotionId: text,
    promotedBy: text,
    mergedBy: text,
  }),
  managedBy: {
    type: 'array',
    items: ref('ManagerKey'),
    description: 'What it hangs under (App of Apps), from the top',
  },
  manages: flag,
  staleSince: time,
  staleReason: words,
} as const;

/** Schemas of what is seen. */
export const deploymentSchemas = {
  Problem: object(['code', 'message', 'remedy'], {
    code: text,
    message: text,
    remedy: text,
    environment: text,
  }),
  RunningImage: object(['repository', 'source'], {
    repository: text,
    tag: text,
    digest: text,
    source: oneOf('pod', 'spec', 'unknown'),
    pods: object(['total', 'matching', 'others'], {
      total: count,
      matching: count,
      others: texts,
      unverified: {
        ...text,
        description:
          'Why it is not known whether `others` are platforms of the image index `digest`',
      },
    }),
  }),
  ApplicationView: object(applicationRequired, applicationProperties),
  ApplicationDetails: object(
    [
      ...applicationRequired,
      'drifted',
      'story',
      'orderProblems',
      'resources',
      'history',
    ],
    {
      ...applicationProperties,
      drifted: listOf(
        object(['kind', 'name', 'difference'], {
          ...resourceKey,
          difference: oneOf('differs', 'missing', 'extra'),
          health,
        }),
      ),
      story: listOf(
        object(['phase', 'waves'], {
          phase: oneOf('PreSync', 'Sync', 'PostSync', 'SyncFail'),
          waves: listOf(
            object(['steps'], {
              wave: { type: 'integer' },
              steps: listOf(
                object(['kind', 'name', 'hook', 'state'], {
                  ...resourceKey,
                  hook: flag,
                  state: oneOf(
                    'done',
                    'running',
                    'failed',
                    'waiting',
                    'pruned',
                  ),
                  message: words,
                }),
              ),
            }),
          ),
        }),
      ),
      orderProblems: listOf(
        object(['kind', 'name', 'message', 'remedy'], {
          kind: text,
          name: text,
          message: words,
          remedy: words,
        }),
      ),
      resources: listOf(
        object(['kind', 'name', 'hook'], {
          ...resourceKey,
          sync: words,
          health,
          hook: flag,
          syncWave: { type: 'integer' },
          requiresPruning: flag,
        }),
      ),
      history: listOf(
        object(['id', 'revisions', 'deployedAt'], {
          id: { type: 'integer' },
          revisions: texts,
          deployedAt: time,
          deployStartedAt: time,
          initiatedBy: words,
        }),
      ),
    },
  ),
  PromotionOffer: object(['from', 'allowed', 'state', 'gates', 'delivery'], {
    from: text,
    release: ref('Release'),
    allowed: flag,
    reason: words,
    state: oneOf('available', 'unchanged', 'unknown', 'refused', 'active'),
    gates: listOf(ref('Gate')),
    delivery: oneOf('commit', 'pull-request'),
  }),
  EnvironmentView: object(
    ['name', 'promotesFrom', 'applications', 'drift', 'offers'],
    {
      name: text,
      promotesFrom: texts,
      applications: listOf(ref('ApplicationView')),
      release: ref('Release'),
      releaseSince: time,
      lag: object(['from'], {
        from: text,
        releases: { type: 'integer', minimum: 1 },
        since: time,
      }),
      drift: driftCounts,
      promotion: ref('PromotionSummary'),
      autoPromote: flag,
      autoPromoteWaits: words,
      hold: ref('Hold'),
      mayHold: flag,
      offers: listOf(ref('PromotionOffer')),
    },
  ),
  PipelineView: object(
    [
      'entityRef',
      'pipeline',
      'asOf',
      'environments',
      'recentPromotions',
      'problems',
      'lookedFor',
    ],
    {
      entityRef: text,
      pipeline: text,
      asOf: time,
      environments: listOf(ref('EnvironmentView')),
      recentPromotions: listOf(ref('PromotionSummary')),
      problems: listOf(ref('Problem')),
      lookedFor: texts,
    },
  ),
  InstanceList: object(['items'], {
    items: listOf(
      object(['name', 'reachable', 'authenticated'], {
        name: text,
        frontendUrl: url,
        reachable: flag,
        authenticated: flag,
        version: text,
        project: text,
        applications: {
          ...count,
          description: 'Absent for who may see only some of them',
        },
        updatedAt: time,
        staleSince: time,
        staleReason: words,
      }),
    ),
  }),
  Error: object(['error'], {
    error: object(['name', 'message'], { name: text, message: words }),
    request: object([], { method: text, url: words }),
    response: object([], { statusCode: { type: 'integer' } }),
  }),
} as const;
