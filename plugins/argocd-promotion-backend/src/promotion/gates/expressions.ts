import { InputError } from '@backstage/errors';
import { CelInput, isCelError, run } from '@bufbuild/cel';

/**
 * Evaluates a CEL expression that answers yes or no. CEL ends always, reaches nothing outside of its variables, and is
 * what Kubernetes' own admission policies are written in (https://cel.dev).
 *
 * @param variables - JSON values. Throws `InputError` with what is wrong with the expression.
 */
export function holds(
  expression: string,
  variables: Record<string, unknown>,
): boolean {
  const answer = run(expression, variables as Record<string, CelInput>);
  if (isCelError(answer))
    throw new InputError(
      `'${expression}' can't be evaluated: ${answer.message}`,
    );
  if (typeof answer !== 'boolean')
    throw new InputError(
      `'${expression}' gives no yes or no; compare it with something`,
    );
  return answer;
}
