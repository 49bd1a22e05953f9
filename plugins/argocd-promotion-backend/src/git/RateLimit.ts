import { ServiceUnavailableError } from '@backstage/errors';

/** Headers of an answer, names in lower case. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** A host that sends nonsense must not silence the product for good. */
const LONGEST_MS = 60 * 60 * 1000;
const WITHOUT_WORD_MS = 60 * 1000;

/** The pause that a host has asked for. One is shared by all calls with the same credentials. */
export class RateLimit {
  #until = 0;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** How long the host still wants to be left alone. */
  get remainingMs(): number {
    return Math.max(0, this.#until - this.#now());
  }

  /** Throws `ServiceUnavailableError` while the host wants to be left alone: nothing is asked of it meanwhile. */
  check(name: string): void {
    if (this.remainingMs > 0) throw this.error(name);
  }

  /** Reads `Retry-After` and the rate limit headers of an answer; true when it refuses because of too many requests. */
  learn(status: number, headers: AnswerHeaders): boolean {
    const one = (header: string) => {
      const value = headers[header];
      return Array.isArray(value) ? value[0] : value;
    };
    const retryAfter = one('retry-after');
    const spent =
      (one('x-ratelimit-remaining') ?? one('ratelimit-remaining')) === '0';
    const refused =
      status === 429 || (status === 403 && (retryAfter !== undefined || spent));
    if (!refused && !(status === 503 && retryAfter !== undefined)) return false;
    const reset = Number(one('x-ratelimit-reset') ?? one('ratelimit-reset'));
    const wait = this.#wait(retryAfter, spent ? reset : Number.NaN);
    this.#until = Math.max(
      this.#until,
      this.#now() + Math.min(wait, LONGEST_MS),
    );
    return true;
  }

  /** What {@link RateLimit.check} throws. */
  error(name: string): ServiceUnavailableError {
    return new ServiceUnavailableError(
      `${name} limits how often it is asked, and wants to be left alone until ${new Date(
        this.#until,
      ).toISOString()}`,
    );
  }

  #wait(retryAfter: string | undefined, reset: number): number {
    if (retryAfter !== undefined) {
      const seconds = Number(retryAfter);
      const wait = Number.isFinite(seconds)
        ? seconds * 1000
        : Date.parse(retryAfter) - this.#now();
      if (Number.isFinite(wait)) return Math.max(0, wait);
    }
    return Number.isFinite(reset)
      ? Math.max(0, reset * 1000 - this.#now())
      : WITHOUT_WORD_MS;
  }
}
