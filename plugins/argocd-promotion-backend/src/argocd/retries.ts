/** Attempts of one safe request, the first one included. */
export const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 150;
/** A server that asks for a longer pause than this is answered to the caller at once. */
const MAX_PAUSE_MS = 5_000;

/** Statuses of a server, or of a proxy before it, that is about to be back. */
export const isPassing = (status: number): boolean =>
  [429, 502, 503, 504].includes(status);

/** Failures of a connection, not of what stands behind it: a name that is unknown or a certificate stays so. */
export const isBrokenConnection = (code: string | undefined): boolean =>
  ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET'].includes(
    code ?? '',
  );

/**
 * Milliseconds before the next attempt: growing, with full jitter, so that many callers do not come back together;
 * undefined when there should be none.
 */
export function retryPause(options: {
  /** Attempts made so far. */
  made: number;
  retryAfter?: string | string[];
  random: () => number;
}): number | undefined {
  const { made, retryAfter, random } = options;
  if (made >= ATTEMPTS) return undefined;
  const ceiling = FIRST_PAUSE_MS * 4 ** (made - 1);
  const jittered = ceiling * (0.5 + random() / 2);
  const asked = Number(retryAfter) * 1_000;
  if (!(asked > 0)) return jittered;
  return asked > MAX_PAUSE_MS ? undefined : Math.max(asked, jittered);
}
