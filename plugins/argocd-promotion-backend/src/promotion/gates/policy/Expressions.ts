import { runInNewContext } from 'node:vm';
import { InputError, isError } from '@backstage/errors';
import { CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';

/** Variables of CEL as JSON has them; whole numbers are CEL's `int`, as in Kubernetes. */
export type Variables = Record<string, unknown>;
type Compiled = ReturnType<typeof plan>;

/** An expression that took too long. */
export class ExpressionTimeoutError extends Error {}

/** CEL expressions, each parsed once, evaluated for at most so long. */
export class Expressions {
  readonly #compiled = new Map<string, Compiled>();
  readonly #env = celEnv();

  /** Throws `InputError` for what is no expression. */
  compile(expression: string): Compiled {
    const known = this.#compiled.get(expression);
    if (known) return known;
    let compiled: Compiled;
    try {
      compiled = plan(this.#env, parse(expression));
    } catch (error) {
      throw new InputError(
        `'${expression}' is no CEL expression: ${
          isError(error) ? error.message : error
        }`,
      );
    }
    this.#compiled.set(expression, compiled);
    return compiled;
  }

  /** The value. Throws `InputError` with what CEL says, or `ExpressionTimeoutError`. */
  evaluate(
    expression: string,
    variables: Variables,
    timeoutMs: number,
  ): unknown {
    const compiled = this.compile(expression);
    const answer = bounded(
      () => compiled(variables as Record<string, CelInput>),
      timeoutMs,
    );
    if (isCelError(answer)) throw new InputError(answer.message);
    return answer;
  }
}

/** Runs what never yields for at most so long: V8 ends whatever is called inside of a script with a deadline. */
function bounded<T>(work: () => T, timeoutMs: number): T {
  try {
    return runInNewContext('work()', { work }, { timeout: timeoutMs }) as T;
  } catch (error) {
    if (
      error !== null &&
      typeof error === 'object' &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    )
      throw new ExpressionTimeoutError(
        `it takes longer than ${timeoutMs} milliseconds`,
      );
    throw error;
  }
}

/** JSON as CEL takes it. */
export function toCel(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, nested]) => [key, toCel(nested)]),
  );
}
