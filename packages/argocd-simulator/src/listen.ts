import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';

export interface Listening {
  server: Server;
  port: number;
  close(): Promise<void>;
}

/** Serves on the loopback interface; port 0 takes any free one. Closing also ends connections that are still open. */
export async function listen(
  handler: RequestListener,
  port: number = 0,
): Promise<Listening> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
