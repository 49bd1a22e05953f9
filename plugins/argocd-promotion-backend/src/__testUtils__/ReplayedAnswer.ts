import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ArgocdTransport, TransportRequest } from '../argocd/ArgocdTransport';
import { HttpArgocdClient } from '../argocd/HttpArgocdClient';
import { InstanceConfig } from '../config/types';
import { readRecording, readStream } from './recordings';

interface AskedRequest {
  method: string;
  url: string;
  contentType?: string;
  authorization?: string;
}

/** One answer of the recorded Argo CD to whatever is asked, byte by byte as a client of the product gets it. */
export class ReplayedAnswer {
  readonly client: HttpArgocdClient;
  readonly transport: ArgocdTransport;

  private constructor(
    /** What the product asked. */
    readonly requests: AskedRequest[],
    private readonly server: ReturnType<typeof createServer>,
    config: InstanceConfig,
  ) {
    this.transport = new ArgocdTransport({ config });
    this.client = new HttpArgocdClient({
      instance: config.name,
      transport: this.transport,
    });
  }

  static async start(
    recording: string | { tree: unknown },
    credentials: InstanceConfig['credentials'] = { token: 'secret' },
  ): Promise<ReplayedAnswer> {
    const answer = answerOf(recording);
    const requests: AskedRequest[] = [];
    const server = createServer((request, response) => {
      const { method = 'GET', url = '/', headers } = request;
      requests.push({
        method,
        url,
        ...(headers['content-type']
          ? { contentType: headers['content-type'] }
          : {}),
        ...(headers.authorization
          ? { authorization: headers.authorization }
          : {}),
      });
      answer(request, response);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new ReplayedAnswer(requests, server, {
      name: 'main',
      url: `http://127.0.0.1:${port}`,
      credentials,
      skipTlsVerify: false,
      headers: {},
    });
  }

  async close(): Promise<void> {
    await this.transport.close();
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

function answerOf(recording: string | { tree: unknown }) {
  const json = { 'content-type': 'application/json' };
  if (typeof recording !== 'string') {
    return (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(200, json).end(JSON.stringify(recording.tree));
  }
  if (recording.endsWith('.ndjson')) {
    const lines = readStream(recording);
    return (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, json);
      for (const line of lines) response.write(`${JSON.stringify(line)}\n`);
      response.end();
    };
  }
  const { status, headers, body } = readRecording(recording).response;
  const type = headers['content-type'];
  return (_: IncomingMessage, response: ServerResponse) =>
    response
      .writeHead(status, type ? { 'content-type': type } : {})
      .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The recorded request, as the product's transport takes it: every segment of the path apart and decoded. */
export function recordedRequest(name: string): TransportRequest {
  const { method, path, body } = readRecording(name).request;
  const [route, search = ''] = path.split('?');
  const query: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(search))
    (query[key] ??= []).push(value);
  return {
    method: method as TransportRequest['method'],
    path: route
      .split('/')
      .filter(segment => segment !== '')
      .slice(1)
      .map(decodeURIComponent),
    query,
    ...(body === undefined ? {} : { body }),
  };
}
