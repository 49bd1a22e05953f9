import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_ENTITY,
  KUBERNETES_ID,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';
import { PromotionPluginConfig } from '../config/types';
import { ClaimIndex } from '../deployments/ClaimIndex';
import { placedApplications } from '../deployments/placed';
import { Inventory } from '../inventory/Inventory';
import { ReadAccess } from './ReadAccess';

const ENTITIES_AT_ONCE = 500;

type Located = { instance: string; application: Application };

/** Tells which of all Applications somebody may see: those of the deployments that the policy lets them read. */
export class ReadableApplications {
  readonly #options: {
    catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
    access: ReadAccess;
    claims: Pick<ClaimIndex, 'claimants' | 'namespaces'>;
    inventory: Inventory;
    config: Pick<PromotionPluginConfig, 'binding' | 'pipelines'>;
  };

  constructor(options: {
    catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
    access: ReadAccess;
    claims: Pick<ClaimIndex, 'claimants' | 'namespaces'>;
    inventory: Inventory;
    config: Pick<PromotionPluginConfig, 'binding' | 'pipelines'>;
  }) {
    this.#options = options;
  }

  /**
   * `all` for who may read every deployment; else the Applications of the entities that the catalog shows them, in the
   * environments that the conditions let them see.
   *
   * @throws `NotAllowedError` when nothing of any entity may be seen
   */
  async of(credentials: BackstageCredentials): Promise<'all' | Located[]> {
    const { access, catalog, inventory, config } = this.#options;
    const decision = await access.decide(credentials);
    if (decision.result === AuthorizeResult.ALLOW) return 'all';
    if (decision.result === AuthorizeResult.DENY)
      throw new NotAllowedError(
        'You may see no deployments; ask for argocd-promotion.deployment.read',
      );
    const refs = [...this.#candidates()];
    const pages = await Promise.all(
      Array.from(
        { length: Math.ceil(refs.length / ENTITIES_AT_ONCE) },
        (_, i) =>
          // With the viewer's own rights, as on the page of an entity.
          catalog.getEntitiesByRefs(
            {
              entityRefs: refs.slice(
                i * ENTITIES_AT_ONCE,
                (i + 1) * ENTITIES_AT_ONCE,
              ),
            },
            { credentials },
          ),
      ),
    );
    return pages.flatMap(({ items }) =>
      items.flatMap(entity => {
        if (!entity) return [];
        const placed = placedApplications(entity, { inventory, config });
        const allowed = access.environments(decision, entity, placed);
        return placed.deployments.flatMap(({ environment, applications }) =>
          allowed.has(environment.name) ? applications : [],
        );
      }),
    );
  }

  /** Refs of the entities that any Application may be of; the catalog tells which of them there are. */
  #candidates(): Set<string> {
    const { claims, inventory } = this.#options;
    const refs = new Set<string>();
    const namespaces = new Set(['default', ...claims.namespaces]);
    for (const { instance, application } of inventory.applications()) {
      for (const ref of claims.claimants(instance, application)) refs.add(ref);
      const { annotations = {}, labels = {} } = application.metadata;
      const mark = parsed(annotations[ANNOTATION_ENTITY]);
      if (mark) refs.add(mark);
      // Without an annotation of its own only a component is linked, by its name.
      for (const name of [labels[KUBERNETES_ID], labels[ANNOTATION_ENTITY]]) {
        if (!name) continue;
        for (const namespace of namespaces)
          refs.add(stringifyEntityRef({ kind: 'Component', namespace, name }));
        const [namespace, ...rest] = name.split('.');
        if (rest.length > 0)
          refs.add(
            stringifyEntityRef({
              kind: 'Component',
              namespace,
              name: rest.join('.'),
            }),
          );
      }
    }
    return refs;
  }
}

function parsed(mark: string | undefined): string | undefined {
  if (!mark) return undefined;
  try {
    return stringifyEntityRef(
      parseEntityRef(mark, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      }),
    );
  } catch {
    return undefined;
  }
}
