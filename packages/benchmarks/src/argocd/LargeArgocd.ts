import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { applicationBody, insides } from './applications';

/** What can be wrong with an Instance. */
export interface Trouble {
  latencyMs?: number;
  /** Accepts connections and requests, and answers none; open streams fall silent. */
  hang?: boolean;
  /** Part of the events that are lost without a word. */
  loss?: number;
}

/**
 * An Argo CD of any size. The simulator renders every Application from git and runs it in a cluster, which is right
 * for a shop and too slow for ten thousand; this serves recorded bodies under other names, on the same routes.
 */
export class LargeArgocd {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();
  /** Streams that nothing is sent on any more, and whose connection stays. */
  readonly #halfOpen = new Set<ServerResponse>();
  readonly #insides = insides();
  #applications: Array<{ version: number; changes: number; json: string }> = [];
  #byName = new Map<string, number>();
  #version = 1_000;
  #requests = 0;
  #release: () => void = () => {};
  #held: Promise<void> = Promise.resolve();
  trouble: Trouble = {};

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#handle(request, response);
    });
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve =>
      this.#server.listen(0, '127.0.0.1', resolve),
    );
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  get requests(): number {
    return this.#requests;
  }

  /** From now on the Instance has so many Applications, and no events tell of it. */
  load(count: number): { bytes: number } {
    this.#byName = new Map();
    this.#applications = Array.from({ length: count }, (_, index) => {
      this.#version += 1;
      const body = applicationBody(index, this.#version, 0);
      this.#byName.set(body.metadata.name, index);
      return {
        version: this.#version,
        changes: 0,
        json: JSON.stringify(body),
      };
    });
    return {
      bytes: this.#applications.reduce((sum, { json }) => sum + json.length, 0),
    };
  }

  /** Answers nothing until {@link LargeArgocd.release}. */
  hold(): void {
    this.#held = new Promise(resolve => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release();
    this.#held = Promise.resolve();
  }

  /** The Application is compared at another head: one event on every stream. Gives the new revision. */
  change(index: number): string {
    const entry = this.#applications[index];
    this.#version += 1;
    entry.version = this.#version;
    entry.changes += 1;
    const body = applicationBody(index, entry.version, entry.changes);
    entry.json = JSON.stringify(body);
    const line = streamLine('MODIFIED', entry.json);
    for (const stream of this.#streams) {
      if (stream.destroyed || this.#halfOpen.has(stream)) continue;
      if (this.trouble.hang) continue;
      if (Math.random() < (this.trouble.loss ?? 0)) continue;
      stream.write(line);
    }
    return body.status.sync.revision;
  }

  cut(): void {
    for (const stream of this.#streams) stream.socket?.destroy();
  }

  halfOpen(): void {
    for (const stream of this.#streams) this.#halfOpen.add(stream);
  }

  /** Revision by name, as a list would tell now. */
  revisions(): Record<string, string> {
    return Object.fromEntries(
      this.#applications.map(({ json }) => {
        const { metadata, status } = JSON.parse(json);
        return [metadata.name, status.sync.revision];
      }),
    );
  }

  async #handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    this.#requests += 1;
    request.resume();
    if (this.trouble.hang) return;
    await this.#held;
    if (this.trouble.latencyMs)
      await new Promise(resolve => setTimeout(resolve, this.trouble.latencyMs));
    const url = new URL(request.url ?? '/', 'http://argocd');
    const [, api, v1, ...path] = url.pathname
      .split('/')
      .map(decodeURIComponent);
    this.#route({ api, v1, path, url, response });
  }

  #route(options: {
    api: string;
    v1: string;
    path: string[];
    url: URL;
    response: ServerResponse;
  }): void {
    const { api, v1, path, url, response } = options;
    const found = this.#byName.get(path[1]);
    if (api !== 'api') answer(response, 404, '{}');
    else if (v1 === 'version')
      answer(response, 200, '{"Version":"v3.6.0+unknown"}');
    else if (path[0] === 'session')
      answer(
        response,
        200,
        '{"loggedIn":true,"username":"backstage","token":"t"}',
      );
    else if (path[0] === 'stream') this.#stream(url, response);
    else if (path[0] !== 'applications') answer(response, 404, '{}');
    else if (path.length === 1) this.#list(url, response);
    else if (found === undefined)
      answer(response, 403, '{"code":7,"message":"permission denied"}');
    else if (path.length === 2)
      answer(response, 200, this.#applications[found].json);
    else this.#inside(path, url, response);
  }

  #inside(path: string[], url: URL, response: ServerResponse): void {
    const named = (text: string) =>
      text.replaceAll('checkout-staging', path[1]);
    switch (path[2]) {
      case 'resource-tree':
        return answer(response, 200, named(this.#insides.tree));
      case 'managed-resources':
        return answer(response, 200, named(this.#insides.managed));
      case 'revisions':
        // Every commit has words of its own, or the peers would take them for one.
        return answer(
          response,
          200,
          JSON.stringify({
            ...JSON.parse(this.#insides.metadata),
            message: `Deploy ${path[3]}`,
          }),
        );
      case 'resource':
        return url.searchParams.get('kind') === 'Pod'
          ? answer(response, 200, this.#insides.pod)
          : answer(response, 200, '{"manifest":"{}"}');
      default:
        return answer(response, 404, '{}');
    }
  }

  #list(url: URL, response: ServerResponse): void {
    const selector = url.searchParams.get('selector');
    const service = selector && /kubernetes-id=+(.*)$/.exec(selector)?.[1];
    const chosen = service
      ? ['dev', 'staging', 'prod'].flatMap(environment => {
          const index = this.#byName.get(`${service}-${environment}`);
          return index === undefined ? [] : [this.#applications[index]];
        })
      : this.#applications;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(
      `{"metadata":{"resourceVersion":"${this.#version}"},"items":[`,
    );
    // A long list is written as fast as it is read, and events go on meanwhile.
    const write = (from: number): void => {
      if (from >= chosen.length) {
        response.end(']}');
        return;
      }
      const items = chosen.slice(from, from + 50).map(({ json }) => json);
      const text = (from > 0 ? ',' : '') + items.join(',');
      const next = () => write(from + 50);
      if (response.write(text)) setImmediate(next);
      else response.once('drain', next);
    };
    write(0);
  }

  #stream(url: URL, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    this.#streams.add(response);
    response.once('close', () => {
      this.#streams.delete(response);
      this.#halfOpen.delete(response);
    });
    if (url.searchParams.get('resourceVersion')) return;
    for (const { json } of this.#applications)
      response.write(streamLine('ADDED', json));
  }
}

/** As `fields` leaves it: without what the product does not ask for. */
function streamLine(type: string, json: string): string {
  const application = JSON.parse(json);
  delete application.metadata.managedFields;
  delete application.status.sync.comparedTo;
  return `${JSON.stringify({ result: { type, application } })}\n`;
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
