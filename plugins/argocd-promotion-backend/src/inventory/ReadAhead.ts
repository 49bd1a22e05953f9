import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import PQueue from 'p-queue';

/**
 * Reads something about each key in the background, once a signature: bounded in parallel, never twice at once for one
 * key, again when the signature changed meanwhile, and again after a growing pause when the reading failed or said that
 * it is not complete yet.
 */
export class ReadAhead<T> {
  readonly #queue: PQueue;
  readonly #entries = new Map<
    string,
    {
      wanted: string;
      read?: string;
      value?: T;
      busy: boolean;
      attempts: number;
      timer?: NodeJS.Timeout;
    }
  >();
  readonly #options: {
    logger: LoggerService;
    what: string;
    read: (key: string) => Promise<{ value: T; complete: boolean } | undefined>;
    onRead: (key: string) => void;
    retryMs: (attempt: number) => number;
  };
  #stopped = false;

  constructor(options: {
    logger: LoggerService;
    what: string;
    concurrency: number;
    read: (key: string) => Promise<{ value: T; complete: boolean } | undefined>;
    onRead: (key: string) => void;
    retryMs?: (attempt: number) => number;
  }) {
    this.#queue = new PQueue({ concurrency: options.concurrency });
    this.#options = {
      ...options,
      retryMs: options.retryMs ?? (n => Math.min(60_000, 1_000 * 2 ** n)),
    };
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether what `get` answers was read for this very signature. */
  isCurrent(key: string, signature: string): boolean {
    return this.#entries.get(key)?.read === signature;
  }

  want(key: string, signature: string): void {
    const entry = this.#entries.get(key) ?? {
      wanted: '',
      busy: false,
      attempts: 0,
    };
    this.#entries.set(key, entry);
    if (entry.wanted === signature) return;
    entry.wanted = signature;
    entry.attempts = 0;
    this.#schedule(key);
  }

  forget(key: string): void {
    clearTimeout(this.#entries.get(key)?.timer);
    this.#entries.delete(key);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#queue.clear();
    await this.#queue.onIdle();
  }

  #schedule(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.busy || this.#stopped) return;
    clearTimeout(entry.timer);
    entry.busy = true;
    void this.#queue.add(() => this.#read(key));
  }

  async #read(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry || this.#stopped) return;
    const signature = entry.wanted;
    let complete = false;
    try {
      const result = await this.#options.read(key);
      complete = result?.complete ?? true;
      entry.read = signature;
      const before = JSON.stringify(entry.value);
      if (result) entry.value = result.value;
      if (JSON.stringify(entry.value) !== before) this.#options.onRead(key);
    } catch (error) {
      this.#options.logger.debug(`${this.#options.what} could not be read`, {
        error: stringifyError(error),
      });
    }
    entry.busy = false;
    if (this.#stopped || this.#entries.get(key) !== entry) return;
    if (entry.wanted !== signature) {
      this.#schedule(key);
    } else if (!complete) {
      entry.timer = setTimeout(
        () => this.#schedule(key),
        this.#options.retryMs(entry.attempts),
      );
      entry.timer.unref();
      entry.attempts += 1;
    }
  }
}
