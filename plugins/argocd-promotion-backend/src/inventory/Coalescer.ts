/** Keys handed on at once; between two such slices others have their turn. */
const SLICE = 200;

/** Gathers keys and hands them on together, at most so many milliseconds after the first, in slices. */
export class Coalescer {
  #keys = new Set<string>();
  #timer?: NodeJS.Timeout;
  #stopped = false;
  constructor(
    private readonly options: {
      delayMs: number;
      flush: (keys: string[]) => void;
    },
  ) {}

  add(keys: Iterable<string>): void {
    for (const key of keys) this.#keys.add(key);
    if (this.#keys.size > 0) this.#schedule(this.options.delayMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#keys.clear();
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const slice: string[] = [];
      for (const key of this.#keys) {
        slice.push(key);
        this.#keys.delete(key);
        if (slice.length === SLICE) break;
      }
      if (this.#keys.size > 0) this.#schedule(0);
      this.options.flush(slice);
    }, delayMs);
  }
}
