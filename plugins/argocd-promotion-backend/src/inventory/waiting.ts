import { setTimeout as sleep } from 'node:timers/promises';

/** Calls back when it was not touched for some time. */
export class Watchdog {
  #timer?: NodeJS.Timeout;
  constructor(private readonly bark: () => void, private readonly ms: number) {}
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.bark, this.ms);
    this.#timer.unref();
  }
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Waits for the work; `onLate` is called once when it takes longer, and may end it. */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  onLate: () => void,
): Promise<T> {
  const timer = setTimeout(onLate, ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or returns early when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
