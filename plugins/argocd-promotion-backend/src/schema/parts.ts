/** Parts that the descriptions of both halves are made of. */
export const text = { type: 'string', minLength: 1 } as const;
export const time = { type: 'string', format: 'date-time' } as const;
export const url = { type: 'string', format: 'uri' } as const;
export const ref = <N extends string>(name: N) =>
  ({ $ref: `#/components/schemas/${name}` } as const);
export const answer = <N extends string>(description: string, name: N) =>
  ({
    description,
    content: { 'application/json': { schema: ref(name) } },
  } as const);
export const body = <N extends string>(name: N, required = true) =>
  ({
    required,
    content: { 'application/json': { schema: ref(name) } },
  } as const);
export const query = <N extends string, S>(name: N, schema: S) =>
  ({ name, in: 'query', required: false, schema } as const);
export const errors = {
  '400': answer(
    'The request is not understood, or cannot be fulfilled; the message says what to do',
    'Error',
  ),
  '403': answer('Not allowed, or the Application is only claimed', 'Error'),
  '404': answer('Unknown, or not to be seen', 'Error'),
  '409': answer('The state is another by now', 'Error'),
} as const;
