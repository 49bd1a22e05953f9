import { InputError, isError } from '@backstage/errors';
import { Expressions } from './policy/Expressions';

const TIMEOUT_MS = 250;
const expressions = new Expressions();

/**
 * Evaluates a CEL expression that answers yes or no. CEL reaches nothing outside of its variables, and is what
 * Kubernetes' own admission policies are written in (https://cel.dev).
 *
 * @param variables - JSON values. Throws `InputError` with what is wrong with the expression.
 */
export function holds(
  expression: string,
  variables: Record<string, unknown>,
): boolean {
  let answer: unknown;
  try {
    answer = expressions.evaluate(expression, variables, TIMEOUT_MS);
  } catch (error) {
    throw new InputError(
      `'${expression}' can't be evaluated: ${
        isError(error) ? error.message : error
      }`,
    );
  }
  if (typeof answer !== 'boolean')
    throw new InputError(
      `'${expression}' gives no yes or no; compare it with something`,
    );
  return answer;
}
