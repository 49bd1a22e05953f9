import {
  AuthenticationError,
  InputError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { Agent, Dispatcher, request } from 'undici';
import { InstanceConfig } from '../config/types';
import { errorFromFailure, errorFromResponse } from './errors';

export interface TransportRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path segments below `/api`; each is encoded here, so that no name can walk to another endpoint. */
  path: string[];
  query?: Record<string, string | string[] | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  /** Whole deadline of the request in milliseconds; streams have none. */
  timeoutMs?: number;
}

export interface TransportOptions {
  config: InstanceConfig;
  timeoutMs?: number;
  /** Largest body that is read into memory at once. */
  maxBodyBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * HTTP towards one Instance: its own TLS trust, its credentials, encoded paths, deadlines and bounded bodies.
 *
 * With a user name and password, all callers share one login: Argo CD answers a login after up to a second of bcrypt,
 * so it is renewed only when a call is answered 401, once for all that wait.
 */
export class ArgocdTransport {
  readonly #config: InstanceConfig;
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #maxBodyBytes: number;
  #session?: Promise<string>;

  constructor(options: TransportOptions) {
    const { config } = options;
    this.#config = config;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    this.#agent = new Agent({
      connect: {
        timeout: Math.min(this.#timeoutMs, 10_000),
        ...(config.ca ? { ca: config.ca } : {}),
        ...(config.skipTlsVerify ? { rejectUnauthorized: false } : {}),
      },
      connections: 16,
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** One request whose JSON answer is small enough to be read at once. */
  async json<T>(options: TransportRequest): Promise<T> {
    const signal = this.#deadline(options);
    const response = await this.#send(options, signal);
    const text = await this.#text(response, signal);
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

  /** One request whose body is read as it arrives. The deadline covers the headers only; the caller watches the body. */
  async stream(options: TransportRequest): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#send(options, options.signal);
    const { body } = response;
    const { name } = this.#config;
    return (async function* chunks() {
      try {
        for await (const chunk of body) yield chunk as Uint8Array;
      } catch (error) {
        throw errorFromFailure(name, error);
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
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const token = await this.#token();
    const response = await this.#attempt(options, token, signal);
    if (response.statusCode >= 200 && response.statusCode < 300)
      return response;
    if (response.statusCode === 401 && 'password' in this.#config.credentials) {
      await response.body.dump();
      const again = await this.#attempt(
        options,
        await this.#renew(token),
        signal,
      );
      if (again.statusCode >= 200 && again.statusCode < 300) return again;
      throw await this.#error(again, signal);
    }
    throw await this.#error(response, signal);
  }

  async #attempt(
    options: TransportRequest,
    token: string,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const method = options.method ?? 'GET';
    const url = this.#url(options);
    try {
      return await request(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          ...this.#config.headers,
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          // Argo CD answers 415 to every other method without it, be there a body or not.
          ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        },
        ...(options.body === undefined
          ? {}
          : { body: JSON.stringify(options.body) }),
        headersTimeout: this.#timeoutMs,
        bodyTimeout: 0,
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      throw errorFromFailure(this.#config.name, error);
    }
  }

  #url(options: TransportRequest): string {
    const path = options.path.map(encodeSegment).join('/');
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(options.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined) query.append(key, one);
    }
    return `${this.#config.url}/api/${path}${
      query.size > 0 ? `?${query}` : ''
    }`;
  }

  async #text(
    response: Dispatcher.ResponseData,
    signal?: AbortSignal,
  ): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of response.body) {
        size += (chunk as Uint8Array).length;
        if (size > this.#maxBodyBytes) {
          response.body.destroy();
          break;
        }
        chunks.push(chunk as Uint8Array);
      }
    } catch (error) {
      throw errorFromFailure(
        this.#config.name,
        signal?.aborted ? signal.reason : error,
      );
    }
    if (size > this.#maxBodyBytes) {
      throw new ServiceUnavailableError(
        `Argo CD instance '${this.#config.name}' answered more than ${
          this.#maxBodyBytes
        } bytes`,
      );
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async #error(
    response: Dispatcher.ResponseData,
    signal?: AbortSignal,
  ): Promise<Error> {
    const text = await this.#text(
      response,
      signal ?? AbortSignal.timeout(this.#timeoutMs),
    ).catch(() => '');
    return errorFromResponse(this.#config.name, response.statusCode, text);
  }

  async #token(): Promise<string> {
    const { credentials } = this.#config;
    if ('token' in credentials) return credentials.token;
    this.#session ??= this.#login(credentials);
    return this.#session;
  }

  /** Logs in again unless somebody already did since `used` was handed out. */
  async #renew(used: string): Promise<string> {
    const { credentials } = this.#config;
    if ('token' in credentials) return credentials.token;
    const current = await this.#token();
    if (current !== used) return current;
    this.#session = this.#login(credentials);
    return this.#session;
  }

  #login(credentials: { username: string; password: string }): Promise<string> {
    const attempt = (async () => {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      const response = await request(this.#url({ path: ['v1', 'session'] }), {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          ...this.#config.headers,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: JSON.stringify(credentials),
        signal,
      }).catch(error => {
        throw errorFromFailure(this.#config.name, error);
      });
      if (response.statusCode !== 200)
        throw await this.#error(response, signal);
      const text = await this.#text(response, signal);
      const token = tokenIn(text);
      if (!token)
        throw new AuthenticationError(
          `Argo CD instance '${this.#config.name}' gave no token at login`,
        );
      return token;
    })();
    // A failed login must not be remembered: the next caller tries again.
    attempt.catch(() => {
      if (this.#session === attempt) this.#session = undefined;
    });
    return attempt;
  }
}

/** URLs collapse dot segments even when they are encoded, and an empty one names another endpoint: no name is either. */
function encodeSegment(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..') {
    throw new InputError(`'${segment}' is not a name that Argo CD could know`);
  }
  return encodeURIComponent(segment);
}

function tokenIn(text: string): string | undefined {
  try {
    const { token } = JSON.parse(text) as { token?: unknown };
    return typeof token === 'string' && token ? token : undefined;
  } catch {
    return undefined;
  }
}
