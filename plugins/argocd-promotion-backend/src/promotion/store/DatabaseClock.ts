import { Knex } from 'knex';

/** How long a measurement holds; clocks of machines drift by milliseconds in that time. */
const MEASURE_EVERY_MS = 30_000;

/**
 * The time of the database, so that leases and deadlines mean the same to every replica, however wrong its own clock is.
 * SQLite is in this very process and has no other time.
 */
export class DatabaseClock {
  readonly #knex: Knex;
  readonly #elapsedMs: () => number;
  readonly #shared: boolean;
  #measured?: { time: number; elapsed: number };
  #timer?: NodeJS.Timeout;

  /** `elapsedMs` never goes back, whatever somebody does to the clock of the machine. */
  constructor(options: { knex: Knex; elapsedMs?: () => number }) {
    this.#knex = options.knex;
    this.#elapsedMs = options.elapsedMs ?? (() => performance.now());
    this.#shared = String(options.knex.client.config.client).startsWith('pg');
  }

  /** The machine's own time until the first measurement. */
  readonly now = (): Date =>
    new Date(
      this.#measured
        ? this.#measured.time + this.#elapsedMs() - this.#measured.elapsed
        : Date.now(),
    );

  async measure(): Promise<void> {
    if (!this.#shared) return;
    const before = this.#elapsedMs();
    const { rows } = await this.#knex.raw(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    const after = this.#elapsedMs();
    this.#measured = { time: rows[0].ms, elapsed: (before + after) / 2 };
  }

  /** Measures from time to time; one that fails leaves the last one standing. */
  start(onError: (error: unknown) => void): void {
    if (!this.#shared) return;
    this.#timer = setInterval(
      () => void this.measure().catch(onError),
      MEASURE_EVERY_MS,
    );
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
