import { AuthService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { randomUUID } from 'node:crypto';
import { PlannedPromotion } from './plan/Planner';
import { ownersOf } from '../permissions/ownersOf';
import { PromotionStore } from './store/PromotionStore';
import { TrainStore } from './store/trains';
import { FollowedApplication, StoredPromotion } from './types';

/** Who asks when nobody does: automatic promotions and rollbacks. */
export const SYSTEM_PRINCIPAL = 'service:argocd-promotion';

/** What is asked for besides the plan. */
export interface PromotionWish {
  requestedBy: string;
  delivery?: 'commit' | 'pull-request';
  note?: string;
  linkedTo?: StoredPromotion['linkedTo'];
  upstreamRequester?: string;
}

/** Makes promotions of plans, and sets them going. */
export class PromotionFactory {
  readonly #options: {
    store: PromotionStore;
    trains: TrainStore;
    run(id: string): void;
    catalog: CatalogService;
    auth: AuthService;
    applicationUrl(application: FollowedApplication): string | undefined;
    onChanged(promotion: StoredPromotion): void;
    now?: () => Date;
  };

  constructor(options: {
    store: PromotionStore;
    trains: TrainStore;
    /** Looks at a promotion now; without, the engine finds it by itself a little later. */
    run(id: string): void;
    catalog: CatalogService;
    auth: AuthService;
    /** Page of an Application in Argo CD's own UI. */
    applicationUrl(application: FollowedApplication): string | undefined;
    onChanged(promotion: StoredPromotion): void;
    now?: () => Date;
  }) {
    this.#options = options;
  }

  /** A promotion as it begins; one with nothing to change has ended `unchanged`. */
  async build(
    entity: Entity,
    {
      plan,
      applications,
      target,
    }: Pick<PlannedPromotion, 'plan' | 'applications' | 'target'>,
    wish: PromotionWish,
  ): Promise<StoredPromotion> {
    const at = (this.#options.now?.() ?? new Date()).toISOString();
    const unchanged = plan.edits.length === 0;
    const author = await this.#author(wish.requestedBy);
    const owners = ownersOf(entity);
    const [owner] = owners;
    const { required, groups } = target.environment.approvals;
    const targets = new Map(
      plan.edits.map(({ repo, branch }) => [
        `${repo} ${branch}`,
        { repo, branch },
      ]),
    );
    const { note, linkedTo, upstreamRequester, requestedBy } = wish;
    return {
      id: randomUUID(),
      entityRef: plan.entityRef,
      environment: plan.environment,
      ...(plan.from ? { from: plan.from } : {}),
      state: unchanged ? 'unchanged' : 'waiting',
      message: unchanged
        ? `Git pins these digests for ${plan.environment} already`
        : 'Requested',
      release: plan.release,
      plan,
      delivery: wish.delivery ?? plan.delivery,
      requestedBy,
      ...(note ? { note } : {}),
      ...(author ? { author } : {}),
      ...(owner ? { owner } : {}),
      ...(required > 0
        ? { approvers: [...new Set([...owners, ...groups])] }
        : {}),
      createdAt: at,
      updatedAt: at,
      stateSince: at,
      nextAttemptAt: at,
      ...(unchanged ? { endedAt: at } : {}),
      ...(linkedTo ? { linkedTo } : {}),
      ...(upstreamRequester ? { upstreamRequester } : {}),
      gates: plan.gates,
      deliveries: [...targets.values()],
      applications: applications.map(application => {
        const url = this.#options.applicationUrl(application);
        return url ? { ...application, url } : application;
      }),
      notes: {},
    };
  }

  /** Stores it and sets it going; throws as {@link PromotionStore.create}. */
  async create(
    promotion: StoredPromotion,
    options: Omit<Parameters<PromotionStore['create']>[1], 'actor'> = {},
  ): Promise<void> {
    const { hold, ...rest } = options;
    await this.createTogether([promotion], {
      ...rest,
      ...(hold ? { holds: [hold] } : {}),
    });
  }

  /** As `create`, for all or none. */
  async createTogether(
    promotions: StoredPromotion[],
    options: Omit<Parameters<PromotionStore['createTogether']>[1], 'actor'>,
  ): Promise<void> {
    const { store, trains, onChanged, run } = this.#options;
    const superseded = await store.createTogether(promotions, {
      ...options,
      actor: promotions[0].requestedBy,
    });
    for (const id of superseded) {
      const { promotion } = (await store.get(id)) ?? {};
      // Those that it went with have ended too.
      const ended = promotion?.train
        ? await trains.members(promotion.train.id)
        : [promotion];
      for (const each of ended) if (each?.endedAt) onChanged(each);
    }
    for (const promotion of promotions) {
      onChanged(promotion);
      if (!promotion.endedAt) run(promotion.id);
    }
  }

  /** The person as git knows people, so that the commit is theirs. */
  async #author(principal: string): Promise<StoredPromotion['author']> {
    if (!principal.startsWith('user:')) return undefined;
    const { auth, catalog } = this.#options;
    const user = await catalog.getEntityByRef(principal, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    const profile = (
      user?.spec as
        | { profile?: { displayName?: string; email?: string } }
        | undefined
    )?.profile;
    return profile?.email
      ? {
          name: profile.displayName ?? user!.metadata.name,
          email: profile.email,
        }
      : undefined;
  }
}

/** The hold that a rollback leaves, so that what was rolled back is not promoted again by itself. */
export function rollbackHold(rollback: StoredPromotion): Hold {
  return {
    entityRef: rollback.entityRef,
    environment: rollback.environment,
    reason: 'Rolled back; lift this hold when a good release is there',
    heldBy: rollback.requestedBy,
    at: rollback.createdAt,
    promotionId: rollback.id,
  };
}
