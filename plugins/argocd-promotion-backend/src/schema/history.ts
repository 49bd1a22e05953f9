import { answer, errors, ref, text, time, url } from './parts';

const inPath = <N extends string>(name: N) =>
  ({ name, in: 'path', required: true, schema: text } as const);
const words = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const path =
  '/v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}/history' as const;

/** The path about past deployments. */
export const historyPaths = {
  [path]: {
    get: {
      operationId: 'GetDeploymentHistory',
      summary: 'The last deployments of one Application, and what each changed',
      parameters: [
        inPath('kind'),
        inPath('namespace'),
        inPath('name'),
        inPath('instance'),
        inPath('appNamespace'),
        inPath('app'),
      ],
      responses: {
        '200': answer('The deployments, newest first', 'DeploymentHistory'),
        '304': {
          description: 'Nothing has changed since the answer with that ETag',
        },
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
} as const;

/** Schemas of past deployments. */
export const historySchemas = {
  DeploymentChange: {
    type: 'object',
    required: ['repoURL', 'revision', 'commits', 'files', 'images'],
    properties: {
      repoURL: words,
      revision: text,
      commits: {
        type: 'array',
        items: {
          type: 'object',
          required: ['sha'],
          properties: {
            sha: text,
            author: words,
            message: words,
            committedAt: time,
            url,
          },
        },
      },
      files: texts,
      images: {
        type: 'object',
        required: ['before', 'after'],
        properties: { before: texts, after: texts },
      },
      incomplete: words,
    },
  },
  DeploymentHistory: {
    type: 'object',
    required: ['items'],
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'revisions', 'deployedAt', 'initiatedBy', 'changes'],
          properties: {
            id: { type: 'integer', minimum: 0 },
            revisions: texts,
            deployedAt: time,
            deployStartedAt: time,
            initiatedBy: {
              type: 'object',
              required: ['automated'],
              properties: { username: words, automated: { type: 'boolean' } },
            },
            changes: { type: 'array', items: ref('DeploymentChange') },
          },
        },
      },
    },
  },
} as const;
