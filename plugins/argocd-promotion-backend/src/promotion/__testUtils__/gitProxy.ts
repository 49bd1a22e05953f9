import {
  createServer,
  IncomingMessage,
  request,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Stands before a git host, so that a test can act in the moment before a request reaches it. */
export async function startGitProxy(
  target: string,
  before: (request: IncomingMessage) => Promise<unknown> | void,
  /** Answers in the host's place; true when it has. */
  instead: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => boolean = () => false,
) {
  const { hostname, port } = new URL(target);
  const server = createServer(async (incoming, outgoing) => {
    await before(incoming);
    if (instead(incoming, outgoing)) return;
    const { method, url: path, headers } = incoming;
    const onward = request(
      { hostname, port, method, path, headers },
      answer => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
