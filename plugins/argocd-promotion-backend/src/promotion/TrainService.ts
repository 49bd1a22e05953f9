import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  Train,
  TrainPlan,
  TrainPlanRequest,
  TrainRequest,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { randomUUID } from 'node:crypto';
import { releaseBefore } from './earlierReleases';
import { hashTrainRequest } from './hashTrainRequest';
import { PlannedTrain, TrainPlanner, TrainWish } from './plan/TrainPlanner';
import { Asker } from './PromotionAccess';
import { PromotionDecisions } from './PromotionDecisions';
import { rollbackHold } from './PromotionFactory';
import { normalizeEntityRef, PromotionLookup, refuse } from './PromotionLookup';
import { KEY_LIFETIME_MS, PromotionServiceOptions } from './PromotionService';
import { IdempotencyKeyUsedError } from './store/PromotionStore';
import { TrainActions, isRetried, isRolledBack } from './TrainActions';
import { StoredPromotion } from './types';
import { toSummary } from './view';

const MAX_MEMBERS = 25;

type Idempotency = Parameters<
  PromotionServiceOptions['store']['createTogether']
>[1]['idempotency'];

/** What people may ask of trains; every method authorizes for each member before it does anything. */
export class TrainService {
  readonly #options: PromotionServiceOptions & { trainPlanner: TrainPlanner };
  readonly #lookup: PromotionLookup;
  readonly #decisions: PromotionDecisions;

  constructor(
    options: PromotionServiceOptions & { trainPlanner: TrainPlanner },
  ) {
    this.#options = options;
    this.#lookup = new PromotionLookup(options);
    this.#decisions = new PromotionDecisions(options, this.#lookup);
  }

  async plan(
    request: TrainPlanRequest,
    credentials: BackstageCredentials,
  ): Promise<TrainPlan> {
    const wishes = await this.#wishes(request, credentials);
    return (await this.#options.trainPlanner.plan(wishes)).plan;
  }

  /** `created` is false when the key was used before with the same body, and when there is nothing to change at all. */
  async create(
    request: TrainRequest,
    idempotencyKey: string,
    credentials: BackstageCredentials,
  ): Promise<{ train: Train; created: boolean }> {
    const { access, store, trainPlanner, now } = this.#options;
    const asker = await access.identify(credentials);
    const bodyHash = hashTrainRequest(request);
    const { principal } = asker;
    const used = await store.findByIdempotencyKey(principal, idempotencyKey);
    if (used) return this.#answerAgain(used, bodyHash, credentials);

    const wishes = await this.#wishes(request, credentials);
    const planned = await trainPlanner.plan(wishes);
    const { planHash } = request;
    if (planHash !== undefined && planHash !== planned.plan.hash)
      throw new ConflictError(
        `The joint plan ${planHash.slice(
          0,
          12,
        )} is stale: what runs upstream or the files in git have changed, and the plan is ${planned.plan.hash.slice(
          0,
          12,
        )} now. Look at the new plan and promote again`,
      );
    const expiresAt = new Date(
      (now?.() ?? new Date()).getTime() + KEY_LIFETIME_MS,
    ).toISOString();
    try {
      return await this.#store(wishes, planned, asker, credentials, {
        delivery: request.delivery,
        note: request.message,
        idempotency: { principal, key: idempotencyKey, bodyHash, expiresAt },
      });
    } catch (error) {
      if (error instanceof IdempotencyKeyUsedError)
        return this.#answerAgain(error.record, bodyHash, credentials);
      throw error;
    }
  }

  /** Members that one may not see are not there. */
  async get(id: string, credentials: BackstageCredentials): Promise<Train> {
    const members = await this.#readable(id, credentials);
    const [{ environment, requestedBy, createdAt }] = members;
    const { access, catalog, deployments } = this.#options;
    const actions = new TrainActions({
      access,
      credentials,
      asker: await access.identify(credentials),
      getEntity: ref => catalog.getEntityByRef(ref, { credentials }),
      deployments,
    });
    return {
      id,
      environment,
      requestedBy,
      createdAt,
      members: members.map(toSummary),
      // Who does not see all of it can't act on it.
      ...(members.length === (await this.#options.trains.members(id)).length
        ? { actions: await actions.of(members) }
        : {}),
    };
  }

  /** Takes back all members that have not reached their branch; the right is needed for each. */
  async cancel(id: string, credentials: BackstageCredentials): Promise<Train> {
    const open = (await this.#whole(id, credentials)).filter(({ state }) =>
      ['waiting', 'in-review'].includes(state),
    );
    if (open.length === 0)
      throw new ConflictError(
        `Nothing of train ${id} can be cancelled any more; roll back what is in git`,
      );
    for (const member of open)
      await this.#decisions.assertCancel(member, credentials);
    // The others that wait or are in review end with it, in one transaction.
    for (const member of open) {
      const now = await this.#options.store.get(member.id);
      if (now && !now.promotion.endedAt)
        await this.#decisions.cancel(member.id, credentials);
    }
    return this.get(id, credentials);
  }

  async retry(id: string, credentials: BackstageCredentials): Promise<Train> {
    const members = (await this.#whole(id, credentials)).filter(isRetried);
    if (members.length === 0)
      throw new ConflictError(
        `No promotion of train ${id} has ended without success; there is nothing to retry`,
      );
    return this.#link(members, 'retry', credentials);
  }

  async rollback(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<Train> {
    const all = await this.#whole(id, credentials);
    const running = all.find(({ endedAt }) => !endedAt);
    if (running)
      throw new ConflictError(
        `Promotion ${running.id} of train ${id} has not ended yet; wait until all have`,
      );
    const members = all.filter(isRolledBack);
    if (members.length === 0)
      throw new ConflictError(
        `Nothing of train ${id} was written to git; there is nothing to roll back`,
      );
    return this.#link(members, 'rollback', credentials);
  }

  async #link(
    old: StoredPromotion[],
    relation: 'retry' | 'rollback',
    credentials: BackstageCredentials,
  ): Promise<Train> {
    const { access, trainPlanner } = this.#options;
    const wishes: TrainWish[] = [];
    for (const member of old) {
      const { entityRef, environment, from, release } = member;
      const entity = await this.#lookup.entity(entityRef, credentials);
      await this.#assertCreate(entity, environment, credentials);
      const back = relation === 'rollback' ? releaseBefore(member) : release;
      wishes.push({
        entity,
        environment,
        ...(relation === 'rollback' || !from
          ? { rollbackTo: back }
          : { from, release: release.id }),
      });
    }
    const planned = await trainPlanner.plan(wishes);
    const asker = await access.identify(credentials);
    const { train } = await this.#store(wishes, planned, asker, credentials, {
      delivery: old[0].delivery,
      note: old[0].note,
      links: old.map(({ id }) => ({ id, relation })),
    });
    return train;
  }

  async #store(
    wishes: TrainWish[],
    planned: PlannedTrain,
    asker: Asker,
    credentials: BackstageCredentials,
    request: {
      delivery?: 'commit' | 'pull-request';
      note?: string;
      links?: Array<NonNullable<StoredPromotion['linkedTo']>>;
      idempotency?: Idempotency;
    },
  ): Promise<{ train: Train; created: boolean }> {
    const { factory } = this.#options;
    const { idempotency, links, note } = request;
    const id = randomUUID();
    const promotions: StoredPromotion[] = [];
    for (const [position, { entity }] of wishes.entries())
      promotions.push({
        ...(await factory.build(entity, planned.members[position], {
          note,
          delivery: request.delivery ?? planned.plan.delivery,
          requestedBy: asker.principal,
          linkedTo: links?.[position],
        })),
        train: { id, position },
      });
    await factory.createTogether(promotions, {
      idempotency,
      holds: promotions
        .filter(
          ({ endedAt, linkedTo }) =>
            linkedTo?.relation === 'rollback' && !endedAt,
        )
        .map(rollbackHold),
    });
    return {
      train: await this.get(id, credentials),
      created: promotions.some(({ endedAt }) => !endedAt),
    };
  }

  async #wishes(
    { environment, from, members }: TrainPlanRequest,
    credentials: BackstageCredentials,
  ): Promise<TrainWish[]> {
    const refs = members.map(({ entityRef }) => normalizeEntityRef(entityRef));
    if (new Set(refs).size !== refs.length)
      throw new InputError('Each service may be in a train once');
    if (refs.length < 2 || refs.length > MAX_MEMBERS)
      throw new InputError(`A train has from 2 to ${MAX_MEMBERS} services`);
    const wishes: TrainWish[] = [];
    for (const [index, ref] of refs.entries()) {
      const entity = await this.#lookup.entity(ref, credentials);
      await this.#assertCreate(entity, environment, credentials);
      const { release } = members[index];
      wishes.push({ entity, environment, from, release });
    }
    return wishes;
  }

  async #assertCreate(
    entity: TrainWish['entity'],
    environment: string,
    credentials: BackstageCredentials,
  ): Promise<void> {
    const { access } = this.#options;
    const asker = await access.identify(credentials);
    const config = this.#lookup.environment(entity, environment);
    refuse(await access.whyNotCreate(credentials, asker, entity, config));
  }

  async #readable(id: string, credentials: BackstageCredentials) {
    const members = await this.#options.trains.members(id);
    const readable = await this.#options.access.mayRead(credentials, members);
    const seen = members.filter((_, index) => readable[index]);
    if (seen.length === 0)
      throw new NotFoundError(`There is no train ${id}, or you may not see it`);
    return seen;
  }

  /** To act on a train one must see all of it. */
  async #whole(id: string, credentials: BackstageCredentials) {
    const seen = await this.#readable(id, credentials);
    const all = await this.#options.trains.members(id);
    if (seen.length < all.length)
      refuse(
        `Train ${id} has promotions that you may not see; act on those that you see`,
      );
    return all;
  }

  async #answerAgain(
    record: { bodyHash: string; promotionId: string },
    bodyHash: string,
    credentials: BackstageCredentials,
  ): Promise<{ train: Train; created: boolean }> {
    const trainId = (await this.#options.store.get(record.promotionId))
      ?.promotion.train?.id;
    if (record.bodyHash !== bodyHash || !trainId)
      throw new ConflictError(
        'This Idempotency-Key was used for another request; use a new key for a new request',
      );
    return { train: await this.get(trainId, credentials), created: false };
  }
}
