import { Agent, request } from 'undici';

/** As browsers do over HTTP/1.1. */
const CONNECTIONS = 6;

/** The requests of one page, over as many connections as a browser opens. */
export class Page {
  readonly #agent: Agent;
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  requests = 0;

  constructor(options: {
    base: string;
    headers: Record<string, string>;
    timeoutMs?: number;
  }) {
    this.#base = options.base;
    this.#headers = options.headers;
    this.#timeoutMs = options.timeoutMs ?? 60_000;
    this.#agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
  }

  async get<T>(path: string): Promise<T> {
    this.requests += 1;
    const { statusCode, body } = await request(`${this.#base}${path}`, {
      headers: this.#headers,
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const text = await body.text();
    if (statusCode !== 200)
      throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 300)}`);
    try {
      return JSON.parse(text) as T;
    } catch {
      return text as T;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

export const pipelinePath = (service: string): string =>
  `/api/argocd-promotion/v1/entities/component/default/${service}`;
