import { answer, body, errors, text } from './parts';

/** Path of what reads the record back from git. */
export const rebuildPaths = {
  '/v1/record/rebuild': {
    post: {
      operationId: 'RebuildRecord',
      summary:
        'Reads finished promotions back from the trailers of the commits on the target branches',
      requestBody: body('RebuildRequest', false),
      responses: {
        '200': answer('What was found and restored', 'RebuildResult'),
        ...errors,
      },
    },
  },
} as const;

const count = { type: 'integer', minimum: 0 } as const;

/** Its schemas. */
export const rebuildSchemas = {
  RebuildRequest: {
    type: 'object',
    additionalProperties: false,
    properties: {
      commits: {
        type: 'integer',
        minimum: 1,
        maximum: 20000,
        default: 1000,
        description: 'How far back each branch is walked',
      },
      dryRun: { type: 'boolean', default: false },
    },
  },
  RebuildResult: {
    type: 'object',
    required: ['branches', 'found', 'restored', 'known', 'skipped'],
    properties: {
      branches: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repo', 'branch', 'commits'],
          properties: {
            repo: text,
            branch: text,
            commits: count,
            error: { type: 'string' },
          },
        },
      },
      found: count,
      restored: count,
      known: count,
      skipped: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'commit', 'reason'],
          properties: { id: text, commit: text, reason: text },
        },
      },
    },
  },
} as const;
