import {
  BackstageCredentials,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Request } from 'express';
import {
  DeployedApplication,
  DeploymentService,
  ResolvedPipeline,
} from '../deployments/types';
import { inventoryKey } from '../inventory/Inventory';
import { ReadAccess } from '../permissions/ReadAccess';

/** Where a route names an entity. */
export type EntityPath = { kind: string; namespace: string; name: string };
/** Where a route names an Application of an entity. */
export type ApplicationPath = EntityPath & {
  instance: string;
  appNamespace: string;
  app: string;
};

/** Finds what a request is about, as far as whoever asks may see it. */
export class PipelineLoader {
  readonly #options: {
    catalog: Pick<CatalogService, 'getEntityByRef'>;
    httpAuth: Pick<HttpAuthService, 'credentials'>;
    deployments: DeploymentService;
    access: ReadAccess;
    /** Told of every entity that somebody looks at, with the keys of its Applications. */
    onViewed(entity: Entity, keys: string[]): void;
  };

  constructor(options: {
    catalog: Pick<CatalogService, 'getEntityByRef'>;
    httpAuth: Pick<HttpAuthService, 'credentials'>;
    deployments: DeploymentService;
    access: ReadAccess;
    onViewed(entity: Entity, keys: string[]): void;
  }) {
    this.#options = options;
  }

  /** Throws `NotFoundError` for what the catalog does not show, `NotAllowedError` when no deployment may be seen. */
  async pipeline(
    request: Request,
    params: EntityPath,
  ): Promise<{
    credentials: BackstageCredentials;
    entity: Entity;
    pipeline: ResolvedPipeline;
  }> {
    const { catalog, httpAuth, deployments, access, onViewed } = this.#options;
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const entityRef = stringifyEntityRef(params);
    // With the viewer's own rights: what they may not see in the catalog does not exist here either.
    const [entity, decision] = await Promise.all([
      catalog.getEntityByRef(entityRef, { credentials }),
      access.decide(credentials),
    ]);
    if (!entity)
      throw new NotFoundError(
        `No entity ${entityRef} was found in the catalog`,
      );
    const resolved = deployments.resolve(entity);
    const pipeline = access.readable(decision, entity, resolved);
    if (resolved.deployments.length > 0 && pipeline.deployments.length === 0) {
      throw new NotAllowedError(
        `You may not see the deployments of ${entityRef}; ask for argocd-promotion.deployment.read`,
      );
    }
    onViewed(
      entity,
      resolved.deployments.flatMap(({ applications }) =>
        applications.map(({ instance, application: { metadata } }) =>
          inventoryKey({ instance, ...metadata }),
        ),
      ),
    );
    return { credentials, entity, pipeline };
  }

  /** The Application, when it is the entity's and may be seen. Throws as {@link PipelineLoader.pipeline} does. */
  async application(
    request: Request,
    params: ApplicationPath,
  ): Promise<DeployedApplication> {
    return (await this.deployed(request, params)).found;
  }

  /** The same with its environment, and the pipeline as far as it may be seen. */
  async deployed(
    request: Request,
    params: ApplicationPath,
  ): Promise<{
    found: DeployedApplication;
    environment: string;
    credentials: BackstageCredentials;
    entity: Entity;
    pipeline: ResolvedPipeline;
  }> {
    const { instance, appNamespace, app, ...path } = params;
    const asked = await this.pipeline(request, path);
    const { pipeline } = asked;
    for (const { applications, environment } of pipeline.deployments) {
      const found = applications.find(
        candidate =>
          candidate.instance === instance &&
          candidate.application.metadata.namespace === appNamespace &&
          candidate.application.metadata.name === app,
      );
      if (found) return { found, environment: environment.name, ...asked };
    }
    throw new NotFoundError(
      `${pipeline.entityRef} has no Application ${appNamespace}/${app} in instance ${instance}`,
    );
  }
}
