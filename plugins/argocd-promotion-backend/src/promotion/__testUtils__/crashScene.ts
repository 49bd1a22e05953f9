import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { randomUUID } from 'node:crypto';
import {
  BackendProcess,
  BackendProcesses,
  COLLEAGUE,
} from './backendProcesses';
import { CrashSetting } from './crashSettings';
import { argocdEffect, gitEffect, startEffectProxy } from './effectProxy';
import { eventually } from './promotionClient';
import {
  commitsOf,
  overlay,
  REPOSITORY,
  SimulatedShop,
  STAGING_FILE,
  startShop,
} from './simulatedShop';

/** What a test may change of the hosts meanwhile. */
interface Trouble {
  onEffect: (point: string) => Promise<void> | void;
  gitSays?: { status: number; body: object };
}

type Proxy = Awaited<ReturnType<typeof startEffectProxy>>;

/** A shop, proxies before its hosts, and backends that may be ended at any point of a promotion. */
export class CrashScene {
  readonly shop: SimulatedShop;
  readonly backends: BackendProcesses;
  readonly git: Proxy;
  readonly argocd: Proxy;
  readonly delivery: 'commit' | 'pull-request';
  readonly #how: Partial<CrashSetting>;
  readonly #state: Trouble;
  #releases = 0;

  private constructor(
    parts: Pick<
      CrashScene,
      'shop' | 'backends' | 'git' | 'argocd' | 'delivery'
    > & { state: Trouble; how: Partial<CrashSetting> },
  ) {
    this.shop = parts.shop;
    this.backends = parts.backends;
    this.git = parts.git;
    this.argocd = parts.argocd;
    this.delivery = parts.delivery;
    this.#state = parts.state;
    this.#how = parts.how;
  }

  static async create(options: {
    delivery: 'commit' | 'pull-request';
    how?: Pick<CrashSetting, 'git' | 'automated' | 'approved'>;
    postgres?: { url: string; through?: string };
    speed?: number;
    /** More services beside checkout. */
    also?: string[];
    timeouts?: Record<string, { seconds: number }>;
  }): Promise<CrashScene> {
    const { delivery, timeouts, how = {} } = options;
    const { automated, git: by, approved }: Partial<CrashSetting> = how;
    const push = by === 'push';
    // Argo CD looks at git when the product asks it to.
    const shop = await startShop({
      speed: options.speed ?? 50,
      webhooks: false,
      also: options.also,
      automated,
    });
    const state: Trouble = { onEffect: () => {} };
    const onEffect = (name: string, phase: 'before' | 'after') =>
      state.onEffect(`${name} ${phase}`);
    const git = await startEffectProxy({
      target: shop.sim.git.url,
      effect: gitEffect,
      onEffect,
      intercept: () => state.gitSays,
    });
    const argocd = await startEffectProxy({
      target: shop.sim.argocd.main.url,
      effect: argocdEffect,
      onEffect,
    });
    const config = shop.config({
      delivery,
      timeouts,
      push,
      gitUrl: git.url,
      ...(approved ? { approvers: [COLLEAGUE] } : {}),
    });
    const settings = config.argocdPromotion as {
      instances: Array<{ url: string }>;
    };
    settings.instances[0].url = argocd.url;
    const backends = await BackendProcesses.create({
      config,
      postgres: options.postgres,
      // git takes it for a proxy, as its URL is the one that Argo CD knows.
      env: push ? { http_proxy: git.url } : {},
    });
    return new CrashScene({
      shop,
      backends,
      git,
      argocd,
      delivery,
      state,
      how,
    });
  }

  /** Called with each effect on a host, such as `git POST contents after`. */
  onEffect(listener: (point: string) => Promise<void> | void) {
    this.#state.onEffect = listener;
  }

  /** The git host answers everything so, until it is called without an answer. */
  gitSays(answer?: { status: number; body: object }) {
    this.#state.gitSays = answer;
  }

  /** Dev runs a new release, and the backend knows. */
  async newRelease(backend: BackendProcess): Promise<string> {
    const { sim, image } = this.shop;
    this.#releases += 1;
    const { digest } = sim.registry.push('shop/checkout', {
      tag: `2.0.${this.#releases}`,
    });
    await sim.git.commit(REPOSITORY, {
      branch: 'main',
      message: `Release ${this.#releases}`,
      files: { 'overlays/dev/kustomization.yaml': overlay(image, digest) },
    });
    await fetch(
      `${sim.argocd.main.url}/api/v1/applications/checkout-dev?refresh=normal`,
      { headers: { authorization: `Bearer ${sim.tokens.backstage}` } },
    );
    if (this.#how.automated === false) await this.shop.sync('checkout-dev');
    let last: unknown;
    await eventually(
      async () => {
        const plan = await backend.client.plan();
        last = plan;
        return plan.release.images[0].digest === digest ? plan : undefined;
      },
      () => last,
      60_000,
    );
    return digest;
  }

  /** All that people do, and do again when nobody answered; gives up when the backend has ended. */
  async promote(backend: BackendProcess, key: string): Promise<Promotion> {
    if (this.#how.approved) await this.#ask(backend, `${key} earlier`);
    const promotion = await this.#ask(backend, key);
    if (this.#how.approved) await this.#approved(backend, promotion.id);
    return promotion;
  }

  async #ask(backend: BackendProcess, key: string): Promise<Promotion> {
    let last: unknown;
    return eventually(
      async () => {
        if (!backend.alive) throw new Error('The backend has ended');
        const answer = await backend.client
          .promote(key)
          .catch(error => ({ status: 0, body: String(error) }));
        last = answer;
        return answer.status === 200 || answer.status === 201
          ? (answer.body as Promotion)
          : undefined;
      },
      () => last,
      60_000,
    );
  }

  async #approved(backend: BackendProcess, id: string): Promise<void> {
    let last: unknown;
    await eventually(
      async () => {
        if (!backend.alive) throw new Error('The backend has ended');
        const asked = await backend.client.call(`/promotions/${id}`);
        const { state, plan } = asked.body as Promotion;
        if (state !== 'waiting') return true;
        last = await backend.colleague.call(`/promotions/${id}/approve`, {
          planHash: plan.hash,
        });
        return undefined;
      },
      () => last,
      60_000,
    );
  }

  /** Merges its pull request as a reviewer would, once it is there; gives up when the backend has ended. */
  async merged(backend: BackendProcess, id: string): Promise<void> {
    while (backend.alive) {
      const answer = await backend.client
        .call(`/promotions/${id}`)
        .catch(() => undefined);
      const promotion = answer?.body as Promotion | undefined;
      if (promotion?.endedAt || promotion?.commit) return;
      if (promotion?.state === 'in-review') {
        await this.#merge(promotion);
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async finish(backend: BackendProcess, id: string): Promise<Promotion> {
    if (this.delivery === 'pull-request') await this.merged(backend, id);
    return backend.client.end(id, 90_000);
  }

  async #merge({ pullRequest }: Promotion) {
    const { sim } = this.shop;
    const merged = await fetch(
      `${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls/${
        pullRequest!.number
      }/merge`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `token ${sim.git.tokens.reviewer}`,
        },
        body: JSON.stringify({ Do: 'merge' }),
      },
    );
    if (!merged.ok && merged.status !== 405)
      throw new Error(`Not merged: ${merged.status} ${await merged.text()}`);
  }

  /** What must be true in the end, whatever happened. */
  async outcome(done: Promotion, digest: string) {
    const text = await this.shop.sim.git.read(REPOSITORY, 'main', STAGING_FILE);
    const commits = await commitsOf(this.shop, done.id);
    const log = await this.shop.sim.git.log(REPOSITORY, 'main');
    return {
      state: done.state,
      message: done.message,
      commits: commits.length,
      recorded: log.some(({ sha }) => sha === done.commit?.sha),
      file: text.toString() === overlay(this.shop.image, digest),
    };
  }

  key() {
    return randomUUID();
  }

  async close() {
    await this.backends.close();
    await this.git.stop();
    await this.argocd.stop();
    await this.shop.sim.close();
  }
}

/** What {@link CrashScene.outcome} says of a promotion that went as it should. */
export const written = {
  state: 'succeeded',
  message: expect.stringContaining('run the promoted digests'),
  commits: 1,
  recorded: true,
  file: true,
};
