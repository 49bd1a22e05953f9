/** A timer that was scheduled and may be taken back. */
export interface Timer {
  cancel(): void;
}

/**
 * The simulator's time. Everything that waits asks it, so that time can be made faster or stepped,
 * and so that it can be told when nothing is under way any more.
 */
export interface Clock {
  now(): number;
  /** How long a simulated duration is on this clock. */
  scale(ms: number): number;
  /** Runs `action` after `ms` of simulated time. `background` timers (polls) do not count as work under way. */
  after(
    ms: number,
    action: () => void | Promise<void>,
    options?: { background?: boolean },
  ): Timer;
  /** Counts an asynchronous piece of work as under way until it ends. */
  track<T>(work: Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
  /** Waits, inside tracked work, for `resume` to be called; meanwhile the work does not count as under way. */
  park(register: (resume: () => void) => void): Promise<void>;
  /** Whether nothing but background timers is left. */
  readonly idle: boolean;
  close(): void;
}

interface Entry {
  at: number;
  order: number;
  background: boolean;
  action: () => void | Promise<void>;
  handle?: NodeJS.Timeout;
}

abstract class BaseClock implements Clock {
  protected readonly entries = new Set<Entry>();
  private inFlight = 0;
  private order = 0;
  protected closed = false;

  abstract now(): number;
  scale(ms: number): number {
    return ms;
  }

  protected abstract arm(entry: Entry, ms: number): void;

  after(
    ms: number,
    action: () => void | Promise<void>,
    options?: { background?: boolean },
  ): Timer {
    const entry: Entry = {
      at: this.now() + ms,
      order: this.order++,
      background: options?.background ?? false,
      action,
    };
    if (this.closed) return { cancel: () => {} };
    this.entries.add(entry);
    this.arm(entry, ms);
    return {
      cancel: () => {
        if (entry.handle) clearTimeout(entry.handle);
        this.entries.delete(entry);
      },
    };
  }

  protected fire(entry: Entry): void {
    if (!this.entries.delete(entry) || this.closed) return;
    const result = entry.action();
    if (result) void this.track(result);
  }

  async track<T>(work: Promise<T>): Promise<T> {
    this.inFlight++;
    try {
      return await work;
    } finally {
      this.inFlight--;
    }
  }

  /** A sleeping worker is not in flight: its timer stands for it. */
  sleep(ms: number): Promise<void> {
    return this.park(resume => void this.after(ms, resume));
  }

  park(register: (resume: () => void) => void): Promise<void> {
    return new Promise(resolve => {
      let parked = true;
      this.inFlight--;
      register(() => {
        if (!parked) return;
        parked = false;
        this.inFlight++;
        resolve();
      });
    });
  }

  protected get busy(): boolean {
    return this.inFlight > 0;
  }

  get idle(): boolean {
    if (this.busy) return false;
    for (const entry of this.entries) if (!entry.background) return false;
    return true;
  }

  close(): void {
    this.closed = true;
    for (const entry of this.entries)
      if (entry.handle) clearTimeout(entry.handle);
    this.entries.clear();
  }
}

/** Wall-clock time; durations are divided by `speed`, which holds for what is scheduled from then on. */
export class RealClock extends BaseClock {
  private readonly ahead: number;

  constructor(public speed = 1, start = Date.now()) {
    super();
    this.ahead = start - Date.now();
  }

  now(): number {
    return Date.now() + this.ahead;
  }

  override scale(ms: number): number {
    return ms / this.speed;
  }

  protected arm(entry: Entry, ms: number): void {
    entry.handle = setTimeout(() => this.fire(entry), ms / this.speed);
  }
}

/** Time that stands still until it is advanced. */
export class SteppedClock extends BaseClock {
  private time: number;

  constructor(start = Date.now()) {
    super();
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  protected arm(): void {}

  /** Lets `ms` pass: fires what falls due in order, and lets all work that follows come to its end in between. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.quiet();
    for (;;) {
      const due = [...this.entries]
        .filter(entry => entry.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.time = Math.max(this.time, due.at);
      this.fire(due);
      await this.quiet();
    }
    this.time = end;
  }

  private async quiet(): Promise<void> {
    do {
      await new Promise(resolve => setImmediate(resolve));
    } while (this.busy);
  }
}
