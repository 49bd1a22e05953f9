import { answer, body, errors, query, ref, text } from './parts';

// The routes about plans and promotions in the OpenAPI description.

const id = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
} as const;
const act = <
  O extends string,
  S extends string,
  B extends ReturnType<typeof body>,
>(
  operationId: O,
  summary: S,
  requestBody?: B,
) =>
  ({
    operationId,
    summary,
    parameters: [id],
    ...(requestBody ? { requestBody } : {}),
    responses: { '200': answer('The promotion', 'Promotion'), ...errors },
  } as const);
const link = <O extends string, S extends string>(operationId: O, summary: S) =>
  ({
    operationId,
    summary,
    parameters: [id],
    responses: {
      '201': answer('A new, linked promotion', 'Promotion'),
      ...errors,
    },
  } as const);

/** Paths of plans and promotions. */
export const promotionPaths = {
  '/v1/plans': {
    post: {
      operationId: 'CreatePlan',
      summary: 'The exact change that a promotion would make; writes nothing',
      requestBody: body('PlanRequest'),
      responses: { '200': answer('The plan', 'Plan'), ...errors },
    },
  },
  '/v1/plans/rendered': {
    post: {
      operationId: 'GetRenderedPlan',
      summary:
        'What the promotion would change of what Argo CD renders; writes nothing',
      requestBody: body('PlanRequest'),
      responses: {
        '200': answer('Object by object', 'RenderedDifference'),
        ...errors,
      },
    },
  },
  '/v1/promotions/{id}/rendered': {
    get: {
      operationId: 'GetRenderedPromotion',
      summary:
        'What a promotion changes of what Argo CD renders, in git where it is there',
      parameters: [id],
      responses: {
        '200': answer('Object by object', 'RenderedDifference'),
        ...errors,
      },
    },
  },
  '/v1/promotions': {
    post: {
      operationId: 'CreatePromotion',
      summary: 'Asks for a promotion',
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description:
            'The same key and body give the same promotion again, for 30 days',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      ],
      requestBody: body('PromotionRequest'),
      responses: {
        '200': answer(
          'The promotion of an earlier request with this key, or one with nothing to change',
          'Promotion',
        ),
        '201': answer('A new promotion', 'Promotion'),
        ...errors,
      },
    },
    get: {
      operationId: 'ListPromotions',
      summary: 'Promotions that one may see, newest first',
      parameters: [
        query('entityRef', text),
        query('environment', text),
        query('state', ref('PromotionState')),
        query('cursor', text),
        query('limit', {
          type: 'integer',
          minimum: 1,
          maximum: 100,
          default: 20,
        } as const),
      ],
      responses: {
        '200': answer('A page', 'PromotionPage'),
        '400': errors['400'],
      },
    },
  },
  '/v1/promotions/{id}': {
    get: {
      operationId: 'GetPromotion',
      summary: 'A promotion with every event of its life',
      parameters: [id],
      responses: {
        '200': answer('The promotion', 'Promotion'),
        '404': errors['404'],
      },
    },
  },
  '/v1/promotions/{id}/approve': {
    post: act(
      'ApprovePromotion',
      'Agrees to the plan with this hash',
      body('Approval'),
    ),
  },
  '/v1/promotions/{id}/revoke': {
    post: act(
      'RevokeApproval',
      "Takes one's own approval back, as long as nothing is being written",
      body('Rejection', false),
    ),
  },
  '/v1/promotions/{id}/override': {
    post: act(
      'OverridePromotion',
      'Promotes past the gates and approvals of the plan with this hash; it stays marked',
      body('Overriding'),
    ),
  },
  '/v1/promotions/{id}/reject': {
    post: act(
      'RejectPromotion',
      'Ends a promotion that waits',
      body('Rejection', false),
    ),
  },
  '/v1/promotions/{id}/cancel': {
    post: act('CancelPromotion', 'Takes back what has not reached the branch'),
  },
  '/v1/promotions/{id}/retry': {
    post: link('RetryPromotion', 'Asks again for what ended without success'),
  },
  '/v1/promotions/{id}/rollback': {
    post: {
      ...link('RollbackPromotion', 'Promotes what ran before, through git'),
      requestBody: body('RollbackRequest', false),
    },
  },
  '/v1/holds': {
    get: {
      operationId: 'ListHolds',
      summary: 'What keeps an entity from being promoted by itself',
      parameters: [{ ...query('entityRef', text), required: true }],
      responses: { '200': answer('Its holds', 'HoldList'), ...errors },
    },
    post: {
      operationId: 'SetHold',
      summary: 'Holds an environment of an entity, or the whole entity',
      requestBody: body('HoldRequest'),
      responses: { '200': answer('All its holds', 'HoldList'), ...errors },
    },
    delete: {
      operationId: 'LiftHold',
      summary: 'Lifts a hold',
      parameters: [
        { ...query('entityRef', text), required: true },
        query('environment', text),
      ],
      responses: { '200': answer('The holds left', 'HoldList'), ...errors },
    },
  },
} as const;
