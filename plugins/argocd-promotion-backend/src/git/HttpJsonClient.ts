import { request } from 'undici';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const READ_TRIES = 3;

/** An answer of the host that is no success, with its status, so that an adapter can tell what it meant. */
interface HostAnswer {
  status: number;
  body: unknown;
}

/**
 * JSON over HTTP for one host: every call has a deadline, every answer a limit, and no message ever holds credentials.
 * Only reads are tried again: a write that got no answer may have been done.
 */
export class HttpJsonClient {
  constructor(
    private readonly options: {
      /** Without trailing slash. */
      baseUrl: string;
      headers: Record<string, string>;
      /** For people, in messages. */
      name: string;
      deadlineMs?: number;
    },
  ) {}

  async get<T>(path: string): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#success<T>(await this.#call('GET', path), path);
      } catch (error) {
        if (
          !(error instanceof ServiceUnavailableError) ||
          attempt >= READ_TRIES
        )
          throw error;
        await new Promise(resolve => setTimeout(resolve, 100 * attempt));
      }
    }
  }

  /** A write; answers of the statuses in `expected` are given back instead of thrown. */
  async send<T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    expected: number[] = [],
  ): Promise<{ value: T } | { answer: HostAnswer }> {
    const answer = await this.#call(method, path, body);
    if (expected.includes(answer.status)) return { answer };
    return { value: this.#success<T>(answer, path) };
  }

  #success<T>(answer: HostAnswer, path: string): T {
    if (answer.status >= 200 && answer.status < 300) return answer.body as T;
    throw this.error(answer, path);
  }

  /** The error that an answer stands for. */
  error({ status, body }: HostAnswer, path: string): Error {
    const said =
      body && typeof body === 'object'
        ? Reflect.get(body, 'message')
        : undefined;
    const reason =
      typeof said === 'string' && said !== '' ? `: ${said.slice(0, 300)}` : '';
    const message = `${this.options.name} answered ${status} to ${
      path.split('?')[0]
    }${reason}`;
    if (status === 401 || status === 403) {
      return new NotAllowedError(
        `${message}. The token in 'integrations' needs to read and write this repository`,
      );
    }
    if (status === 404) return new NotFoundError(message);
    if (status === 409) return new ConflictError(message);
    if (status >= 500 || status === 429 || status === 408)
      return new ServiceUnavailableError(message);
    return new InputError(message);
  }

  async #call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<HostAnswer> {
    const { baseUrl, headers, name, deadlineMs = 20_000 } = this.options;
    try {
      const response = await request(`${baseUrl}${path}`, {
        method,
        headers: {
          ...headers,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(deadlineMs),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body) {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES)
          throw new InputError(
            `${name} sent more than ${MAX_ANSWER_BYTES} bytes for ${
              path.split('?')[0]
            }`,
          );
        chunks.push(Buffer.from(chunk));
      }
      const text = Buffer.concat(chunks).toString('utf8');
      if (text === '') return { status: response.statusCode, body: undefined };
      try {
        return { status: response.statusCode, body: JSON.parse(text) };
      } catch {
        if (response.statusCode >= 300)
          return { status: response.statusCode, body: undefined };
        throw new ServiceUnavailableError(
          `${name} answered ${
            path.split('?')[0]
          } with something other than JSON`,
        );
      }
    } catch (error) {
      if (
        error instanceof InputError ||
        error instanceof ServiceUnavailableError
      )
        throw error;
      const why =
        error instanceof Error && error.name === 'TimeoutError'
          ? `did not answer within ${deadlineMs} ms`
          : 'can not be reached';
      throw new ServiceUnavailableError(`${name} ${why}`);
    }
  }
}
