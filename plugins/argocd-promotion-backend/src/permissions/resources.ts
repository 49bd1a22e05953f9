import { AuthService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { PlacedApplications } from '../deployments/placed';
import { DeploymentService } from '../deployments/types';
import { ownersOf } from './ownersOf';
import { Subgroups } from './GroupHierarchy';
import { DeploymentResource } from './rules';

/** One resource an environment of the pipeline. Groups below an owner own too. */
export function deploymentResources(
  entity: Entity,
  { entityRef, deployments }: PlacedApplications,
  groups: Subgroups,
): DeploymentResource[] {
  const owners = groups.withSubgroups(
    ownersOf(entity).map(owner => owner.toLocaleLowerCase('en-US')),
  );
  return deployments.map(({ environment, applications }) => ({
    entityRef,
    environment: environment.name,
    owners,
    projects: [
      ...new Set(
        applications.map(({ application }) => application.spec.project),
      ),
    ],
    labels: entity.metadata.labels ?? {},
  }));
}

/** Loads the resources that the permission backend asks about, as `<entityRef>#<environment>`. */
export function createResourceLoader(options: {
  catalog: CatalogService;
  auth: AuthService;
  deployments: DeploymentService;
  groups: Subgroups;
}): (refs: string[]) => Promise<Array<DeploymentResource | undefined>> {
  const { catalog, auth, deployments, groups } = options;
  return async refs => {
    const parsed = refs.map(ref => {
      const hash = ref.lastIndexOf('#');
      return {
        entityRef: ref.slice(0, hash),
        environment: ref.slice(hash + 1),
      };
    });
    const entityRefs = [...new Set(parsed.map(({ entityRef }) => entityRef))];
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const byRef = new Map<string, DeploymentResource[]>();
    items.forEach((entity, i) => {
      if (entity)
        byRef.set(
          entityRefs[i],
          deploymentResources(entity, deployments.resolve(entity), groups),
        );
    });
    return parsed.map(({ entityRef, environment }) =>
      byRef.get(entityRef)?.find(found => found.environment === environment),
    );
  };
}
