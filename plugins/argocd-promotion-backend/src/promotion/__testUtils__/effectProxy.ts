import { createServer, IncomingMessage, request } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** What a request does to the host behind the proxy; undefined for one that only reads. */
export type EffectName = (request: IncomingMessage) => string | undefined;

/** Effects of Gitea's API, and those of Argo CD's. */
export const gitEffect: EffectName = ({ method, url = '' }) =>
  method === 'GET'
    ? undefined
    : `git ${method} ${url
        .split('?')[0]
        .replace(/^\/api\/v1\/repos\/[^/]+\/[^/]+\//, '')
        .replace(/(?<=^branches\/).*|\d+/, '…')}`;
export const argocdEffect: EffectName = ({ method, url = '' }) => {
  if (/[?&]refresh=/.test(url)) return 'argocd refresh';
  return method !== 'GET' && url.includes('/sync') ? 'argocd sync' : undefined;
};

/**
 * Stands before a host. The test is told of every effect before the host hears of it and after the host has done it,
 * while nobody else knows yet. `stop` and `start` are a restart: connections break, and none is made until it is back.
 */
export async function startEffectProxy(options: {
  target: string;
  effect: EffectName;
  onEffect(name: string, phase: 'before' | 'after'): Promise<void> | void;
  /** Answers in the host's place. */
  intercept?(
    incoming: IncomingMessage,
  ): { status: number; body: object } | undefined;
}) {
  const { hostname, port } = new URL(options.target);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const name = options.effect(incoming);
      if (name) await options.onEffect(name, 'before');
      const instead = options.intercept?.(incoming);
      if (instead) {
        outgoing.writeHead(instead.status, {
          'content-type': 'application/json',
        });
        outgoing.end(JSON.stringify(instead.body));
        return;
      }
      const { method, url: path, headers } = incoming;
      const onward = request(
        { hostname, port, method, path, headers },
        async answer => {
          if (!name) {
            outgoing.writeHead(answer.statusCode!, answer.headers);
            answer.pipe(outgoing);
            return;
          }
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk as Buffer);
          if (answer.statusCode! < 300) await options.onEffect(name, 'after');
          outgoing.writeHead(answer.statusCode!, answer.headers);
          outgoing.end(Buffer.concat(chunks));
        },
      );
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    })();
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    stop,
    start: () => listen(own),
  };
}
