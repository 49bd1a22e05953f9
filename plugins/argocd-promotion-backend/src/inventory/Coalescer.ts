/** Gathers keys and hands them on together, at most so many milliseconds after the first. */
export class Coalescer {
  readonly #keys = new Set<string>();
  #timer?: NodeJS.Timeout;
  constructor(
    private readonly options: {
      delayMs: number;
      flush: (keys: string[]) => void;
    },
  ) {}

  add(keys: Iterable<string>): void {
    for (const key of keys) this.#keys.add(key);
    if (this.#keys.size === 0 || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const all = [...this.#keys];
      this.#keys.clear();
      this.options.flush(all);
    }, this.options.delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keys.clear();
  }
}
