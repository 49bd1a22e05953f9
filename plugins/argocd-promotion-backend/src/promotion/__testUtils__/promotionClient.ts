import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';

/** Asks until there is an answer; says at the deadline what was seen last. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  lastSeen: () => unknown,
  ms = 30_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Error(
        `It did not happen in time: ${JSON.stringify(lastSeen())}`,
      );
    await new Promise(resolve => setTimeout(resolve, 40));
  }
}

/** Promotes checkout into staging as people do, over HTTP. */
export class PromotionClient {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#base = `${url}/api/argocd-promotion/v1`;
    this.#headers = headers;
  }

  async call(path: string, body?: object, headers: object = {}) {
    const response = await fetch(`${this.#base}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...this.#headers,
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Waits until the inventory knows enough to plan. */
  async plan() {
    let last: unknown;
    return eventually(
      async () => {
        const answer = await this.call('/plans', {
          entityRef: 'component:default/checkout',
          environment: 'staging',
        }).catch(error => ({ status: 0, body: String(error) }));
        last = answer.body;
        return answer.status === 200 ? answer.body : undefined;
      },
      () => last,
    );
  }

  async promote(key: string, extra: object = {}) {
    return this.call(
      '/promotions',
      {
        entityRef: 'component:default/checkout',
        environment: 'staging',
        ...extra,
      },
      { 'Idempotency-Key': key },
    );
  }

  /** Waits until the promotion is as asked for; fails at once when it has ended otherwise. */
  async until(
    id: string,
    wanted: (promotion: Promotion) => boolean,
    ms?: number,
  ): Promise<Promotion> {
    let last: Promotion | undefined;
    return eventually(
      async () => {
        // Not yet up, or restarting: asked again until the deadline.
        const answer = await this.call(`/promotions/${id}`).catch(() => {});
        if (answer?.status !== 200) return undefined;
        last = answer.body as Promotion;
        if (wanted(last)) return last;
        if (last.endedAt)
          throw new Error(`It ended ${last.state}: ${last.message}`);
        return undefined;
      },
      () => [last?.state, last?.message],
      ms,
    );
  }

  async end(id: string, ms?: number): Promise<Promotion> {
    return this.until(id, ({ endedAt }) => endedAt !== undefined, ms);
  }
}
