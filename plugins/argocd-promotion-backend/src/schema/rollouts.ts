import { answer, body, errors, ref, text, time } from './parts';

const inPath = <N extends string>(name: N) =>
  ({ name, in: 'path', required: true, schema: text } as const);
const application = [
  inPath('kind'),
  inPath('namespace'),
  inPath('name'),
  inPath('instance'),
  inPath('appNamespace'),
  inPath('app'),
] as const;
const path =
  '/v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}/rollouts' as const;
const actionsPath = `${path}/actions` as const;

/** Paths about Argo Rollouts. */
export const rolloutPaths = {
  [path]: {
    get: {
      operationId: 'GetRollouts',
      summary: 'The Rollouts of one Application: steps, weights, analyses',
      parameters: [...application],
      responses: {
        '200': answer('The Rollouts', 'RolloutList'),
        '304': {
          description: 'Nothing has changed since the answer with that ETag',
        },
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  [actionsPath]: {
    post: {
      operationId: 'ActOnRollout',
      summary:
        'Acts on a Rollout through Argo CD and waits until the Rollout shows it',
      parameters: [...application],
      requestBody: body('RolloutActionRequest'),
      responses: {
        '200': answer('What came of it', 'RolloutActionResult'),
        '400': errors['400'],
        '403': errors['403'],
        '404': errors['404'],
        '409': errors['409'],
      },
    },
  },
} as const;

const words = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const amount = { type: 'number', minimum: 0 } as const;
const count = { type: 'integer', minimum: 0 } as const;
const listOf = <const T>(items: T) => ({ type: 'array', items } as const);
const oneOf = <const T extends readonly string[]>(...values: T) =>
  ({ type: 'string', enum: values } as const);
const object = <const R extends readonly string[], const P>(
  required: R,
  properties: P,
) => ({ type: 'object', required, properties } as const);

const action = oneOf(
  'resume',
  'skip-current-step',
  'promote-full',
  'pause',
  'abort',
  'retry',
  'restart',
);
const summary = {
  namespace: text,
  name: text,
  state: oneOf(
    'complete',
    'progressing',
    'paused',
    'aborted',
    'degraded',
    'unknown',
  ),
  headline: text,
  message: words,
} as const;
const version = object(['label', 'hash', 'images', 'pods'], {
  label: text,
  hash: text,
  images: listOf(
    object(['repository'], { repository: text, tag: text, digest: text }),
  ),
  pods: object(['total', 'ready'], { total: count, ready: count }),
});
const metric = object(
  ['name', 'phase', 'bounds', 'failureLimit', 'dryRun', 'measurements'],
  {
    name: text,
    phase: text,
    message: words,
    provider: text,
    successCondition: words,
    failureCondition: words,
    bounds: listOf(
      object(['operator', 'value', 'of'], {
        operator: oneOf('>', '>=', '<', '<='),
        value: { type: 'number' },
        of: oneOf('success', 'failure'),
      }),
    ),
    count,
    failureLimit: { type: 'integer' },
    dryRun: flag,
    measurements: listOf(
      object(['phase'], {
        phase: text,
        value: words,
        number: { type: 'number' },
        message: words,
        at: time,
      }),
    ),
  },
);

/** Schemas of Argo Rollouts. */
export const rolloutSchemas = {
  RolloutSummary: object(['name', 'state', 'headline'], summary),
  RolloutView: object(
    [
      'name',
      'state',
      'headline',
      'strategy',
      'steps',
      'replicas',
      'analyses',
      'actions',
      'seen',
    ],
    {
      ...summary,
      strategy: oneOf('canary', 'blue-green'),
      revision: text,
      stable: version,
      update: version,
      steps: listOf(
        object(['kind', 'title', 'state'], {
          kind: oneOf('weight', 'pause', 'analysis', 'experiment', 'other'),
          title: text,
          state: oneOf('done', 'current', 'waiting', 'failed'),
          weight: amount,
        }),
      ),
      weights: object(['update', 'stable', 'by'], {
        update: amount,
        stable: amount,
        by: oneOf('traffic', 'pods'),
      }),
      pause: object(['reason'], {
        reason: oneOf('step', 'blue-green', 'inconclusive', 'by-hand'),
        since: time,
        until: time,
      }),
      blueGreen: object(['autoPromotion', 'scaleDownDelaySeconds'], {
        active: oneOf('stable', 'update'),
        autoPromotion: flag,
        scaleDownDelaySeconds: amount,
        activeService: text,
        previewService: text,
      }),
      replicas: count,
      analyses: listOf(
        object(['name', 'kind', 'phase', 'metrics'], {
          name: text,
          kind: oneOf('step', 'background', 'pre-promotion', 'post-promotion'),
          step: count,
          phase: text,
          message: words,
          startedAt: time,
          finishedAt: time,
          metrics: listOf(metric),
        }),
      ),
      startedAt: time,
      finishedAt: time,
      actions: listOf(
        object(['action', 'available', 'effect'], {
          action,
          available: flag,
          reason: text,
          effect: text,
        }),
      ),
      seen: text,
    },
  ),
  RolloutList: object(['items'], {
    items: listOf(ref('RolloutView')),
    staleReason: words,
  }),
  RolloutActionRequest: {
    ...object(['environment', 'name', 'action', 'seen'], {
      environment: text,
      namespace: text,
      name: text,
      action,
      seen: {
        ...text,
        description: 'Of the answer that whoever asks has seen',
      },
    }),
    additionalProperties: false,
  },
  RolloutActionResult: object(['rollout', 'happened', 'message'], {
    rollout: ref('RolloutView'),
    happened: flag,
    message: text,
  }),
} as const;
