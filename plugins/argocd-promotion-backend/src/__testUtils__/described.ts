import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { openapi } from '../schema/openapi';

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(openapi, 'openapi');

/** What an answer does against its description; empty when they agree. */
export function violations(
  schema: keyof typeof openapi.components.schemas,
  answer: unknown,
): string[] {
  const validate = ajv.getSchema(`openapi#/components/schemas/${schema}`);
  if (!validate) throw new Error(`${schema} is not described`);
  validate(answer);
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
}
