import { Application, ResourceStatus } from '../argocd/types';
import { ForestNode } from './types';

const ARGO = 'argoproj.io';
const MANAGED = new Set(['Application', 'ApplicationSet']);

/** One Application or ApplicationSet among the resources of another Application. */
export interface Listing {
  manager: ForestNode;
  resource: ResourceStatus;
  namespace: string;
}

/** What an Application lists of Applications and ApplicationSets. */
export function managedBy({
  status,
}: Application): Array<ResourceStatus & { kind: ForestNode['kind'] }> {
  return (status?.resources ?? []).filter(
    (resource): resource is ResourceStatus & { kind: ForestNode['kind'] } =>
      resource.group === ARGO && MANAGED.has(resource.kind) && !resource.hook,
  );
}

/** Every Application that lists one, by `kind/namespace/name` of the listed. */
export class Listings {
  readonly #byKey = new Map<string, Listing[]>();

  constructor(managers: Iterable<ForestNode>) {
    for (const manager of managers) {
      const { application } = manager.known ?? {};
      if (!application) continue;
      for (const resource of managedBy(application)) {
        const namespace =
          resource.namespace ||
          application.spec.destination?.namespace ||
          application.metadata.namespace;
        const key = `${resource.kind}/${namespace}/${resource.name}`;
        const listing = { manager, resource, namespace };
        const known = this.#byKey.get(key);
        if (known) known.push(listing);
        else this.#byKey.set(key, [listing]);
      }
    }
  }

  of(kind: string, namespace: string, name: string): Listing[] {
    return this.#byKey.get(`${kind}/${namespace}/${name}`) ?? [];
  }

  all(): Listing[] {
    return [...this.#byKey.values()].flat();
  }
}
