import { once } from 'node:events';
import WebSocket from 'ws';
import { SIGNAL_CHANNEL } from '@fairway/backstage-plugin-argocd-promotion-common';

/** An open page's ear: the signals of the plugin, heard as the frontend hears them. */
export class Browser {
  readonly #socket: WebSocket;
  readonly #listeners = new Set<(entityRefs: string[]) => unknown>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', data => {
      const { channel, message } = JSON.parse(String(data));
      if (channel !== SIGNAL_CHANNEL) return;
      for (const listener of this.#listeners)
        listener(message.entityRefs ?? []);
    });
  }

  static async open(options: {
    base: string;
    token: string;
  }): Promise<Browser> {
    const url = `${options.base.replace(/^http/, 'ws')}/api/signals`;
    for (let attempt = 1; ; attempt++) {
      const socket = new WebSocket(url, options.token, {
        handshakeTimeout: 5_000,
      });
      try {
        await once(socket, 'open');
        socket.send(
          JSON.stringify({ action: 'subscribe', channel: SIGNAL_CHANNEL }),
        );
        return new Browser(socket);
      } catch (error) {
        // The backend begins to listen for upgrades when the first is asked for, and refuses that one.
        if (attempt === 5) throw error;
      }
    }
  }

  /** Called with the entities that every signal names; gives the way to end it. */
  onSignal(listener: (entityRefs: string[]) => unknown): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#socket.terminate();
  }
}
