import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EnvironmentConfig } from '../config/types';
import { DeploymentService } from '../deployments/types';
import { PromotionAccess } from './PromotionAccess';
import { PromotionStore } from './store/PromotionStore';
import { StoredPromotion, StoredPromotionLife } from './types';

/** Finds what requests name, with the rights of whoever asks, or says why it is not found. */
export class PromotionLookup {
  readonly #options: {
    store: PromotionStore;
    access: PromotionAccess;
    deployments: DeploymentService;
    catalog: CatalogService;
  };

  constructor(options: {
    store: PromotionStore;
    access: PromotionAccess;
    deployments: DeploymentService;
    catalog: CatalogService;
  }) {
    this.#options = options;
  }

  /** What may not be seen is not there. */
  async life(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<StoredPromotionLife> {
    const life = await this.#options.store.get(id);
    const [readable] = life
      ? await this.#options.access.mayRead(credentials, [life.promotion])
      : [false];
    if (!life || !readable)
      throw new NotFoundError(
        `There is no promotion ${id}, or you may not see it`,
      );
    return life;
  }

  async targetOf(
    promotion: StoredPromotion,
    credentials: BackstageCredentials,
  ) {
    const entity = await this.entity(promotion.entityRef, credentials);
    return {
      entity,
      environment: this.environment(entity, promotion.environment),
    };
  }

  environment(entity: Entity, name: string): EnvironmentConfig {
    const { pipeline } = this.#options.deployments.resolve(entity);
    const environment = pipeline.environments.find(
      candidate => candidate.name === name,
    );
    if (environment) return environment;
    const names = pipeline.environments
      .map(candidate => candidate.name)
      .join(', ');
    if (!names) {
      throw new InputError(
        "No environments are configured, so nothing can be promoted; add 'argocdPromotion.environments' to the configuration",
      );
    }
    throw new NotFoundError(
      `There is no environment '${name}' in the pipeline '${pipeline.name}'; its environments are: ${names}`,
    );
  }

  async entity(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Entity> {
    const ref = normalizeEntityRef(entityRef);
    const entity = await this.#options.catalog.getEntityByRef(ref, {
      credentials,
    });
    if (!entity)
      throw new NotFoundError(
        `There is no entity ${ref} in the catalog, or you may not see it`,
      );
    return entity;
  }
}

/** Throws when there is a reason to refuse. */
export function refuse(reason: string | undefined): void {
  if (reason) throw new NotAllowedError(reason);
}

/** The full, lower-case form; throws `InputError` for what is no entity ref. */
export function normalizeEntityRef(entityRef: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(entityRef)).toLowerCase();
  } catch (error) {
    throw new InputError(
      `'${entityRef}' is not an entity ref such as component:default/checkout`,
      error,
    );
  }
}
