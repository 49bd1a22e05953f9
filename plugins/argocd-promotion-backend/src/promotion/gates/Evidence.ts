import { LoggerService } from '@backstage/backend-plugin-api';
import { isError, stringifyError } from '@backstage/errors';

const MAX_ENTRIES = 1_000;

/** What was found out, or why it could not be. */
export type Finding<T> = { at: Date } & (
  | { value: T; error?: undefined }
  | { error: string; value?: undefined }
);

const told = (finding: Finding<unknown> | undefined) =>
  finding && JSON.stringify([finding.value, finding.error]);

/**
 * What gates have asked others for, kept for a while. A page never waits for an answer: it gets what is known, and what
 * is too old is asked for anew meanwhile.
 */
export class Evidence {
  readonly #entries = new Map<string, { finding?: Finding<unknown> }>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #logger: LoggerService;
  readonly #onFound: (entityRef: string) => void;
  readonly #now: () => Date;

  constructor(options: {
    logger: LoggerService;
    /** Told when something else than before was found out. */
    onFound(entityRef: string): void;
    now?: () => Date;
  }) {
    this.#logger = options.logger;
    this.#onFound = options.onFound;
    this.#now = options.now ?? (() => new Date());
  }

  /** What is known, or undefined while it is asked for the first time. */
  look<T>(options: {
    key: string;
    entityRef: string;
    /** Age in milliseconds at which it is asked for again. */
    maxAge: number;
    ask(signal: AbortSignal): Promise<T>;
    timeoutMs: number;
  }): Finding<T> | undefined {
    const { key, maxAge } = options;
    const known = this.#entries.get(key)?.finding as Finding<T> | undefined;
    const age = known ? this.#now().getTime() - known.at.getTime() : Infinity;
    if (age >= maxAge && !this.#running.has(key))
      this.#running.set(key, this.#ask(options));
    return known;
  }

  /** Resolves when nothing is being asked for. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #ask<T>(options: {
    key: string;
    entityRef: string;
    ask(signal: AbortSignal): Promise<T>;
    timeoutMs: number;
  }): Promise<void> {
    const { key, entityRef, ask, timeoutMs } = options;
    const before = this.#entries.get(key)?.finding;
    const finding = await this.#find(ask, timeoutMs);
    this.#running.delete(key);
    this.#entries.delete(key);
    this.#entries.set(key, { finding });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES) this.#entries.delete(oldest);
    if (told(before) !== told(finding)) this.#onFound(entityRef);
  }

  async #find<T>(
    ask: (signal: AbortSignal) => Promise<T>,
    timeoutMs: number,
  ): Promise<Finding<T>> {
    try {
      const value = await ask(AbortSignal.timeout(timeoutMs));
      return { value, at: this.#now() };
    } catch (error) {
      this.#logger.debug(`A gate found out nothing: ${stringifyError(error)}`);
      return {
        error: isError(error) ? error.message : String(error),
        at: this.#now(),
      };
    }
  }
}
