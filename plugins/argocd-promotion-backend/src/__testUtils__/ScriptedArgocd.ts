import { NotImplementedError } from '@backstage/errors';
import { ArgocdClient, CallOptions } from '../argocd/ArgocdClient';
import { ParsedList } from '../argocd/listParser';
import { ApplicationEvent, parseApplication } from '../argocd/parseApplication';
import { Application } from '../argocd/types';

/** One stream that the test writes to. */
export class ScriptedStream {
  readonly #waiting: Array<() => void> = [];
  readonly #events: ApplicationEvent[] = [];
  #ended = false;
  #error?: unknown;

  constructor(
    private readonly options: CallOptions & { onBytes?: () => void },
  ) {
    options.signal?.addEventListener('abort', () =>
      this.fail(options.signal?.reason),
    );
  }

  emit(type: 'ADDED' | 'MODIFIED' | 'DELETED', application: Application): void {
    this.#events.push({ type, application });
    this.options.onBytes?.();
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ApplicationEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event) yield event;
      else if (this.#error) throw this.#error;
      else if (this.#ended) return;
      else await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    this.#waiting.splice(0).forEach(resolve => resolve());
  }
}

/** An Instance that does what the test says, to watch what the watcher makes of it. */
export class ScriptedArgocd implements ArgocdClient {
  readonly instance = 'main';
  readonly streams: ScriptedStream[] = [];
  readonly calls: string[] = [];
  applications: Application[] = [];
  loggedIn = true;
  username = 'backstage';
  /** Thrown by lists after their last item. */
  breakList?: Error;
  /** Thrown by the next openings of the stream. */
  down?: Error;
  /** Called while a list is on its way, before its first item. */
  whileListing: () => void | Promise<void> = () => {};

  async getVersion(): Promise<string> {
    return 'v3.6.0';
  }

  async getUserInfo(): Promise<{ loggedIn: boolean; username: string }> {
    return { loggedIn: this.loggedIn, username: this.username };
  }

  async listApplications(
    onApplication: (application: Application) => void,
  ): Promise<ParsedList> {
    this.calls.push('list');
    const items = [...this.applications];
    await this.whileListing();
    items.forEach(item => onApplication(item));
    if (this.breakList) throw this.breakList;
    return { hasItems: items.length > 0 };
  }

  async streamApplications(
    options: CallOptions & { onBytes?: () => void },
  ): Promise<AsyncIterable<ApplicationEvent>> {
    this.calls.push('stream');
    if (this.down) throw this.down;
    const stream = new ScriptedStream(options);
    this.streams.push(stream);
    return stream;
  }

  async close(): Promise<void> {}

  getApplication = notScripted;
  getResourceTree = notScripted;
  getResource = notScripted;
  getManagedResources = notScripted;
  getManifests = notScripted;
  getRevisionMetadata = notScripted;
  read = notScripted;
  getSyncWindows = notScripted;
  sync = notScripted;
  act = notScripted;
}

async function notScripted(): Promise<never> {
  throw new NotImplementedError('The test has no script for this call');
}

/** An Application of the least that there must be. */
export function scriptedApplication(
  name: string,
  resourceVersion: string,
): Application {
  const application = parseApplication({
    metadata: { name, namespace: 'argocd', uid: name, resourceVersion },
    spec: { project: 'shop' },
  });
  if (!application) throw new Error('that is no Application');
  return application;
}
