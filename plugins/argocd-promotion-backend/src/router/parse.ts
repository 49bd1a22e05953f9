import { InputError } from '@backstage/errors';
import { Request } from 'express';
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

/** The key under which a request may be sent again. */
export function idempotencyKey(request: Request): string {
  const key = request.header('Idempotency-Key')?.trim();
  if (key && key.length <= 255) return key;
  throw new InputError(
    "The header 'Idempotency-Key' is missing or longer than 255 characters; send a new UUID for each new request",
  );
}
