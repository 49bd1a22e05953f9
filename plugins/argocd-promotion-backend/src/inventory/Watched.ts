/** How long after the last look an Application counts as watched: pages that stay open are told of changes and look again. */
const WATCHED_MS = 60 * 60_000;
/** More are watched by nobody but a program that walks through all of them. */
const MAX_WATCHED = 2_000;

/** The Applications that somebody looked at lately, or that a promotion follows. */
export class Watched {
  readonly #until = new Map<string, number>();

  constructor(private readonly options: { now?: () => Date } = {}) {}

  has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > this.#now()) return true;
    this.#until.delete(key);
    return false;
  }

  /** True when it was not watched before. */
  add(key: string): boolean {
    const before = this.has(key);
    // Re-inserted to be the youngest: the map's order is that of use.
    this.#until.delete(key);
    this.#until.set(key, this.#now() + WATCHED_MS);
    const [oldest] = this.#until.keys();
    if (this.#until.size > MAX_WATCHED) this.#until.delete(oldest);
    return !before;
  }

  delete(key: string): void {
    this.#until.delete(key);
  }

  #now(): number {
    return (this.options.now?.() ?? new Date()).getTime();
  }
}
