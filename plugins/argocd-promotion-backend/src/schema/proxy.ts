import { PROXY_ROUTES } from '../proxy/routes';
import { answer, errors, text } from './parts';

// The read-only passage to Argo CD in the OpenAPI description.

const inPath = <N extends string>(name: N, description?: string) =>
  ({
    name,
    in: 'path',
    required: true,
    schema: text,
    ...(description ? { description } : {}),
  } as const);

const passes = PROXY_ROUTES.map(
  ({ below, query }) =>
    `- \`${['api/v1/applications/{name}', ...below].join('/')}\`${
      Object.keys(query).length > 0
        ? ` with ${Object.keys(query).join(', ')}`
        : ''
    }`,
).join('\n');

/** One path for all that passes: what it may be is told in words, as Argo CD's own description tells the rest. */
export const proxyPaths = {
  '/v1/entities/{kind}/{namespace}/{name}/proxy/{instance}/{path}': {
    get: {
      operationId: 'ReadArgocd',
      summary: "Read-only passage to Argo CD, for this entity's Applications",
      description: `The Application must be the entity's by proof. Values of Secrets are masked. These pass, and nothing else:\n${passes}\n\nEach takes appNamespace and project too: the Application must have them.`,
      parameters: [
        inPath('kind'),
        inPath('namespace'),
        inPath('name'),
        inPath('instance'),
        inPath('path', 'As in Argo CD, from `api` on; slashes stay slashes'),
      ],
      responses: {
        '200': {
          description:
            'What Argo CD answered, made anew: the list that was asked for, and `{ items: [{ content, time, podName }] }` for logs',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        ...errors,
        '405': answer('Only GET passes', 'Error'),
        '503': answer(
          'Argo CD did not answer, or not in time, or something too large',
          'Error',
        ),
      },
    },
  },
} as const;
