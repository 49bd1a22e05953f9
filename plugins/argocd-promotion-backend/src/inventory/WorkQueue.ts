/** How urgent a piece of work is: somebody waits for it, or it is done ahead of anybody who might. */
export type Urgency = 'watched' | 'ahead';

export interface WorkLimits {
  /** Most pieces at once. */
  concurrency: number;
  /** Of these, most that nobody waits for. */
  aheadConcurrency: number;
  /** Least milliseconds between two beginnings of work that nobody waits for. */
  aheadIntervalMs: number;
}

/**
 * Does work by key, what somebody waits for first. Work that nobody waits for has few places and a pace of its own, so
 * that ten thousand Applications read ahead are a trickle for Argo CD and never stand before a viewer.
 */
export class WorkQueue {
  readonly #waiting: Record<Urgency, Set<string>> = {
    watched: new Set(),
    ahead: new Set(),
  };
  readonly #running = new Map<
    string,
    { urgency: Urgency; work: Promise<void> }
  >();
  #nextAhead = 0;
  #timer?: NodeJS.Timeout;
  #stopped = false;

  constructor(
    private readonly options: {
      limits: WorkLimits;
      work: (key: string) => Promise<void>;
    },
  ) {}

  get waiting(): number {
    return this.#waiting.watched.size + this.#waiting.ahead.size;
  }

  /** A key that waits already moves up when it became urgent; one that runs will run once more. */
  add(key: string, urgency: Urgency): void {
    if (this.#stopped || this.#waiting.watched.has(key)) return;
    if (urgency === 'watched') this.#waiting.ahead.delete(key);
    this.#waiting[urgency].add(key);
    this.#pump();
  }

  delete(key: string): void {
    this.#waiting.watched.delete(key);
    this.#waiting.ahead.delete(key);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#waiting.watched.clear();
    this.#waiting.ahead.clear();
    await Promise.all([...this.#running.values()].map(({ work }) => work));
  }

  #pump(): void {
    const { concurrency, aheadConcurrency, aheadIntervalMs } =
      this.options.limits;
    while (this.#running.size < concurrency) {
      const key = this.#first('watched');
      if (key === undefined) break;
      this.#run(key, 'watched');
    }
    const ahead = () =>
      [...this.#running.values()].filter(({ urgency }) => urgency === 'ahead')
        .length;
    while (
      this.#running.size < concurrency &&
      ahead() < aheadConcurrency &&
      !this.#stopped
    ) {
      const key = this.#first('ahead');
      if (key === undefined) return;
      const wait = this.#nextAhead - performance.now();
      if (wait > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, wait);
        this.#timer.unref();
        return;
      }
      this.#nextAhead = performance.now() + aheadIntervalMs;
      this.#run(key, 'ahead');
    }
  }

  /** The first that does not run at present: nothing is done twice at once. */
  #first(urgency: Urgency): string | undefined {
    for (const key of this.#waiting[urgency])
      if (!this.#running.has(key)) return key;
    return undefined;
  }

  #run(key: string, urgency: Urgency): void {
    this.#waiting[urgency].delete(key);
    const work = this.options.work(key).finally(() => {
      this.#running.delete(key);
      this.#pump();
    });
    this.#running.set(key, { urgency, work });
  }
}
