import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { setTimeout as pause } from 'node:timers/promises';

/** How long nothing but failures, such as a backend that restarts, are put up with. */
const MAX_FAILING_MS = 10 * 60_000;
/** One request that is never answered must not be waited for without end. */
const REQUEST_MS = 30_000;

/** An answer that asking again does not change. */
function isFinal(error: unknown): boolean {
  if (
    isError(error) &&
    ['AuthenticationError', 'NotAllowedError'].includes(error.name)
  )
    return true;
  const status = isError(error) ? Number(error.statusCode) : NaN;
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

/** Asks until there is an answer, or one that is final; each time longer after the last. */
export async function retrying<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  options: {
    logger: Pick<LoggerService, 'warn'>;
    /** No longer than this moment, in milliseconds. */
    deadline: number;
    pauseMs: number;
    signal?: AbortSignal;
  },
): Promise<T> {
  const { logger, deadline, pauseMs, signal } = options;
  const giveUpAt = Math.min(deadline, Date.now() + MAX_FAILING_MS);
  for (let failures = 0; ; failures += 1) {
    const limit = AbortSignal.timeout(REQUEST_MS);
    try {
      return await ask(signal ? AbortSignal.any([signal, limit]) : limit);
    } catch (error) {
      if (signal?.aborted || isFinal(error) || Date.now() >= giveUpAt)
        throw error;
      logger.warn(
        `The promotion could not be reached, trying again: ${
          isError(error) ? error.message : error
        }`,
      );
    }
    await pause(Math.min(15_000, pauseMs * 2 ** failures), undefined, {
      signal,
    });
  }
}
