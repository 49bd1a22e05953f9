import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { ApplicationEvent } from '../argocd/parseApplication';
import { InstanceApplications, localKey } from './InstanceApplications';
import { pause, Watchdog, withDeadline } from './waiting';

export interface WatcherTiming {
  /** Milliseconds between full lists while the stream is alive: events can be dropped silently. */
  relistMs: number;
  /** A stream on which nothing came for so long may be dead without knowing. */
  idleMs: number;
  /** How long the headers of the stream may take. */
  openMs: number;
  backoffMinMs: number;
  backoffMaxMs: number;
}

export const DEFAULT_TIMING: WatcherTiming = {
  relistMs: 3 * 60_000,
  idleMs: 10 * 60_000,
  openMs: 20_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 60_000,
};

export interface InstanceStatus {
  reachable: boolean;
  authenticated: boolean;
  version?: string;
  updatedAt?: Date;
  staleSince?: Date;
  staleReason?: string;
  /** The account is fine and sees nothing: most likely a missing right. */
  seesNothing: boolean;
  /** The first full list has been read. */
  loaded: boolean;
}

/**
 * Keeps the Applications of one Instance current, by the reading contract: open the stream and buffer, list, merge by
 * `resourceVersion`, follow the stream; list again after every reconnect and every few minutes. While that fails, what
 * is known stays and is called stale; attempts are spaced by a growing pause with jitter.
 */
export class InstanceWatcher {
  readonly applications = new InstanceApplications();
  readonly status: InstanceStatus = {
    reachable: false,
    authenticated: false,
    seesNothing: false,
    loaded: false,
  };
  readonly #options: {
    client: ArgocdClient;
    logger: LoggerService;
    onChange: (keys: string[]) => void;
    onStatus: () => void;
    timing: WatcherTiming;
    now: () => Date;
    random: () => number;
    pause: typeof pause;
  };
  /** Attempts in a row that did not get as far as a full list. */
  #failures = 0;
  readonly #stop = new AbortController();
  #running?: Promise<void>;

  constructor(options: {
    client: ArgocdClient;
    logger: LoggerService;
    onChange: (keys: string[]) => void;
    onStatus: () => void;
    timing?: Partial<WatcherTiming>;
    now?: () => Date;
    random?: () => number;
    /** How the time between two attempts is spent. */
    pause?: typeof pause;
  }) {
    this.#options = {
      ...options,
      timing: { ...DEFAULT_TIMING, ...options.timing },
      now: options.now ?? (() => new Date()),
      random: options.random ?? Math.random,
      pause: options.pause ?? pause,
    };
    this.status.staleSince = this.#options.now();
    this.status.staleReason = 'not read yet';
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#session();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#failures += 1;
        this.#failed(error);
      }
      const { backoffMinMs, backoffMaxMs } = this.#options.timing;
      const ceiling = Math.min(
        backoffMaxMs,
        backoffMinMs * 2 ** Math.max(0, this.#failures - 1),
      );
      await this.#options.pause(
        ceiling * (0.5 + this.#options.random() / 2),
        this.#stop.signal,
      );
    }
  }

  /** One life of a stream. Returns when the stream ended by itself, throws when something failed. */
  async #session(): Promise<void> {
    const { client, timing } = this.#options;
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, ended.signal]);
    const idle = new Watchdog(
      () =>
        ended.abort(
          new ServiceUnavailableError('nothing came over the stream'),
        ),
      timing.idleMs,
    );
    try {
      const events = await withDeadline(
        client.streamApplications({ signal, onBytes: () => idle.touch() }),
        timing.openMs,
        () => ended.abort(new ServiceUnavailableError('no answer in time')),
      );
      idle.touch();
      const buffer: ApplicationEvent[] = [];
      let apply = (event: ApplicationEvent): void => {
        buffer.push(event);
      };
      const following = (async () => {
        for await (const event of events) apply(event);
      })();
      // Whoever is awaiting below hears of it; a failure before that must not end the process.
      following.catch(() => undefined);
      // A stream that breaks while the list is read makes the list worthless: there would be a gap.
      await Promise.race([
        this.#list(signal),
        following.then(() =>
          Promise.reject(new ServiceUnavailableError('the stream was cut')),
        ),
      ]);
      apply = event => this.#apply(event);
      buffer.splice(0).forEach(apply);
      this.#failures = 0;
      await this.#relistWhile(following, signal);
      this.#failed(new ServiceUnavailableError('the stream was cut'));
    } finally {
      idle.stop();
      ended.abort();
    }
  }

  async #relistWhile(
    following: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const done = following.then(() => 'ended' as const);
    for (;;) {
      const timer = new AbortController();
      const tick = pause(
        this.#options.timing.relistMs,
        AbortSignal.any([signal, timer.signal]),
      ).then(() => 'tick' as const);
      const outcome = await Promise.race([done, tick]).finally(() =>
        timer.abort(),
      );
      if (outcome === 'ended' || signal.aborted) {
        await following;
        return;
      }
      await this.#list(signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, now } = this.#options;
    const changed: string[] = [];
    this.applications.beginList();
    const { hasItems } = await client.listApplications(
      application => {
        const { namespace, name } = application.metadata;
        if (this.applications.upsert(application, 'list'))
          changed.push(localKey(namespace, name));
      },
      { signal },
    );
    changed.push(...this.applications.endList());
    let { version } = this.status;
    version ??= await client.getVersion({ signal });
    // An account without rights gets an empty list and no error; whether there is an account at all, only this tells.
    const user = await client.getUserInfo({ signal });
    if (!user.loggedIn)
      throw new AuthenticationError('its credentials are not accepted');
    const before = this.status.staleSince;
    Object.assign(this.status, {
      reachable: true,
      authenticated: true,
      version,
      updatedAt: now(),
      staleSince: undefined,
      staleReason: undefined,
      seesNothing: !hasItems,
      loaded: true,
    });
    if (changed.length > 0) this.#options.onChange(changed);
    if (before) this.#options.onStatus();
  }

  #apply(event: ApplicationEvent): void {
    if (event.type === 'ERROR')
      throw new ServiceUnavailableError(event.message);
    const { namespace, name } = event.application.metadata;
    const changed =
      event.type === 'DELETED'
        ? this.applications.remove(event.application)
        : this.applications.upsert(event.application, 'stream');
    this.status.updatedAt = this.#options.now();
    if (changed) this.#options.onChange([localKey(namespace, name)]);
  }

  #failed(error: unknown): void {
    const reason =
      error instanceof Error ? error.message : 'unexpected failure';
    const first =
      this.status.staleSince === undefined ||
      this.status.staleReason !== reason;
    this.status.staleSince ??= this.#options.now();
    this.status.staleReason = reason;
    this.status.authenticated =
      this.status.authenticated && !(error instanceof AuthenticationError);
    this.status.reachable = error instanceof AuthenticationError;
    if (first) {
      this.#options.logger.warn(
        `Argo CD instance '${this.#options.client.instance}' cannot be read`,
        {
          error: stringifyError(error),
        },
      );
      this.#options.onStatus();
    }
  }
}
