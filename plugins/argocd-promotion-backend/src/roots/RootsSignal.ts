const LATELY_MS = 15 * 60_000;
const SPACING_MS = 2_000;

/** Tells open pages about roots that something changed: only while somebody looked lately, and no more often than they can use. */
export class RootsSignal {
  #viewedAt?: number;
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly options: {
      publish: () => void;
      now?: () => number;
      spacingMs?: number;
    },
  ) {}

  viewed(): void {
    this.#viewedAt = this.#now();
  }

  /** The first change begins a pause, at whose end one signal tells of all that came meanwhile. */
  changed(): void {
    const { publish, spacingMs = SPACING_MS } = this.options;
    const lately =
      this.#viewedAt !== undefined && this.#now() - this.#viewedAt < LATELY_MS;
    if (!lately || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      publish();
    }, spacingMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }
}
