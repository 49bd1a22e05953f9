import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';

const plan = {
  hash: 'h',
  edits: [
    {
      repo: 'https://git.example.com/r.git',
      branch: 'main',
      path: 'a.yaml',
      patch: '-1\n+2',
    },
  ],
  gates: [
    { kind: 'approval', title: 'Approval', state: 'pending', reason: '0 of 1' },
  ],
};

const refused = (name: string, message: string) => ({
  error: { name, message },
});

/** Speaks the backend's API about one promotion, and knows by their tokens who asks. */
export class PromotionServer {
  /** States that it is found in, one a look; it stays in the last. */
  life: Promotion['state'][] = ['waiting'];
  requestedBy = 'user:default/ana';
  /** So many of the next requests fail as those of a backend that restarts. */
  failures = 0;
  /** From then on, tokens of users are refused. */
  signOutAfter = Infinity;
  readonly created: Array<{ body: object; as: string }> = [];
  readonly keys: string[] = [];
  readonly readers: string[] = [];
  readonly #byKey = new Map<string, string>();
  readonly #events: Promotion['events'] = [
    { sequence: 1, at: '', state: 'waiting', message: 'Requested' },
  ];
  readonly #server: Server;
  #answered = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(error =>
        send(response, 500, { error: { name: 'Error', message: `${error}` } }),
      );
    });
  }

  static async start(): Promise<PromotionServer> {
    const server = new PromotionServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Resolves when it has been read so often. */
  async read(times: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (this.readers.length < times) {
      if (Date.now() > deadline)
        throw new Error(`Read only ${this.readers.length} times`);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    if (this.failures > 0) {
      this.failures -= 1;
      send(response, 503, refused('ServiceUnavailableError', 'restarting'));
      return;
    }
    // Tokens of the test utilities hold, readable, who asks on whose behalf.
    const token = /mock-service-token:(\{.*\})$/.exec(
      request.headers.authorization ?? '',
    );
    const { sub, obo } = JSON.parse(token?.[1] ?? '{}');
    const isUser = obo !== undefined;
    const as = isUser ? obo : sub;
    if (isUser && this.#answered >= this.signOutAfter) {
      send(response, 401, refused('AuthenticationError', 'expired'));
      return;
    }
    this.#answered += 1;
    const path = request.url ?? '';
    if (request.method === 'GET') {
      this.readers.push(as);
      if (!path.endsWith('/p1'))
        send(response, 404, refused('NotFoundError', 'no'));
      else send(response, 200, this.#look());
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (path === '/v1/plans') {
      send(response, 200, plan);
      return;
    }
    const key = String(request.headers['idempotency-key']);
    this.keys.push(key);
    if (!this.#byKey.has(key)) this.created.push({ body, as });
    this.#byKey.set(key, 'p1');
    send(response, 201, this.#promotion('waiting'));
  }

  #look() {
    const [state] = this.life;
    if (this.life.length > 1) this.life.shift();
    const { length } = this.#events;
    if (this.#events[length - 1].state !== state)
      this.#events.push({
        sequence: length + 1,
        at: '',
        state,
        message: `now ${state}`,
      });
    return this.#promotion(state);
  }

  #promotion(state: Promotion['state']) {
    return {
      id: 'p1',
      state,
      message: `now ${state}`,
      requestedBy: this.requestedBy,
      plan,
      events: this.#events,
      commit: { sha: 's', url: 'https://git.example.com/commit/s' },
    };
  }
}

function send(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
