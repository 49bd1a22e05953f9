import { answer, errors, ref, text, time } from './parts';

const inPath = <N extends string>(name: N) =>
  ({ name, in: 'path', required: true, schema: text } as const);
const inQuery = <N extends string, R extends boolean>(name: N, required: R) =>
  ({ name, in: 'query', required, schema: { type: 'string' } } as const);
const words = { type: 'string' } as const;
const application = [
  inPath('kind'),
  inPath('namespace'),
  inPath('name'),
  inPath('instance'),
  inPath('appNamespace'),
  inPath('app'),
] as const;
const path =
  '/v1/entities/{kind}/{namespace}/{name}/applications/{instance}/{appNamespace}/{app}/drift' as const;
const manifestsPath = `${path}/manifests` as const;

/** Paths that tell what differs from git field by field; Argo CD is asked once for each state of an Application. */
export const driftPaths = {
  [path]: {
    get: {
      operationId: 'GetApplicationDrift',
      summary: 'What differs from git in one Application, field by field',
      parameters: [...application],
      responses: {
        '200': answer('The differences', 'ApplicationDrift'),
        '304': {
          description: 'Nothing has changed since the answer with that ETag',
        },
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
  [manifestsPath]: {
    get: {
      operationId: 'GetManifestSides',
      summary: 'Both sides of one object as YAML, secrets hidden',
      parameters: [
        ...application,
        inQuery('group', false),
        // The names of the path stand for the entity, those of the query for the object.
        inQuery('kind', true),
        inQuery('namespace', false),
        inQuery('name', true),
      ],
      responses: {
        '200': answer('Both sides', 'ManifestSides'),
        '304': {
          description: 'Nothing has changed since the answer with that ETag',
        },
        '400': errors['400'],
        '403': errors['403'],
        '404': errors['404'],
      },
    },
  },
} as const;

/** Schemas of field-level drift. */
export const driftSchemas = {
  FieldDifference: {
    type: 'object',
    required: ['path', 'difference'],
    properties: {
      path: text,
      difference: { type: 'string', enum: ['changed', 'added', 'removed'] },
      git: words,
      live: words,
      hidden: { type: 'string', enum: ['secret', 'binary'] },
      changedBy: {
        type: 'object',
        required: ['manager'],
        properties: { manager: text, at: time },
      },
    },
  },
  ApplicationDrift: {
    type: 'object',
    required: ['comparedAt', 'resources'],
    properties: {
      comparedAt: time,
      staleReason: words,
      resources: {
        type: 'array',
        items: {
          type: 'object',
          required: ['kind', 'name', 'difference', 'fields'],
          properties: {
            group: text,
            kind: text,
            namespace: text,
            name: text,
            difference: {
              type: 'string',
              enum: ['differs', 'missing', 'extra'],
            },
            fields: { type: 'array', items: ref('FieldDifference') },
            more: { type: 'integer', minimum: 1 },
          },
        },
      },
    },
  },
  ManifestSides: {
    type: 'object',
    properties: { git: words, live: words },
  },
} as const;
