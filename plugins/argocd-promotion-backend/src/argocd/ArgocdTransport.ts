import {
  setImmediate as nextTurn,
  setTimeout as sleep,
} from 'node:timers/promises';
import {
  AuthenticationError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { Dispatcher, request } from 'undici';
import { InstanceConfig } from '../config/types';
import { decoded, readBeginning, readText } from './bodies';
import { createDispatcher } from './dispatcher';
import { codeOf, errorFromFailure, errorFromResponse } from './errors';
import { Redactor } from './Redactor';
import { requestUrl } from './requestUrl';
import { isBrokenConnection, isPassing, retryPause } from './retries';
import { Session } from './Session';
import { Login, SessionToken } from './types';

export interface TransportRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path segments below `/api`; each is encoded, so that no name can walk to another endpoint. */
  path: string[];
  query?: Record<string, string | string[] | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  /** Whole deadline of the request in milliseconds, retries and login included; streams have none. */
  timeoutMs?: number;
  /** Largest answer that is read, in bytes. */
  maxBytes?: number;
  /** Name of what is asked, for metrics; without names of objects. */
  operation?: string;
  /** `watch` has connections of its own, so that following an Instance never waits for what viewers ask of it. */
  lane?: 'watch';
}

/** What became of one request, for metrics: `status` is absent when there was no answer. */
export interface FinishedRequest {
  instance: string;
  operation: string;
  method: string;
  status?: number;
  /** Until the answer's headers came, in milliseconds, login and pauses included. */
  durationMs: number;
}

export interface TransportOptions {
  config: InstanceConfig;
  timeoutMs?: number;
  /** Largest body that is read into memory at once. */
  maxBodyBytes?: number;
  /** Most requests at once; further ones wait. */
  connections?: number;
  random?: () => number;
  onRequest?: (finished: FinishedRequest) => void;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024;
const DEFAULT_CONNECTIONS = 10;
/** The stream, a list, and the version and account beside it. */
const WATCH_CONNECTIONS = 3;
/** How long a body is read before others have their turn, in milliseconds. */
const SLICE_MS = 10;
/** Of an error's body only the message matters; what is longer is no message of Argo CD. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * HTTP towards one Instance: its own TLS trust, its credentials, encoded paths, deadlines, bounded bodies and bounded
 * concurrency. Requests that change nothing are tried again when the connection broke or a gateway says so; all others
 * are sent once.
 */
export class ArgocdTransport {
  readonly #config: InstanceConfig;
  readonly #dispatchers: Record<'watch' | 'any', Dispatcher>;
  readonly #options: TransportOptions;
  readonly #timeoutMs: number;
  readonly #redactor: Redactor;
  readonly #session: Session;

  constructor(options: TransportOptions) {
    const { config } = options;
    this.#options = options;
    this.#config = config;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#redactor = Redactor.fromConfig(config);
    const connectTimeoutMs = Math.min(this.#timeoutMs, 10_000);
    this.#dispatchers = {
      any: createDispatcher(config, {
        connectTimeoutMs,
        connections: options.connections ?? DEFAULT_CONNECTIONS,
      }),
      watch: createDispatcher(config, {
        connectTimeoutMs,
        connections: WATCH_CONNECTIONS,
      }),
    };
    this.#session = new Session({
      credentials: config.credentials,
      login: credentials => this.#login(credentials),
    });
  }

  async close(): Promise<void> {
    await Promise.all(
      Object.values(this.#dispatchers).map(dispatcher => dispatcher.destroy()),
    );
  }

  /** Takes secrets, tokens and addresses out of a text that came from the Instance. */
  redact(text: string): string {
    return this.#redactor.redact(text);
  }

  /** One request whose JSON answer is small enough to be read at once. */
  async json<T>(options: TransportRequest): Promise<T> {
    const signal = this.#deadline(options);
    const response = await this.#send({ ...options, signal }, true);
    const text = await this.#body(response, signal, options.maxBytes);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new ServiceUnavailableError(
        `Argo CD instance '${
          this.#config.name
        }' answered something that is not JSON; is its url that of Argo CD?`,
      );
    }
  }

  /**
   * One request whose body is read as it arrives; whoever stops reading ends it. The deadline covers the headers only;
   * the caller watches the body. A `compressed` one costs the wire a tenth, but comes in larger pieces.
   */
  async stream(
    options: TransportRequest & { compressed?: boolean },
  ): Promise<AsyncIterable<Uint8Array>> {
    const { compressed = false, ...rest } = options;
    const { signal } = options;
    const response = await this.#send(rest, compressed);
    const failed = (error: unknown) => this.#failure(error, signal);
    return (async function* chunks() {
      try {
        let turn = performance.now();
        for await (const chunk of decoded(response)) {
          yield chunk;
          // What has arrived already is read without a pause: a large list must not keep all others waiting.
          if (performance.now() - turn < SLICE_MS) continue;
          await nextTurn();
          turn = performance.now();
        }
      } catch (error) {
        throw failed(error);
      }
    })();
  }

  #deadline(options: TransportRequest): AbortSignal {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.#timeoutMs);
    return options.signal
      ? AbortSignal.any([options.signal, timeout])
      : timeout;
  }

  async #send(
    options: TransportRequest,
    compressed: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const begin = performance.now();
    let status: number | undefined;
    try {
      const response = await this.#authenticated(options, compressed);
      status = response.statusCode;
      if (status >= 200 && status < 300) return response;
      throw await this.#error(response, options.signal);
    } finally {
      this.#options.onRequest?.({
        instance: this.#config.name,
        operation: options.operation ?? 'other',
        method: options.method ?? 'GET',
        ...(status === undefined ? {} : { status }),
        durationMs: performance.now() - begin,
      });
    }
  }

  /** The answer with a token that is accepted, if there is one. */
  async #authenticated(
    options: TransportRequest,
    compressed: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const { signal } = options;
    const token = await this.#within(this.#session.token(), signal);
    const response = await this.#attempts(options, token, compressed);
    if (!this.#session.renewable) return response;
    if (response.statusCode !== 401) {
      this.#session.accepted();
      return response;
    }
    await response.body.dump();
    const renewed = await this.#within(this.#session.renew(token), signal);
    const again = await this.#attempts(options, renewed, compressed);
    if (again.statusCode !== 401) {
      this.#session.accepted();
      return again;
    }
    const error = await this.#error(again, signal);
    this.#session.refused(error);
    throw error;
  }

  /** Only what changes nothing is tried again; a request that was not answered may have been carried out. */
  async #attempts(
    options: TransportRequest,
    token: string,
    compressed: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const { signal } = options;
    const safe = (options.method ?? 'GET') === 'GET';
    const random = this.#options.random ?? Math.random;
    for (let made = 1; ; made += 1) {
      let pause: number | undefined;
      let told: Error;
      try {
        const response = await this.#attempt(options, token, compressed);
        const { statusCode } = response;
        if (safe && isPassing(statusCode)) {
          const retryAfter = response.headers['retry-after'];
          pause = retryPause({
            made,
            random,
            ...(retryAfter ? { retryAfter } : {}),
          });
        }
        if (pause === undefined) return response;
        told = await this.#error(response, signal);
      } catch (error) {
        told = this.#failure(error, signal);
        if (safe && !signal?.aborted && isBrokenConnection(codeOf(error)))
          pause = retryPause({ made, random });
        if (pause === undefined) throw told;
      }
      // When no time is left for another attempt, what the last one met says more than that the time is over.
      await sleep(pause, undefined, signal ? { signal } : {}).catch(() => {
        throw told;
      });
    }
  }

  async #attempt(
    options: TransportRequest,
    token: string | undefined,
    compressed: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const method = options.method ?? 'GET';
    return request(requestUrl(this.#config.url, options.path, options.query), {
      method,
      dispatcher: this.#dispatchers[options.lane ?? 'any'],
      headers: {
        ...this.#config.headers,
        accept: 'application/json',
        'accept-encoding': compressed ? 'gzip' : 'identity',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        // Argo CD answers 415 to every other method without it, be there a body or not.
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(options.body === undefined
        ? {}
        : { body: JSON.stringify(options.body) }),
      headersTimeout: this.#timeoutMs,
      bodyTimeout: 0,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  async #body(
    response: Dispatcher.ResponseData,
    signal: AbortSignal,
    maxBytes?: number,
  ): Promise<string> {
    const max =
      maxBytes ?? this.#options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    const text = await readText(response, max).catch(error => {
      throw this.#failure(error, signal);
    });
    if (text === undefined)
      throw new ServiceUnavailableError(
        `Argo CD instance '${
          this.#config.name
        }' answered more than ${max} bytes`,
      );
    return text;
  }

  async #error(
    response: Dispatcher.ResponseData,
    signal?: AbortSignal,
  ): Promise<Error> {
    const deadline = signal ?? AbortSignal.timeout(this.#timeoutMs);
    const text = await this.#within(
      readBeginning(response, MAX_ERROR_BYTES),
      deadline,
    ).catch(() => {
      response.body.destroy();
      return '';
    });
    return errorFromResponse(
      this.#config.name,
      response.statusCode,
      text,
      said => this.redact(said),
    );
  }

  #failure(error: unknown, signal?: AbortSignal): Error {
    return errorFromFailure(
      this.#config.name,
      signal?.aborted ? signal.reason : error,
    );
  }

  /** Waits no longer than the signal allows for what others wait for too. */
  async #within<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!signal) return work;
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      const listener = () => reject(this.#failure(signal.reason, signal));
      stop = () => signal.removeEventListener('abort', listener);
      if (signal.aborted) listener();
      else signal.addEventListener('abort', listener, { once: true });
    });
    return Promise.race([work, aborted]).finally(stop);
  }

  async #login(credentials: Login): Promise<string> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const options: TransportRequest = {
      method: 'POST',
      path: ['v1', 'session'],
      body: credentials,
      signal,
    };
    const response = await this.#attempt(options, undefined, true).catch(
      error => {
        throw this.#failure(error, signal);
      },
    );
    if (response.statusCode !== 200) throw await this.#error(response, signal);
    const token = tokenIn(await this.#body(response, signal));
    if (!token)
      throw new AuthenticationError(
        `Argo CD instance '${this.#config.name}' gave no token at login`,
      );
    this.#redactor.learn(token);
    return token;
  }
}

function tokenIn(text: string): string | undefined {
  try {
    const { token } = JSON.parse(text) as SessionToken;
    return typeof token === 'string' && token ? token : undefined;
  } catch {
    return undefined;
  }
}
