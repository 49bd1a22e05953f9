import { NotAllowedError } from '@backstage/errors';

/** A refused commit, with what can be done when the branch itself refuses it; other errors as they are. */
export function forbiddenBranch(error: Error, status: number): Error {
  return status === 403 && error instanceof NotAllowedError
    ? new NotAllowedError(
        `${error.message}. When the branch is protected: set 'delivery: pull-request' for the environment, or let the token's user push to it`,
      )
    : error;
}
