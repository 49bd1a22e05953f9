import { createServer, IncomingMessage, request } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { pipeline } from 'node:stream';

/** What a request does to the host behind the proxy; undefined for one that only reads. */
export type EffectName = (request: IncomingMessage) => string | undefined;

/** Effects of Gitea's API and of git's own protocol, and those of Argo CD's. */
export const gitEffect: EffectName = ({ method, url = '' }) => {
  if (method === 'GET' || url.endsWith('/git-upload-pack')) return undefined;
  if (url.endsWith('/git-receive-pack')) return 'git push';
  return `git ${method} ${url
    .split('?')[0]
    .replace(/^\/api\/v1\/repos\/[^/]+\/[^/]+\//, '')
    .replace(/(?<=^branches\/).*|\d+/, '…')}`;
};
export const argocdEffect: EffectName = ({ method, url = '' }) => {
  if (/[?&]refresh=/.test(url)) return 'argocd refresh';
  if (method === 'GET') return undefined;
  return url.endsWith('/sync') ? 'argocd sync' : `argocd ${method} ${url}`;
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
  const target = new URL(options.target);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      // Whoever uses this as its proxy names the host, which may be another.
      const to = new URL(incoming.url ?? '/', target);
      const ours = to.host === target.host;
      const name = ours ? options.effect(incoming) : undefined;
      if (name) await options.onEffect(name, 'before');
      const instead = ours ? options.intercept?.(incoming) : undefined;
      if (instead) {
        outgoing.writeHead(instead.status, {
          'content-type': 'application/json',
        });
        outgoing.end(JSON.stringify(instead.body));
        return;
      }
      const { method, headers } = incoming;
      const onward = request(
        {
          hostname: to.hostname,
          port: to.port,
          method,
          path: `${to.pathname}${to.search}`,
          headers,
        },
        async answer => {
          if (!name) {
            outgoing.writeHead(answer.statusCode!, answer.headers);
            // A stream that is cut is cut for whoever listens, too.
            pipeline(answer, outgoing, () => {});
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
