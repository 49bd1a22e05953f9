import { ref, text, time, url } from './parts';

const delivery = { type: 'string', enum: ['commit', 'pull-request'] } as const;
const planRequestProperties = {
  entityRef: { ...text, description: 'Such as component:default/checkout' },
  environment: text,
  from: {
    ...text,
    description: 'Upstream environment; needed when there are several',
  },
  release: {
    ...text,
    description: 'Id of the release; default what `from` runs now',
  },
} as const;

const summaryProperties = {
  id: { type: 'string', format: 'uuid' },
  entityRef: text,
  environment: text,
  from: text,
  state: ref('PromotionState'),
  message: {
    type: 'string',
    description: 'What it waits for, or why it ended so',
  },
  release: ref('Release'),
  delivery,
  requestedBy: text,
  createdAt: time,
  updatedAt: time,
  endedAt: time,
  commit: { type: 'object', required: ['sha'], properties: { sha: text, url } },
  pullRequest: {
    type: 'object',
    required: ['number'],
    properties: { number: { type: 'integer' }, url, mergedBy: text },
  },
  applicationUrls: { type: 'array', items: url },
  linkedTo: {
    type: 'object',
    required: ['id', 'relation'],
    properties: {
      id: text,
      relation: { type: 'string', enum: ['retry', 'rollback'] },
    },
  },
  override: {
    type: 'object',
    description: 'Somebody has promoted past its gates',
    required: ['by', 'at', 'reason', 'skipped'],
    properties: {
      by: text,
      at: time,
      reason: text,
      skipped: { type: 'array', items: text },
    },
  },
  rebuilt: {
    type: 'boolean',
    description: 'Read back from git after the database was lost',
  },
  trainId: {
    type: 'string',
    format: 'uuid',
    description: 'The train that it is part of',
  },
  actions: {
    type: 'object',
    description:
      'What the viewer may do with it; not in lists. What makes no sense in its state is absent',
    additionalProperties: false,
    properties: {
      approve: ref('PromotionActionState'),
      revoke: ref('PromotionActionState'),
      override: ref('PromotionActionState'),
      reject: ref('PromotionActionState'),
      cancel: ref('PromotionActionState'),
      retry: ref('PromotionActionState'),
      rollback: ref('PromotionActionState'),
    },
  },
} as const;
const summaryRequired = [
  'id',
  'entityRef',
  'environment',
  'state',
  'message',
  'release',
  'delivery',
  'requestedBy',
  'createdAt',
  'updatedAt',
  'applicationUrls',
] as const;

/** Schemas of plans and promotions; `Error` is that of Backstage. */
export const promotionSchemas = {
  PlanRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['entityRef', 'environment'],
    properties: planRequestProperties,
  },
  PromotionRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['entityRef', 'environment'],
    properties: {
      ...planRequestProperties,
      planHash: {
        ...text,
        description: 'Refused with 409 unless the plan still has this hash',
      },
      delivery,
      message: { type: 'string', maxLength: 4000 },
    },
  },
  Approval: {
    type: 'object',
    additionalProperties: false,
    required: ['planHash'],
    properties: { planHash: text, reason: { type: 'string', maxLength: 4000 } },
  },
  Overriding: {
    type: 'object',
    additionalProperties: false,
    required: ['planHash', 'reason'],
    properties: {
      planHash: text,
      reason: { type: 'string', minLength: 1, maxLength: 4000 },
    },
  },
  Rejection: {
    type: 'object',
    additionalProperties: false,
    properties: { reason: { type: 'string', maxLength: 4000 } },
  },
  PromotionActionState: {
    type: 'object',
    required: ['allowed'],
    properties: {
      allowed: { type: 'boolean' },
      reason: { type: 'string', description: 'Why not, for people' },
    },
  },
  PromotionState: {
    type: 'string',
    enum: [
      'waiting',
      'delivering',
      'in-review',
      'syncing',
      'verifying',
      'succeeded',
      'failed',
      'rejected',
      'cancelled',
      'superseded',
      'unchanged',
    ],
  },
  Release: {
    type: 'object',
    required: ['id', 'images'],
    properties: {
      id: {
        type: 'string',
        description:
          'Hash of the sorted repository@digest lines, and those of the charts',
      },
      images: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repository', 'digest'],
          properties: { repository: text, digest: text, tag: text },
        },
      },
      charts: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repoURL', 'chart', 'version'],
          properties: { repoURL: text, chart: text, version: text },
        },
      },
    },
  },
  Gate: {
    type: 'object',
    required: ['kind', 'title', 'state', 'reason'],
    properties: {
      kind: text,
      title: text,
      state: { type: 'string', enum: ['passed', 'pending', 'blocked'] },
      reason: { type: 'string' },
      opensAt: time,
      gates: { type: 'array', items: ref('Gate') },
    },
  },
  Plan: {
    type: 'object',
    required: [
      'hash',
      'entityRef',
      'environment',
      'base',
      'edits',
      'release',
      'changes',
      'gates',
      'delivery',
      'problems',
    ],
    properties: {
      hash: text,
      entityRef: text,
      environment: text,
      from: text,
      base: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repo', 'branch', 'commit'],
          properties: { repo: text, branch: text, commit: text },
        },
      },
      edits: {
        type: 'array',
        items: {
          type: 'object',
          required: [
            'repo',
            'branch',
            'path',
            'patch',
            'blobBefore',
            'blobAfter',
          ],
          properties: {
            repo: text,
            branch: text,
            path: text,
            patch: { type: 'string', description: 'Unified diff' },
            blobBefore: text,
            blobAfter: text,
          },
        },
      },
      release: ref('Release'),
      replaces: ref('Release'),
      changes: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repository', 'to'],
          properties: {
            repository: text,
            from: { type: 'object', properties: { tag: text, digest: text } },
            to: {
              type: 'object',
              required: ['digest'],
              properties: { tag: text, digest: text },
            },
          },
        },
      },
      chartChanges: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repoURL', 'chart', 'from', 'to'],
          properties: { repoURL: text, chart: text, from: text, to: text },
        },
      },
      sourceChanges: {
        type: 'array',
        items: {
          type: 'object',
          required: ['repository', 'from', 'to', 'commits'],
          properties: {
            repository: text,
            from: text,
            to: text,
            back: { type: 'boolean' },
            more: { type: 'boolean' },
            commits: {
              type: 'array',
              items: {
                type: 'object',
                required: ['sha', 'message', 'author', 'committedAt'],
                properties: {
                  sha: text,
                  message: { type: 'string' },
                  author: { type: 'string' },
                  committedAt: time,
                  url: text,
                },
              },
            },
          },
        },
      },
      gates: { type: 'array', items: ref('Gate') },
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
  Hold: {
    type: 'object',
    required: ['entityRef', 'heldBy', 'at'],
    properties: {
      entityRef: text,
      environment: text,
      reason: text,
      heldBy: text,
      at: time,
      promotionId: text,
    },
  },
  RenderedDifference: {
    type: 'object',
    required: ['applications'],
    properties: {
      applications: { type: 'array', items: ref('RenderedApplication') },
      more: {
        type: 'integer',
        description: 'Applications that were not looked at',
      },
    },
  },
  RenderedApplication: {
    type: 'object',
    required: ['instance', 'namespace', 'name', 'state', 'objects'],
    properties: {
      instance: text,
      namespace: text,
      name: text,
      state: {
        type: 'string',
        enum: ['rendered', 'computed', 'failed'],
        description:
          '`computed`: the images pinned in what is rendered without the promotion',
      },
      reason: { type: 'string', description: 'Why it failed' },
      objects: { type: 'array', items: ref('RenderedChange') },
      more: {
        type: 'integer',
        description: 'Objects that change and are not listed',
      },
    },
  },
  RenderedChange: {
    type: 'object',
    required: ['kind', 'name', 'change'],
    properties: {
      group: text,
      kind: text,
      namespace: text,
      name: { type: 'string' },
      change: { type: 'string', enum: ['added', 'removed', 'changed'] },
      patch: {
        type: 'string',
        description: 'Unified diff of its YAML, secrets masked',
      },
      omitted: {
        type: 'string',
        enum: ['too-large', 'hidden'],
        description:
          'Why there is no patch: only secret values differ, or its size',
      },
    },
  },
  HoldRequest: {
    type: 'object',
    required: ['entityRef'],
    additionalProperties: false,
    properties: {
      entityRef: text,
      environment: text,
      reason: { type: 'string', maxLength: 4000 },
    },
  },
  HoldList: {
    type: 'object',
    required: ['items'],
    properties: { items: { type: 'array', items: ref('Hold') } },
  },
  RollbackRequest: {
    type: 'object',
    additionalProperties: false,
    properties: { release: text },
  },
  PromotionSummary: {
    type: 'object',
    required: summaryRequired,
    properties: summaryProperties,
  },
  PromotionPage: {
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', items: ref('PromotionSummary') },
      nextCursor: text,
    },
  },
  Promotion: {
    type: 'object',
    required: [...summaryRequired, 'plan', 'gates', 'approvals', 'events'],
    properties: {
      ...summaryProperties,
      plan: ref('Plan'),
      gates: { type: 'array', items: ref('Gate') },
      approvals: {
        type: 'array',
        items: {
          type: 'object',
          required: ['by', 'at'],
          properties: {
            by: text,
            at: time,
            reason: { type: 'string' },
            void: {
              type: 'boolean',
              description: 'Given to an earlier plan; it does not count',
            },
          },
        },
      },
      events: {
        type: 'array',
        items: {
          type: 'object',
          required: ['sequence', 'at', 'state', 'message'],
          properties: {
            sequence: { type: 'integer' },
            at: time,
            state: ref('PromotionState'),
            message: { type: 'string' },
            actor: text,
          },
        },
      },
    },
  },
} as const;
