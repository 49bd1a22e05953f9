import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { DeploymentService } from '../deployments/types';
import { PromotionAccess } from './PromotionAccess';
import { PromotionLookup, refuse } from './PromotionLookup';
import { HoldStore } from './store/holds';
import { StoredPromotion } from './types';

/** What people may ask of holds; every method authorizes before it does anything. */
export class HoldService {
  readonly #options: {
    holds: HoldStore;
    access: PromotionAccess;
    lookup: PromotionLookup;
    deployments: DeploymentService;
    onChanged(changed: Pick<StoredPromotion, 'entityRef'>): void;
    now?: () => Date;
  };

  constructor(options: {
    holds: HoldStore;
    access: PromotionAccess;
    lookup: PromotionLookup;
    deployments: DeploymentService;
    /** Told of the entity whose holds changed. */
    onChanged(changed: Pick<StoredPromotion, 'entityRef'>): void;
    now?: () => Date;
  }) {
    this.#options = options;
  }

  /** Of the environments that one may see; the entity's own when one may see any of them. */
  async list(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Hold[]> {
    const entity = await this.#options.lookup.entity(entityRef, credentials);
    const { entityRef: ref, pipeline } =
      this.#options.deployments.resolve(entity);
    const names = pipeline.environments.map(({ name }) => name);
    const readable = await this.#options.access.mayRead(
      credentials,
      names.map(environment => ({ entityRef: ref, environment })),
    );
    const seen = new Set(names.filter((_, index) => readable[index]));
    const holds = await this.#options.holds.list(ref);
    return holds.filter(({ environment }) =>
      environment === undefined ? seen.size > 0 : seen.has(environment),
    );
  }

  async set(
    request: { entityRef: string; environment?: string; reason?: string },
    credentials: BackstageCredentials,
  ): Promise<Hold[]> {
    const { entityRef, heldBy } = await this.#authorize(request, credentials);
    const { environment, reason } = request;
    await this.#options.holds.set({
      entityRef,
      ...(environment === undefined ? {} : { environment }),
      ...(reason ? { reason } : {}),
      heldBy,
      at: (this.#options.now?.() ?? new Date()).toISOString(),
    });
    this.#options.onChanged({ entityRef });
    return this.list(entityRef, credentials);
  }

  async lift(
    request: { entityRef: string; environment?: string },
    credentials: BackstageCredentials,
  ): Promise<Hold[]> {
    const { entityRef } = await this.#authorize(request, credentials);
    const { environment } = request;
    if (!(await this.#options.holds.lift(entityRef, environment))) {
      throw new NotFoundError(
        `${entityRef} is not held${
          environment === undefined
            ? ' as a whole; name the environment'
            : ` in ${environment}`
        }`,
      );
    }
    this.#options.onChanged({ entityRef });
    return this.list(entityRef, credentials);
  }

  /** The whole entity takes the permission in each of its environments. */
  async #authorize(
    request: { entityRef: string; environment?: string },
    credentials: BackstageCredentials,
  ) {
    const { access, lookup, deployments } = this.#options;
    const entity = await lookup.entity(request.entityRef, credentials);
    const { entityRef, pipeline } = deployments.resolve(entity);
    const environments =
      request.environment === undefined
        ? pipeline.environments
        : [lookup.environment(entity, request.environment)];
    if (environments.length === 0)
      throw new InputError(
        "No environments are configured, so nothing can be held; add 'argocdPromotion.environments' to the configuration",
      );
    for (const environment of environments)
      refuse(await access.whyNotHold(credentials, entity, environment));
    const { principal } = await access.identify(credentials);
    return { entityRef, heldBy: principal };
  }
}
