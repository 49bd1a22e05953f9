import { isError } from '@backstage/errors';
import { StoredPromotion } from '../types';
import {
  EngineContext,
  limitOf,
  StepResult,
  timeInState,
  words,
} from './EngineContext';
import { butWritten } from './written';

/** Errors that trying again does not mend. */
const PERMANENT = ['InputError', 'NotAllowedError', 'NotImplementedError'];
const SLOWEST_MS = 30_000;
/** Somebody who commits every second must not keep us from ever writing between two commits. */
const SLOWEST_AFTER_CONFLICT_MS = 500;

/** Git does not tell whether an earlier run has written. */
export class UnknownTraceError extends Error {
  constructor(repo: string, why: unknown) {
    super(
      `It is not known whether ${repo} was written to: ${
        isError(why) ? why.message : why
      }`,
    );
    this.name = 'UnknownTraceError';
  }
}

/** What a step that has thrown comes to: another try, or the end. */
export function afterError(
  promotion: StoredPromotion,
  error: unknown,
  context: Pick<EngineContext, 'now' | 'timeouts'>,
): StepResult {
  const { state, notes } = promotion;
  const reason = isError(error) ? error.message : String(error);
  const name = isError(error) ? error.name : undefined;
  const delivering = state === 'delivering';
  if (delivering && PERMANENT.includes(name ?? '')) {
    const message = `Could not be written: ${reason}${butWritten(promotion)}`;
    return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
  }
  const limit = limitOf(state, context.timeouts);
  const late = timeInState(promotion, context.now()) > limit;
  // A write without an answer may have been done: that step looks for its trace before it gives up by itself.
  if (late && (!delivering || error instanceof UnknownTraceError)) {
    const message = `Given up after ${words(
      limit,
    )} in the state ${state}: ${reason}`;
    return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
  }
  const failures = (notes.failures ?? 0) + 1;
  const conflict = name === 'ConflictError';
  // Replicas and rivals that met once must not meet again and again.
  const spread = 0.5 + Math.random();
  return {
    patch: {
      // Somebody else's commit came first: that is no failure, plan again at once.
      message: conflict
        ? 'The branch moved; tries again'
        : `Tries again: ${reason}`,
      notes: { ...notes, failures },
    },
    lookAgainInMs: conflict
      ? Math.min(SLOWEST_AFTER_CONFLICT_MS, 25 * 2 ** failures) * spread
      : Math.min(SLOWEST_MS, 500 * 2 ** failures),
  };
}
