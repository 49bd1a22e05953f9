import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { readRecording } from './recordings';

/** Answers over real HTTP as the recorded Argo CD did, and remembers what it was asked. */
export class RecordedArgocd {
  readonly requests: Array<{ method: string; url: string }> = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;
  /** Answers instead of the recordings: for outages. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;

  private constructor() {
    this.#server = createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  static async start(): Promise<RecordedArgocd> {
    const argocd = new RecordedArgocd();
    await new Promise<void>(resolve =>
      argocd.#server.listen(0, '127.0.0.1', resolve),
    );
    return argocd;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  emit(event: unknown): void {
    for (const stream of this.#streams)
      stream.write(`${JSON.stringify({ result: event })}\n`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = request;
    this.requests.push({ method, url });
    if (this.intercept?.(request, response)) return;
    const path = url.split('?')[0];
    const json = (status: number, body: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    };
    const recording = (name: string) => {
      const { status, body } = readRecording(name).response;
      json(status, body);
    };
    if (path === '/api/version') {
      recording('version.json');
      return;
    }
    if (path === '/api/v1/session/userinfo') {
      recording('session-userinfo.json');
      return;
    }
    if (path === '/api/v1/applications') {
      recording('applications-list.json');
      return;
    }
    if (path === '/api/v1/stream/applications') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      return;
    }
    if (path === '/api/v1/applications/checkout-staging/resource-tree') {
      recording('resource-tree.json');
      return;
    }
    if (path === '/api/v1/applications/checkout-staging/resource') {
      recording('resource-pod.json');
      return;
    }
    if (/^\/api\/v1\/applications\/checkout-[a-z]+\/revisions\//.test(path)) {
      recording('revision-metadata.json');
      return;
    }
    json(404, { error: 'not found', code: 5, message: 'not found' });
  }
}
