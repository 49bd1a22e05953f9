import { AuthService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_ENTITY,
  DriftApplicationKey,
  KUBERNETES_ID,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../../argocd/types';
import { DeploymentService } from '../../deployments/types';
import { Inventory } from '../../inventory/Inventory';
import { ownersOf } from '../../permissions/ownersOf';

/** An entity that an Application is proven to be of. */
export interface Concerned {
  entityRef: string;
  environment: string;
  owners: string[];
}

/** Finds whom an Application concerns: rare enough to ask the catalog each time. */
export class DriftAudience {
  readonly #options: {
    catalog: Pick<CatalogService, 'getEntities' | 'getEntitiesByRefs'>;
    auth: AuthService;
    deployments: DeploymentService;
    inventory: Pick<Inventory, 'peek'>;
    /** Entities whose annotations claim the Application. */
    claimants(instance: string, application: Application): string[];
  };

  constructor(options: {
    catalog: Pick<CatalogService, 'getEntities' | 'getEntitiesByRefs'>;
    auth: AuthService;
    deployments: DeploymentService;
    inventory: Pick<Inventory, 'peek'>;
    claimants(instance: string, application: Application): string[];
  }) {
    this.#options = options;
  }

  async of(key: DriftApplicationKey): Promise<Concerned[]> {
    const application = this.#options.inventory.peek(key)?.application;
    if (!application) return [];
    const entities = await this.#candidates(key.instance, application);
    return entities.flatMap(entity => {
      const { deployments } = this.#options.deployments.resolve(entity);
      return deployments.flatMap(({ environment, applications }) =>
        applications.some(
          ({ instance, binding, application: { metadata } }) =>
            binding.kind === 'proof' &&
            instance === key.instance &&
            metadata.namespace === key.namespace &&
            metadata.name === key.name,
        )
          ? [
              {
                entityRef: stringifyEntityRef(entity),
                environment: environment.name,
                owners: ownersOf(entity),
              },
            ]
          : [],
      );
    });
  }

  async #candidates(
    instance: string,
    application: Application,
  ): Promise<Entity[]> {
    const { catalog, auth, claimants } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const { labels = {}, annotations = {} } = application.metadata;
    const id = labels[KUBERNETES_ID];
    const marks = [annotations[ANNOTATION_ENTITY], labels[ANNOTATION_ENTITY]];
    const entityRefs = [
      ...claimants(instance, application),
      ...marks.filter(mark => mark?.includes(':')),
    ] as string[];
    const names = [
      id,
      // A label cannot hold a whole entity ref.
      ...marks.map(mark => mark?.split(/[/.]/).at(-1)),
    ].filter((name): name is string => Boolean(name));
    const [byRef, byName] = await Promise.all([
      entityRefs.length > 0
        ? catalog.getEntitiesByRefs({ entityRefs }, { credentials })
        : { items: [] },
      names.length > 0
        ? catalog.getEntities(
            { filter: { 'metadata.name': names }, limit: 50 },
            { credentials },
          )
        : { items: [] },
    ]);
    const found = new Map<string, Entity>();
    for (const entity of [...byRef.items, ...byName.items])
      if (entity) found.set(stringifyEntityRef(entity), entity);
    return [...found.values()];
  }
}
