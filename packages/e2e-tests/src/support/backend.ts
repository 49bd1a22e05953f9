import { randomUUID } from 'node:crypto';
import {
  FileEdit,
  PipelineView,
  Plan,
  Promotion,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { demo } from './demo';

/** The backend as one user of the demo sees it, without a browser. */
export class BackendSession {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  static async signIn(userRef: string): Promise<BackendSession> {
    const response = await fetch(`${demo.backend.url}/api/auth/demo/refresh`, {
      headers: {
        'x-demo-user': userRef,
        'x-requested-with': 'XMLHttpRequest',
      },
    });
    if (!response.ok) {
      throw new Error(`Cannot sign in as ${userRef}: ${await response.text()}`);
    }
    const { backstageIdentity } = await response.json();
    return new BackendSession(backstageIdentity.token);
  }

  async request(
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { body, headers } = options;
    return fetch(`${demo.backend.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async pipeline(service: string): Promise<PipelineView> {
    return this.#json(
      `/api/argocd-promotion/v1/entities/component/default/${service}`,
    );
  }

  /** The one file that promoting a service into an environment would edit. */
  async plannedEdit(service: string, environment: string): Promise<FileEdit> {
    const plan = await this.#json<Plan>('/api/argocd-promotion/v1/plans', {
      entityRef: `component:default/${service}`,
      environment,
    });
    if (plan.edits.length !== 1) {
      throw new Error(
        `Expected one edit of ${service} for ${environment}, got ${JSON.stringify(
          plan.edits,
        )}`,
      );
    }
    return plan.edits[0];
  }

  /** The first of the files that promoting a service into an environment would edit. */
  async firstEdit(service: string, environment: string): Promise<FileEdit> {
    const plan = await this.#json<Plan>('/api/argocd-promotion/v1/plans', {
      entityRef: `component:default/${service}`,
      environment,
    });
    return plan.edits[0];
  }

  /** Asks for a promotion as a program does. */
  async promote(service: string, environment: string): Promise<Promotion> {
    const answer = await this.request('/api/argocd-promotion/v1/promotions', {
      body: { entityRef: `component:default/${service}`, environment },
      headers: { 'idempotency-key': randomUUID() },
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  /** Approves, as this user, what waits. */
  async approve({ id, plan }: Promotion): Promise<Promotion> {
    return this.#json(`/api/argocd-promotion/v1/promotions/${id}/approve`, {
      planHash: plan.hash,
    });
  }

  async promotion(id: string): Promise<Promotion> {
    return this.#json(`/api/argocd-promotion/v1/promotions/${id}`);
  }

  async promotionIds(service: string): Promise<string[]> {
    const query = new URLSearchParams({
      entityRef: `component:default/${service}`,
    });
    const page = await this.#json<{ items: Array<{ id: string }> }>(
      `/api/argocd-promotion/v1/promotions?${query}`,
    );
    return page.items.map(item => item.id);
  }

  /** The newest promotion of a service into an environment, with its whole life. */
  async newestPromotion(
    service: string,
    environment: string,
  ): Promise<Promotion> {
    const query = new URLSearchParams({
      entityRef: `component:default/${service}`,
      environment,
      limit: '1',
    });
    const page = await this.#json<{ items: Array<{ id: string }> }>(
      `/api/argocd-promotion/v1/promotions?${query}`,
    );
    if (page.items.length === 0) {
      throw new Error(`${service} was never promoted into ${environment}`);
    }
    return this.promotion(page.items[0].id);
  }

  async #json<T>(path: string, body?: unknown): Promise<T> {
    const response = await this.request(path, { body });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  }
}

/** The digest that an environment runs, of the one image that the service is made of. */
export function runningDigest(view: PipelineView, environment: string): string {
  const images = view.environments.find(item => item.name === environment)
    ?.release?.images;
  if (images?.length !== 1) {
    throw new Error(
      `Expected ${environment} to run one known image, got ${JSON.stringify(
        images,
      )}`,
    );
  }
  return images[0].digest;
}

/** A digest as the page shows it: eight hex digits. */
export const short = (digest: string) =>
  digest.replace('sha256:', '').slice(0, 8);
