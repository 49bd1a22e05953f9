import { answer, body, errors, ref, text, time } from './parts';

// The routes about trains in the OpenAPI description.

const id = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
} as const;
const act = <O extends string, S extends string, C extends '200' | '201'>(
  operationId: O,
  summary: S,
  code: C,
) =>
  ({
    operationId,
    summary,
    parameters: [id],
    responses: { [code]: answer('The train', 'Train'), ...errors },
  } as const);

/** Paths of trains. */
export const trainPaths = {
  '/v1/trains/plans': {
    post: {
      operationId: 'CreateTrainPlan',
      summary:
        'The exact change that promoting several services as one would make; writes nothing',
      requestBody: body('TrainPlanRequest'),
      responses: { '200': answer('The joint plan', 'TrainPlan'), ...errors },
    },
  },
  '/v1/trains': {
    post: {
      operationId: 'CreateTrain',
      summary: 'Promotes several services as one: all or none',
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description:
            'The same key and body give the same train again, for 30 days',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      ],
      requestBody: body('TrainRequest'),
      responses: {
        '200': answer(
          'The train of an earlier request with this key, or one with nothing to change',
          'Train',
        ),
        '201': answer('A new train', 'Train'),
        ...errors,
      },
    },
  },
  '/v1/trains/{id}': {
    get: {
      operationId: 'GetTrain',
      summary: 'A train with those of its promotions that one may see',
      parameters: [id],
      responses: {
        '200': answer('The train', 'Train'),
        '404': errors['404'],
      },
    },
  },
  '/v1/trains/{id}/cancel': {
    post: act(
      'CancelTrain',
      'Takes back all members that have not reached their branch',
      '200',
    ),
  },
  '/v1/trains/{id}/retry': {
    post: act(
      'RetryTrain',
      'A new train of the members that ended without success',
      '201',
    ),
  },
  '/v1/trains/{id}/rollback': {
    post: act(
      'RollbackTrain',
      'A new train that takes all members that were written back to what ran before, through git',
      '201',
    ),
  },
} as const;

const delivery = { type: 'string', enum: ['commit', 'pull-request'] } as const;
const request = {
  environment: text,
  from: {
    ...text,
    description: 'Upstream environment of all; needed when there are several',
  },
  members: {
    type: 'array',
    minItems: 2,
    maxItems: 25,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['entityRef'],
      properties: { entityRef: text, release: text },
    },
  },
} as const;

/** Schemas of trains. */
export const trainSchemas = {
  TrainPlanRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['environment', 'members'],
    properties: request,
  },
  TrainRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['environment', 'members'],
    properties: {
      ...request,
      planHash: {
        ...text,
        description: 'Refused with 409 unless the joint plan has this hash',
      },
      delivery,
      message: { type: 'string', maxLength: 4000 },
    },
  },
  TrainPlan: {
    type: 'object',
    required: [
      'hash',
      'environment',
      'members',
      'commits',
      'delivery',
      'problems',
    ],
    properties: {
      hash: text,
      environment: text,
      members: { type: 'array', items: ref('Plan') },
      commits: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repo', 'branch', 'entityRefs'],
          properties: {
            repo: text,
            branch: text,
            entityRefs: { type: 'array', items: text },
          },
        },
      },
      delivery,
      problems: {
        type: 'array',
        items: {
          type: 'object',
          required: ['code', 'message', 'remedy'],
          properties: {
            code: text,
            message: text,
            remedy: text,
            environment: text,
          },
        },
      },
    },
  },
  Train: {
    type: 'object',
    required: ['id', 'environment', 'requestedBy', 'createdAt', 'members'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      environment: text,
      requestedBy: text,
      createdAt: time,
      members: { type: 'array', items: ref('PromotionSummary') },
      actions: {
        type: 'object',
        description:
          'What the viewer may do with it; what makes no sense now is absent, and so is all for who does not see each member',
        additionalProperties: false,
        properties: {
          cancel: ref('PromotionActionState'),
          retry: ref('PromotionActionState'),
          rollback: ref('PromotionActionState'),
        },
      },
    },
  },
} as const;
