import { InputError } from '@backstage/errors';
import { z } from 'zod';

/** A text that is not blank. */
export const text = z.string().trim().min(1);

/** The value as the schema has it; else an `InputError` that names each field that is wrong. */
export function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || what}: ${message}`,
  );
  throw new InputError(`The ${what} is not understood: ${issues.join('; ')}`);
}
