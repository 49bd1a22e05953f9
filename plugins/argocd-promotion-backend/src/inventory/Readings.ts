import { createHash } from 'node:crypto';
import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { Urgency, WorkLimits, WorkQueue } from './WorkQueue';

interface Entry<T> {
  /** Of what the reading is wanted for, and of what it was made for. */
  wanted: string;
  read?: string;
  urgency: Urgency;
  value?: T;
  /** Of the value, to tell whether a new reading says anything new. */
  print?: string;
  attempts: number;
  timer?: NodeJS.Timeout;
}

export interface ReadingsOptions<T> {
  logger: LoggerService;
  what: string;
  limits: WorkLimits;
  /** Undefined when there is nothing to read any more; `complete` false when reading again later would tell more. */
  read: (
    key: string,
    before: T | undefined,
  ) => Promise<{ value: T; complete: boolean } | undefined>;
  onRead: (key: string) => void;
  retryMs?: (attempt: number) => number;
}

/**
 * Reads something about each key in the background, once a signature: bounded in parallel, never twice at once for one
 * key, again when the signature changed meanwhile, and again after a growing pause with jitter when the reading failed
 * or said that it is not complete yet.
 */
export class Readings<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #queue: WorkQueue;
  readonly #retryMs: (attempt: number) => number;
  #stopped = false;

  constructor(private readonly options: ReadingsOptions<T>) {
    this.#retryMs =
      options.retryMs ??
      (attempt =>
        Math.min(60_000, 1_000 * 2 ** attempt) * (0.75 + Math.random() / 2));
    this.#queue = new WorkQueue({
      limits: options.limits,
      work: key => this.#read(key),
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether what `get` answers was read for this very signature. */
  isCurrent(key: string, about: string): boolean {
    return this.#entries.get(key)?.read === fingerprint(about);
  }

  want(key: string, about: string, urgency: Urgency): void {
    const wanted = fingerprint(about);
    const entry = this.#entries.get(key) ?? {
      wanted: '',
      urgency,
      attempts: 0,
    };
    this.#entries.set(key, entry);
    const known = entry.wanted === wanted;
    const raised = urgency === 'watched' && entry.urgency === 'ahead';
    entry.urgency = urgency;
    if (known && !(raised && entry.read !== wanted)) return;
    entry.wanted = wanted;
    entry.attempts = 0;
    clearTimeout(entry.timer);
    this.#queue.add(key, urgency);
  }

  forget(key: string): void {
    clearTimeout(this.#entries.get(key)?.timer);
    this.#entries.delete(key);
    this.#queue.delete(key);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    await this.#queue.stop();
  }

  async #read(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry || this.#stopped) return;
    const { wanted } = entry;
    let complete = false;
    try {
      const result = await this.options.read(key, entry.value);
      if (this.#entries.get(key) !== entry) return;
      complete = result?.complete ?? true;
      entry.read = wanted;
      const print = fingerprint(JSON.stringify(result?.value) ?? '');
      if (result) entry.value = result.value;
      if (result && entry.print !== print) {
        entry.print = print;
        this.options.onRead(key);
      }
    } catch (error) {
      this.options.logger.debug(`${this.options.what} could not be read`, {
        error: stringifyError(error),
      });
    }
    if (complete || this.#stopped || this.#entries.get(key) !== entry) return;
    if (entry.wanted !== wanted) return;
    entry.timer = setTimeout(
      () => this.#queue.add(key, entry.urgency),
      this.#retryMs(entry.attempts),
    );
    entry.timer.unref();
    entry.attempts += 1;
  }
}

/** Signatures are compared and never read: a short form of each is enough. */
function fingerprint(text: string): string {
  return createHash('sha1').update(text).digest('base64').slice(0, 20);
}
