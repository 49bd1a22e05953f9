import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { ApplicationEvent } from '../argocd/parseApplication';
import { EventBuffer } from './EventBuffer';
import { InstanceApplications, localKey } from './InstanceApplications';
import { pause, Watchdog, withDeadline } from './waiting';

export interface WatcherTiming {
  /** Milliseconds between full lists while the stream is alive: events can be dropped silently. */
  relistMs: number;
  /** A stream on which nothing came for so long may be dead without knowing. */
  idleMs: number;
  /** How long the headers of the stream may take. */
  openMs: number;
  /** How long the stream may be behind a list before it counts as dead. */
  graceMs: number;
  backoffMinMs: number;
  backoffMaxMs: number;
}

export const DEFAULT_TIMING: WatcherTiming = {
  relistMs: 3 * 60_000,
  idleMs: 10 * 60_000,
  openMs: 20_000,
  graceMs: 5_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 60_000,
};

export interface InstanceStatus {
  reachable: boolean;
  authenticated: boolean;
  version?: string;
  /** Set when the credentials are of a role of one AppProject: nothing else is seen. */
  project?: string;
  updatedAt?: Date;
  staleSince?: Date;
  staleReason?: string;
  /** The account is fine and sees nothing: most likely a missing right. */
  seesNothing: boolean;
  /** The first full list has been read. */
  loaded: boolean;
  /** When something came over the open stream last; absent while none is open. */
  heardAt?: Date;
  /** When a stream said something last, open or not; as long as none ever did, when it was first asked for. */
  silentSince?: Date;
  /** Changes that only a repeated list told, since the start. */
  missedEvents: number;
}

/** How long events are applied before others have their turn, in milliseconds. */
const SLICE_MS = 10;
const SILENT = new ServiceUnavailableError('nothing came over the stream');

/**
 * Keeps the Applications of one Instance current, by the reading contract: open the stream and buffer, list, merge by
 * `resourceVersion`, follow the stream; list again after every reconnect and every few minutes. While that fails, what
 * is known stays and is called stale; attempts are spaced by a growing pause with jitter.
 */
export class InstanceWatcher {
  readonly applications: InstanceApplications;
  readonly status: InstanceStatus = {
    reachable: false,
    authenticated: false,
    seesNothing: false,
    loaded: false,
    missedEvents: 0,
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
    /** What is known from before, and shown as stale until it was read anew. */
    applications?: InstanceApplications;
  }) {
    this.applications = options.applications
      ? InstanceApplications.copyOf(options.applications)
      : new InstanceApplications();
    this.status.loaded = this.applications.size > 0;
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
    this.status.silentSince ??= this.#options.now();
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

  /** One life of a stream. Returns when it should be opened anew, throws when something failed. */
  async #session(): Promise<void> {
    const { client, timing } = this.#options;
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, ended.signal]);
    // Nothing is wrong with what is known: lists keep it current, and a new stream shows whether the old one was dead.
    const idle = new Watchdog(() => ended.abort(SILENT), timing.idleMs);
    try {
      const events = await withDeadline(
        client.streamApplications({ signal, onBytes: () => this.#heard(idle) }),
        timing.openMs,
        () => ended.abort(new ServiceUnavailableError('no answer in time')),
      );
      this.#heard(idle);
      const buffer = new EventBuffer();
      let apply = (event: ApplicationEvent): void => buffer.add(event);
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
      // What comes meanwhile waits its turn in the buffer.
      await buffer.drain(event => this.#apply(event), SLICE_MS);
      apply = event => this.#apply(event);
      // And what came between the end of that and here.
      buffer.takeAll().forEach(apply);
      this.#failures = 0;
      await this.#relistWhile(following, signal);
      this.#failed(new ServiceUnavailableError('the stream was cut'));
    } catch (error) {
      if (error !== SILENT && signal.reason !== SILENT) throw error;
    } finally {
      idle.stop();
      ended.abort();
      this.status.heardAt = undefined;
    }
  }

  #heard(idle: Watchdog): void {
    this.status.heardAt = this.#options.now();
    this.status.silentSince = this.status.heardAt;
    idle.touch();
  }

  async #relistWhile(
    following: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const done = following.then(() => 'ended' as const);
    // Whoever waits in the race below hears of a failure; between two races it must not end the process.
    done.catch(() => undefined);
    let took = 0;
    let heard = this.status.heardAt;
    for (;;) {
      const { timing, random } = this.#options;
      const timer = new AbortController();
      const tick = pause(
        // With jitter, so that replicas do not ask together; and a server that needs long for a list is asked less often.
        Math.max(timing.relistMs, took * 5) * (0.9 + random() / 5),
        AbortSignal.any([signal, timer.signal]),
      ).then(() => 'tick' as const);
      const outcome = await Promise.race([done, tick]).finally(() =>
        timer.abort(),
      );
      if (outcome === 'ended' || signal.aborted) {
        await following;
        return;
      }
      const begin = performance.now();
      const { missed } = await this.#list(signal);
      took = performance.now() - begin;
      this.status.missedEvents += missed;
      // Things change and the stream says nothing at all: it is only half open.
      if (missed > 0 && this.status.heardAt === heard) {
        await pause(timing.graceMs, signal);
        if (this.status.heardAt === heard) throw SILENT;
      }
      heard = this.status.heardAt;
    }
  }

  /** Reads everything. `missed` counts what differs from what was known: what the stream should have told. */
  async #list(signal: AbortSignal): Promise<{ missed: number }> {
    const { client } = this.#options;
    const changed: string[] = [];
    this.applications.beginList();
    try {
      const { hasItems } = await client.listApplications(
        application => {
          const { namespace, name } = application.metadata;
          if (this.applications.upsert(application, 'list'))
            changed.push(localKey(namespace, name));
        },
        { signal },
      );
      // An account without rights gets an empty list and no error; whether there is an account at all, only this tells.
      const [user, version] = await Promise.all([
        client.getUserInfo({ signal }),
        client.getVersion({ signal }),
      ]);
      if (!user.loggedIn)
        throw new AuthenticationError('its credentials are not accepted');
      changed.push(...this.applications.endList());
      this.#read({ hasItems, version, account: user.username });
    } catch (error) {
      this.applications.abandonList();
      throw error;
    } finally {
      if (changed.length > 0) this.#options.onChange(changed);
    }
    return { missed: changed.length };
  }

  #read(told: { hasItems: boolean; version: string; account?: string }): void {
    const wasStale = this.status.staleSince !== undefined;
    Object.assign(this.status, {
      reachable: true,
      authenticated: true,
      version: told.version,
      project: projectOf(told.account),
      updatedAt: this.#options.now(),
      staleSince: undefined,
      staleReason: undefined,
      seesNothing: !told.hasItems,
      loaded: true,
    });
    if (wasStale) this.#options.onStatus();
  }

  #apply(event: ApplicationEvent): void {
    if (event.type === 'ERROR')
      throw event.status === 401
        ? new AuthenticationError(event.message)
        : new ServiceUnavailableError(event.message);
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

/** Tokens of a role of an AppProject name it: `proj:<project>:<role>`. */
function projectOf(account?: string): string | undefined {
  return /^proj:([^:]+):/.exec(account ?? '')?.[1];
}
