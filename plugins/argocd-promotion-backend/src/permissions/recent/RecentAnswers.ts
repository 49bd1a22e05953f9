/** How many answers are kept when nothing else is said. */
const MAX_ENTRIES = 5_000;

/**
 * Answers to questions that are asked again and again, kept for a few seconds and only so many of them. Who asks at the
 * same moment shares one answer. Its age counts from when the question was asked, so that nothing is ever told that was
 * true longer ago than that. Failures are not kept.
 */
export class RecentAnswers<T> {
  readonly #entries = new Map<string, { at: number; answer: Promise<T> }>();
  readonly #forMs: number;
  readonly #maxEntries: number;
  readonly #now: () => number;

  constructor(options: {
    forMs: number;
    maxEntries?: number;
    now?: () => number;
  }) {
    this.#forMs = options.forMs;
    this.#maxEntries = options.maxEntries ?? MAX_ENTRIES;
    this.#now = options.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#entries.size;
  }

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    this.#forgetOld();
    const known = this.#entries.get(key);
    if (known) return known.answer;
    const entry = { at: this.#now(), answer: ask() };
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#maxEntries) this.#forgetOldest();
    entry.answer.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.answer;
  }

  /** Entries stand in the order in which they were asked for. */
  #forgetOld(): void {
    const limit = this.#now() - this.#forMs;
    for (const [key, { at }] of this.#entries) {
      if (at > limit) return;
      this.#entries.delete(key);
    }
  }

  #forgetOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}
