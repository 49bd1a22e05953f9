import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { isIncomplete } from '../model/incomplete';
import { reuse } from '../model/reuse';

/** What the page knows now. Data stay while newer ones are fetched, and when fetching fails. */
export interface FeedState<T = PipelineView> {
  view?: T;
  error?: Error;
  loading: boolean;
}

/** How long signals are gathered before one request answers them all: a sync makes dozens within seconds. */
const GATHER_MS = 250;
/** When a first answer that was not complete is asked for again: its signal may have come before anybody listened. */
const COMPLETE_MS = 3_000;

/**
 * One view's data: a single request at a time, aborted when the page is left; signals that come meanwhile make one more.
 */
export class Feed<T extends object> {
  #state: FeedState<T> = { loading: true };
  #abort?: AbortController;
  #timer?: ReturnType<typeof setTimeout>;
  #completion?: ReturnType<typeof setTimeout>;
  #first = true;
  #again = false;
  #stopped = false;

  constructor(
    private readonly load: (signal: AbortSignal) => Promise<T>,
    private readonly changed: (state: FeedState<T>) => void,
    private readonly options: {
      gatherMs?: number;
      isIncomplete?: (view: T) => boolean;
    } = {},
  ) {}

  /** Fetches now, or once more as soon as the running request has ended. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stopped) return;
    if (this.#abort) {
      this.#again = true;
      return;
    }
    void this.#fetch();
  }

  /** Something changed: fetch soon, once for all who say so. */
  invalidate(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(
      () => this.refresh(),
      this.options.gatherMs ?? GATHER_MS,
    );
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#completion);
    this.#abort?.abort();
  }

  async #fetch(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ ...this.#state, loading: true });
    let next: FeedState<T>;
    try {
      const view = await this.load(abort.signal);
      next = { view: reuse(this.#state.view, view), loading: false };
    } catch (error) {
      next = {
        view: this.#state.view,
        error: error instanceof Error ? error : new Error(String(error)),
        loading: false,
      };
    }
    this.#abort = undefined;
    if (this.#stopped) return;
    this.#set(next);
    if (this.#first && next.view) {
      this.#first = false;
      if (this.options.isIncomplete?.(next.view))
        this.#completion = setTimeout(() => this.invalidate(), COMPLETE_MS);
    }
    if (this.#again) {
      this.#again = false;
      this.invalidate();
    }
  }

  #set(state: FeedState<T>): void {
    this.#state = state;
    this.changed(state);
  }
}

/** The pipeline of one entity. */
export class PipelineFeed extends Feed<PipelineView> {
  constructor(
    load: (signal: AbortSignal) => Promise<PipelineView>,
    changed: (state: FeedState) => void,
  ) {
    super(load, changed, { isIncomplete });
  }
}
