import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import {
  Promotion,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { PromotionEngine } from './engine/PromotionEngine';
import { PromotionAccess } from './PromotionAccess';
import { PromotionLookup, refuse } from './PromotionLookup';
import { PromotionStore } from './store/PromotionStore';
import { StoredPromotion } from './types';
import { toPromotion } from './view';

/** What people decide about promotions that are under way. */
export class PromotionDecisions {
  readonly #options: {
    store: PromotionStore;
    engine: Pick<PromotionEngine, 'run'>;
    access: PromotionAccess;
    getRepository(url: string): GitRepository | undefined;
    onChanged(promotion: StoredPromotion): void;
  };
  readonly #lookup: PromotionLookup;

  constructor(
    options: {
      store: PromotionStore;
      engine: Pick<PromotionEngine, 'run'>;
      access: PromotionAccess;
      getRepository(url: string): GitRepository | undefined;
      onChanged(promotion: StoredPromotion): void;
    },
    lookup: PromotionLookup,
  ) {
    this.#options = options;
    this.#lookup = lookup;
  }

  /** The promotion and who asks, once it is sure that they may approve or reject it. */
  async #forDecision(id: string, credentials: BackstageCredentials) {
    const { promotion } = await this.#lookup.life(id, credentials);
    const { entity, environment } = await this.#lookup.targetOf(
      promotion,
      credentials,
    );
    const asker = await this.#options.access.identify(credentials);
    const { requestedBy, upstreamRequester } = promotion;
    if (asker.principal === upstreamRequester)
      refuse(
        'Whoever promoted it upstream may not approve or reject what was promoted by itself from there',
      );
    refuse(
      await this.#options.access.whyNotApprove(
        credentials,
        asker,
        entity,
        environment,
        requestedBy,
      ),
    );
    return { promotion, asker };
  }

  async approve(
    id: string,
    planHash: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion, asker } = await this.#forDecision(id, credentials);
    if (planHash !== promotion.plan.hash) {
      throw new ConflictError(
        `Promotion ${id} has another plan by now; look at it, and approve that`,
      );
    }
    const message = `Approved by ${asker.principal}`;
    await this.#options.store.approve(id, {
      by: asker.principal,
      planHash,
      message,
    });
    return this.#changed(id, credentials);
  }

  async reject(
    id: string,
    reason: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { asker } = await this.#forDecision(id, credentials);
    const message = `Rejected by ${asker.principal}${
      reason ? `: ${reason}` : ''
    }`;
    await this.#options.store.end(id, {
      in: ['waiting'],
      state: 'rejected',
      message,
      actor: asker.principal,
    });
    return this.#changed(id, credentials);
  }

  /** Possible as long as nothing has reached the branch that Argo CD follows. */
  async cancel(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion } = await this.#lookup.life(id, credentials);
    const { entity, environment } = await this.#lookup.targetOf(
      promotion,
      credentials,
    );
    const asker = await this.#options.access.identify(credentials);
    const { requestedBy, state } = promotion;
    refuse(
      await this.#options.access.whyNotCancel(
        credentials,
        asker,
        entity,
        environment,
        requestedBy,
      ),
    );
    if (state === 'syncing' || state === 'verifying') {
      throw new ConflictError(
        `Promotion ${id} is in git already; wait until it ends and roll it back`,
      );
    }
    const message = `Cancelled by ${asker.principal}`;
    const pullRequests = await this.#openPullRequests(promotion);
    const cancellable: PromotionState[] = ['waiting', 'in-review'];
    await this.#options.store.end(id, {
      in: cancellable,
      state: 'cancelled',
      message,
      actor: asker.principal,
    });
    // Afterwards, so that the engine does not take a closed pull request for a rejection.
    for (const { repository, number } of pullRequests) {
      await repository.closePullRequest(number);
    }
    return this.#changed(id, credentials);
  }

  async #openPullRequests(promotion: StoredPromotion) {
    const open: Array<{ repository: GitRepository; number: number }> = [];
    for (const { repo, pullRequest } of promotion.deliveries) {
      const repository = this.#options.getRepository(repo);
      if (!pullRequest || !repository) continue;
      const { number } = pullRequest;
      const { state } = await repository.getPullRequest(number);
      if (state === 'merged') {
        throw new ConflictError(
          `Pull request #${number} is merged already; wait until the promotion ends and roll it back`,
        );
      }
      if (state === 'open') open.push({ repository, number });
    }
    return open;
  }

  async #changed(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const life = await this.#lookup.life(id, credentials);
    this.#options.onChanged(life.promotion);
    if (!life.promotion.endedAt) this.#options.engine.run(id);
    return toPromotion(life);
  }
}
