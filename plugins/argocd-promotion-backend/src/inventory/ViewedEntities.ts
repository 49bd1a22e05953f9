import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { Application } from '../argocd/types';
import { BindingConfig } from '../config/types';
import { EntityLinks, linksOf } from '../deployments/linking';

const MAX_VIEWED = 2_000;

/**
 * The entities that somebody looked at lately: only they have open pages that a signal could refresh. So a change of an
 * Application is matched against these and not against the whole catalog.
 */
export class ViewedEntities {
  readonly #links = new Map<string, EntityLinks>();
  /** Keys that were an entity's at the last look: an Application that is deleted or relabelled concerns it once more. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(private readonly options: BindingConfig) {}

  viewed(entity: Entity, keys: string[]): void {
    const ref = stringifyEntityRef(entity);
    this.#keys.set(ref, new Set(keys));
    // Re-inserted to be the youngest: the map's order is that of use.
    this.#links.delete(ref);
    this.#links.set(ref, linksOf(entity, this.options));
    if (this.#links.size > MAX_VIEWED) {
      const [oldest] = this.#links.keys();
      this.#links.delete(oldest);
      this.#keys.delete(oldest);
    }
  }

  /** Refs of the viewed entities that these changes concern. */
  affected(
    changes: Array<{
      key: string;
      instance: string;
      application?: Application;
    }>,
  ): string[] {
    return [...this.#links].flatMap(([ref, links]) => {
      const known = this.#keys.get(ref);
      const concerns = changes.some(
        ({ key, instance, application }) =>
          known?.has(key) || (application && links.bind(instance, application)),
      );
      return concerns ? [ref] : [];
    });
  }
}
