import { request } from 'undici';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { KnownSecrets } from '../redaction/KnownSecrets';
import { AnswerHeaders, RateLimit } from './RateLimit';
import { readBounded } from './readBounded';

const READ_TRIES = 3;
/** A read waits this long for a host that limits it; more is left to the caller, who has other things to do. */
const LONGEST_WAIT_MS = 2_000;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer of the host, with its status, so that an adapter can tell what it meant. */
export interface HostAnswer {
  status: number;
  body: unknown;
  headers: AnswerHeaders;
}

/** A body that is not JSON. */
export interface RawBody {
  bytes: Uint8Array;
  contentType: string;
}

/**
 * JSON over HTTP for one host: every call has a deadline, every answer a limit, and no message ever holds credentials.
 * Only reads are tried again: a write that got no answer may have been done.
 */
export class HttpJsonClient {
  readonly #limit: RateLimit;
  /** What was sent, which a host or what stands before it may tell again. */
  readonly #secrets = new KnownSecrets();

  constructor(
    private readonly options: {
      /** Without trailing slash. */
      baseUrl: string;
      /** What authorizes a call; asked each time where tokens expire. */
      headers:
        | Record<string, string>
        | (() => Promise<Record<string, string> | undefined>);
      /** For people, in messages. */
      name: string;
      deadlineMs?: number;
      /** Shared by the clients that use the same credentials. */
      limit?: RateLimit;
    },
  ) {
    this.#limit = options.limit ?? new RateLimit();
  }

  async get<T>(path: string): Promise<T> {
    return (await this.getWithHeaders<T>(path)).body;
  }

  async getWithHeaders<T>(
    path: string,
  ): Promise<{ body: T; headers: AnswerHeaders }> {
    return this.#read(async () => {
      const answer = await this.#call('GET', path);
      return { body: this.#success<T>(answer, path), headers: answer.headers };
    });
  }

  /** The answer's bytes as they are. */
  async getBytes(path: string): Promise<Uint8Array> {
    return this.#read(async () => {
      const { bytes, ...answer } = await this.#exchange(
        'GET',
        path,
        undefined,
        true,
      );
      if (answer.status >= 200 && answer.status < 300) return bytes;
      throw this.error({ ...answer, body: parse(bytes) }, path);
    });
  }

  /** A write; answers of the statuses in `expected` are given back instead of thrown. */
  async send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    expected: number[] = [],
  ): Promise<{ value: T; headers: AnswerHeaders } | { answer: HostAnswer }> {
    const answer = await this.#call(
      method,
      path,
      body === undefined
        ? undefined
        : {
            bytes: Buffer.from(JSON.stringify(body)),
            contentType: 'application/json',
          },
    );
    if (expected.includes(answer.status)) return { answer };
    return {
      value: this.#success<T>(answer, path),
      headers: answer.headers,
    };
  }

  /** A write whose body is not JSON. */
  async sendRaw(
    path: string,
    body: RawBody,
    expected: number[] = [],
  ): Promise<HostAnswer> {
    const answer = await this.#call('POST', path, body);
    if (!expected.includes(answer.status)) this.#success(answer, path);
    return answer;
  }

  async #read<T>(act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (error) {
        const pause = Math.max(100 * attempt, this.#limit.remainingMs);
        if (
          !(error instanceof ServiceUnavailableError) ||
          attempt >= READ_TRIES ||
          pause > LONGEST_WAIT_MS
        )
          throw error;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  }

  #success<T>(answer: HostAnswer, path: string): T {
    if (answer.status >= 200 && answer.status < 300) return answer.body as T;
    throw this.error(answer, path);
  }

  /** The error that an answer stands for. */
  error({ status, body, headers }: HostAnswer, path: string): Error {
    if (this.#limit.learn(status, headers))
      return this.#limit.error(this.options.name);
    // Before it is cut, so that no half of a secret is left.
    const said = this.#secrets.hide(saidBy(body) ?? '');
    const message = `${this.options.name} answered ${status} to ${
      path.split('?')[0]
    }${said ? `: ${said.slice(0, 300)}` : ''}`;
    if (status >= 300 && status < 400) {
      const to = this.#placeOf(String(headers.location ?? '')).slice(0, 300);
      return new InputError(
        `${message}: it has moved to ${to}. Put the repository's new address into the Application's source`,
      );
    }
    // 203 and 302: a page to sign in at, as Azure DevOps answers where others say 401.
    if ([203, 302, 401, 403].includes(status)) {
      return new NotAllowedError(
        `${message}. The token in 'integrations' needs to read and write this repository`,
      );
    }
    if (status === 404) return new NotFoundError(message);
    if (status === 409) return new ConflictError(message);
    if (status >= 500 || status === 408)
      return new ServiceUnavailableError(message);
    return new InputError(message);
  }

  /** Where a redirect leads, without what it would hand over there. */
  #placeOf(location: string): string {
    const place = location
      .replace(/[?#].*$/s, '')
      .replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*@/i, '$1//');
    return this.#secrets.hide(place) || 'somewhere else';
  }

  async #call(
    method: Method,
    path: string,
    body?: RawBody,
  ): Promise<HostAnswer> {
    const { bytes, ...answer } = await this.#exchange(method, path, body);
    const parsed = parse(bytes);
    if (answer.status === 203 && parsed === undefined)
      throw this.error({ ...answer, body: undefined }, path);
    if (parsed === undefined && bytes.length > 0 && answer.status < 300) {
      throw new ServiceUnavailableError(
        `${this.options.name} answered ${
          path.split('?')[0]
        } with something other than JSON`,
      );
    }
    return { ...answer, body: parsed };
  }

  async #exchange(
    method: Method,
    path: string,
    body?: RawBody,
    binary = false,
  ): Promise<{ status: number; headers: AnswerHeaders; bytes: Uint8Array }> {
    const { baseUrl, headers, name, deadlineMs = 20_000 } = this.options;
    this.#limit.check(name);
    const authorization =
      typeof headers === 'function' ? await headers() : headers;
    for (const value of Object.values(authorization ?? {}))
      this.#secrets.learnHeader(value);
    try {
      const response = await request(`${baseUrl}${path}`, {
        method,
        headers: {
          accept: binary ? '*/*' : 'application/json',
          ...authorization,
          ...(body ? { 'content-type': body.contentType } : {}),
        },
        ...(body ? { body: body.bytes } : {}),
        signal: AbortSignal.timeout(deadlineMs),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        bytes: await readBounded(
          response.body,
          `${name}, asked for ${path.split('?')[0]},`,
        ),
      };
    } catch (error) {
      if (error instanceof InputError) throw error;
      const why =
        error instanceof Error && error.name === 'TimeoutError'
          ? `did not answer within ${deadlineMs} ms`
          : 'can not be reached';
      throw new ServiceUnavailableError(`${name} ${why}`);
    }
  }
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The host's own words, wherever it puts them. */
function saidBy(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (!body || typeof body !== 'object') return undefined;
  for (const key of ['message', 'error_description', 'error', 'errors']) {
    const value: unknown = Reflect.get(body, key);
    if (typeof value === 'string' && value !== '') return value;
    if (Array.isArray(value) && value.length > 0) {
      const texts = value.map(each => saidBy(each)).filter(Boolean);
      if (texts.length > 0) return texts.join('; ');
    }
    if (value && typeof value === 'object' && !Array.isArray(value))
      return saidBy(value) ?? JSON.stringify(value);
  }
  return undefined;
}
