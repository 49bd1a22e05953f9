import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { RequestHandler } from 'express';
import description from './restDescription.json';

interface Operation {
  parameters: Array<{
    name: string;
    in: string;
    required?: boolean;
    schema: object;
  }>;
  body?: object;
  bodyRequired?: boolean;
  statuses: string[];
}

/** Statuses that any operation may answer, whatever its description says. */
const ALWAYS = ['401', '403', '404', '409', '422', '429', '500', '502'];

/**
 * Refuses what GitHub's published description of its REST API does not allow, and breaks the test when the fake itself
 * answers with a status that the description does not know.
 */
export function validateRest(): RequestHandler {
  const ajv = new Ajv({
    strict: false,
    coerceTypes: true,
    allErrors: true,
    logger: false,
  });
  const strictAjv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats(ajv);
  addFormats(strictAjv);
  const operations = Object.entries(
    description.operations as unknown as Record<string, Operation>,
  ).map(([key, operation]) => {
    const [method, template] = key.split(' ');
    const query = operation.parameters.filter(each => each.in === 'query');
    return {
      method,
      pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
      query: ajv.compile({
        type: 'object',
        properties: Object.fromEntries(
          query.map(each => [each.name, each.schema]),
        ),
        required: query.filter(each => each.required).map(each => each.name),
        additionalProperties: false,
      }),
      body: operation.body && strictAjv.compile(operation.body),
      statuses: operation.statuses,
    };
  });
  return (request, response, next) => {
    const operation = operations.find(
      ({ method, pattern }) =>
        method === request.method && pattern.test(request.path),
    );
    if (!operation) {
      response
        .status(404)
        .json({ message: `Not described: ${request.method} ${request.path}` });
      return;
    }
    if (!operation.query({ ...request.query })) {
      response.status(422).json({
        message: `Not described: ${ajv.errorsText(operation.query.errors)}`,
      });
      return;
    }
    if (operation.body && !operation.body(request.body)) {
      response.status(422).json({
        message: `Invalid request: ${strictAjv.errorsText(
          operation.body.errors,
        )}`,
      });
      return;
    }
    response.on('finish', () => {
      const status = String(response.statusCode);
      if (![...operation.statuses, ...ALWAYS].includes(status))
        throw new Error(`${request.method} ${request.path} can't be ${status}`);
    });
    next();
  };
}
