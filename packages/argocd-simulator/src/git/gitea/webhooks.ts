import { createHmac, randomUUID } from 'node:crypto';
import { GitRepo } from '../GitRepo';

export interface Webhook {
  id: number;
  type: string;
  url: string;
  secret: string;
  contentType: string;
  events: string[];
  active: boolean;
  createdAt: Date;
}

/** Webhooks of repositories and their delivery. */
export class Webhooks {
  private readonly all = new Map<GitRepo, Webhook[]>();
  private readonly closing = new AbortController();
  private nextId = 1;

  list(repo: GitRepo): Webhook[] {
    return this.all.get(repo) ?? [];
  }

  add(repo: GitRepo, hook: Omit<Webhook, 'id'>): Webhook {
    const added = { ...hook, id: this.nextId++ };
    this.all.set(repo, [...this.list(repo), added]);
    return added;
  }

  delete(repo: GitRepo, id: number): boolean {
    const hooks = this.list(repo);
    this.all.set(
      repo,
      hooks.filter(hook => hook.id !== id),
    );
    return this.list(repo).length < hooks.length;
  }

  /** Tells every hook that listens for the event; as with a real host, nobody waits for or learns of a failure. */
  deliver(repo: GitRepo, event: string, payload: object): void {
    for (const hook of this.list(repo)) {
      if (!hook.active || !hook.events.includes(event)) continue;
      const body = JSON.stringify(payload);
      const signature = createHmac('sha256', hook.secret)
        .update(body)
        .digest('hex');
      fetch(hook.url, {
        method: 'POST',
        body,
        signal: AbortSignal.any([
          this.closing.signal,
          AbortSignal.timeout(10_000),
        ]),
        headers: {
          'content-type': 'application/json',
          'x-gitea-event': event,
          'x-gitea-event-type': event,
          'x-gitea-delivery': randomUUID(),
          ...(hook.secret
            ? {
                'x-gitea-signature': signature,
                'x-hub-signature-256': `sha256=${signature}`,
              }
            : {}),
        },
      }).catch(() => {});
    }
  }

  close(): void {
    this.closing.abort();
  }
}
