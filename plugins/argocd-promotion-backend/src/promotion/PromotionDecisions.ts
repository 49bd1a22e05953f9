import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { PromotionEngine } from './engine/PromotionEngine';
import { Asker, PromotionAccess } from './PromotionAccess';
import { PromotionLookup, refuse } from './PromotionLookup';
import { PullRequestCloser } from './PullRequestCloser';
import { PromotionStore } from './store/PromotionStore';
import { TrainStore } from './store/trains';
import { StoredPromotion } from './types';
import { toPromotion } from './view';

const said = (what: string, reason: string | undefined) =>
  reason ? `${what}: ${reason}` : what;

/** What decisions work with. */
export interface PromotionDecisionsOptions {
  store: PromotionStore;
  trains: TrainStore;
  closer: Pick<PullRequestCloser, 'closeNow'>;
  engine: Pick<PromotionEngine, 'run'>;
  access: PromotionAccess;
  getRepository(url: string): GitRepository | undefined;
  onChanged(promotion: StoredPromotion): void;
  /** Told when somebody has promoted past the gates. */
  onOverridden(promotion: StoredPromotion): void;
  now?: () => Date;
}

/** What people decide about promotions that are under way. */
export class PromotionDecisions {
  readonly #options: PromotionDecisionsOptions;
  readonly #lookup: PromotionLookup;

  constructor(options: PromotionDecisionsOptions, lookup: PromotionLookup) {
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
    refuse(
      await this.#options.access.whyNotApprove(
        credentials,
        asker,
        entity,
        environment,
        promotion,
      ),
    );
    return { promotion, asker };
  }

  async approve(
    id: string,
    { planHash, reason }: { planHash: string; reason?: string },
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion, asker } = await this.#forDecision(id, credentials);
    if (planHash !== promotion.plan.hash) {
      throw new ConflictError(
        `Promotion ${id} has another plan by now; look at it, and approve that`,
      );
    }
    await this.#options.store.approve(id, {
      by: asker.principal,
      planHash,
      message: said(`Approved by ${asker.principal}`, reason),
      ...(reason ? { reason } : {}),
    });
    return this.#changed(id, credentials);
  }

  /** Takes one's own approval back, as long as nothing is being written. */
  async revoke(
    id: string,
    reason: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion, asker } = await this.#forDecision(id, credentials);
    await this.#options.store.revoke(id, {
      by: asker.principal,
      planHash: promotion.plan.hash,
      message: said(`Approval taken back by ${asker.principal}`, reason),
    });
    return this.#changed(id, credentials);
  }

  /**
   * Promotes past gates and approvals. What it never skips, because the engine asks for it apart from the gates: that
   * the Applications are proven to be the entity's, that git still holds what the plan replaces, the review of a pull
   * request, and the verification afterwards.
   */
  async override(
    id: string,
    { planHash, reason }: { planHash: string; reason: string },
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion } = await this.#lookup.life(id, credentials);
    const { entity, environment } = await this.#lookup.targetOf(
      promotion,
      credentials,
    );
    const { access, store, now = () => new Date() } = this.#options;
    refuse(await access.whyNotOverride(credentials, entity, environment));
    if (planHash !== promotion.plan.hash) {
      throw new ConflictError(
        `Promotion ${id} has another plan by now; look at it, and override that`,
      );
    }
    const { principal } = await access.identify(credentials);
    const skipped = promotion.gates
      .filter(({ state }) => state !== 'passed')
      .map(({ title }) => title);
    await store.override(id, {
      override: {
        by: principal,
        at: now().toISOString(),
        reason,
        skipped,
        planHash,
      },
      message: said(`Gates overridden by ${principal}`, reason),
    });
    this.#options.onOverridden(
      (await this.#lookup.life(id, credentials)).promotion,
    );
    return this.#changed(id, credentials);
  }

  async reject(
    id: string,
    reason: string | undefined,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { asker, promotion } = await this.#forDecision(id, credentials);
    await this.#options.store.end(id, {
      in: ['waiting'],
      state: 'rejected',
      message: said(`Rejected by ${asker.principal}`, reason),
      actor: asker.principal,
    });
    for (const mate of await this.#trainmates(promotion))
      this.#options.onChanged(mate);
    return this.#changed(id, credentials);
  }

  /** Who asks, once it is sure that they may cancel it. */
  async assertCancel(
    promotion: StoredPromotion,
    credentials: BackstageCredentials,
  ): Promise<Asker> {
    const { entity, environment } = await this.#lookup.targetOf(
      promotion,
      credentials,
    );
    const asker = await this.#options.access.identify(credentials);
    refuse(
      await this.#options.access.whyNotCancel(
        credentials,
        asker,
        entity,
        environment,
        promotion.requestedBy,
      ),
    );
    return asker;
  }

  /**
   * Possible as long as nothing has reached the branch that Argo CD follows. What goes with it in a train, and has not
   * reached it either, ends too.
   */
  async cancel(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Promotion> {
    const { promotion } = await this.#lookup.life(id, credentials);
    const asker = await this.assertCancel(promotion, credentials);
    const { state, train } = promotion;
    if (state === 'syncing' || state === 'verifying') {
      throw new ConflictError(
        `Promotion ${id} is in git already; wait until it ends and roll it back`,
      );
    }
    const message = `Cancelled by ${asker.principal}`;
    const { store, trains, closer } = this.#options;
    const together = async () =>
      train ? trains.members(train.id) : [(await store.get(id))!.promotion];
    for (const each of await together()) await this.#assertUnmerged(each);
    await store.end(id, {
      in: ['waiting', 'in-review'],
      state: 'cancelled',
      message,
      actor: asker.principal,
    });
    const ended = (await together()).filter(({ endedAt }) => endedAt);
    // Stored as to be done already; tried at once, so that whoever asked sees it.
    await closer.closeNow(ended.map(each => each.id));
    for (const each of ended) if (each.id !== id) this.#options.onChanged(each);
    return this.#changed(id, credentials);
  }

  /** Those that have ended with it. */
  async #trainmates({
    id,
    train,
  }: StoredPromotion): Promise<StoredPromotion[]> {
    const members = train ? await this.#options.trains.members(train.id) : [];
    return members.filter(mate => mate.endedAt && mate.id !== id);
  }

  async #assertUnmerged(promotion: StoredPromotion): Promise<void> {
    if (promotion.state !== 'in-review') return;
    for (const { repo, commit, pullRequest } of promotion.deliveries) {
      const repository = this.#options.getRepository(repo);
      if (commit || !pullRequest || !repository) continue;
      const { number } = pullRequest;
      const { state } = await repository.getPullRequest(number);
      if (state === 'merged') {
        throw new ConflictError(
          `Pull request #${number} is merged already; wait until the promotion ends and roll it back`,
        );
      }
    }
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
