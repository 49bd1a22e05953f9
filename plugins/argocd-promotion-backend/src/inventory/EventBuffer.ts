import { setImmediate as nextTurn } from 'node:timers/promises';
import { ServiceUnavailableError } from '@backstage/errors';
import { ApplicationEvent } from '../argocd/parseApplication';
import { localKey } from './InstanceApplications';

/** Applications that may wait; a stream that tells of more is not Argo CD's. */
const MAX_WAITING = 50_000;

/**
 * Events of the stream that wait until the list has been read: a stream begins by replaying everything, and of each
 * Application only the last event counts.
 */
export class EventBuffer {
  readonly #events = new Map<string, ApplicationEvent>();

  add(event: ApplicationEvent): void {
    const key =
      event.type === 'ERROR'
        ? 'error'
        : localKey(
            event.application.metadata.namespace,
            event.application.metadata.name,
          );
    this.#events.set(key, event);
    if (this.#events.size > MAX_WAITING)
      throw new ServiceUnavailableError(
        `the stream tells of more than ${MAX_WAITING} Applications`,
      );
  }

  /** Hands on all that wait, and what is added meanwhile, and lets others have their turn now and then. */
  async drain(
    apply: (event: ApplicationEvent) => void,
    sliceMs: number,
  ): Promise<void> {
    let turn = performance.now();
    for (const [key, event] of this.#events) {
      this.#events.delete(key);
      apply(event);
      if (performance.now() - turn < sliceMs) continue;
      await nextTurn();
      turn = performance.now();
    }
  }

  takeAll(): ApplicationEvent[] {
    const all = [...this.#events.values()];
    this.#events.clear();
    return all;
  }
}
