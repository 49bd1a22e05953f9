import { Application } from '../argocd/types';
import { facetsOf } from './facets';

/** Applications by key, found by their facets too. An entry that changes is set anew, never altered. */
export class ApplicationMap<
  T extends { readonly application: Application },
> extends Map<string, T> {
  readonly #keysByFacet = new Map<string, Set<string>>();

  set(key: string, entry: T): this {
    const before = this.get(key);
    super.set(key, entry);
    if (before?.application === entry.application) return this;
    const facets = facetsOf(entry.application);
    const known = before ? facetsOf(before.application) : [];
    // Most changes are of status alone, and leave every facet as it was.
    if (facets.join('\n') === known.join('\n')) return this;
    this.#forget(key, known);
    for (const facet of facets) {
      const keys = this.#keysByFacet.get(facet);
      if (keys) keys.add(key);
      else this.#keysByFacet.set(facet, new Set([key]));
    }
    return this;
  }

  delete(key: string): boolean {
    const before = this.get(key);
    if (before) this.#forget(key, facetsOf(before.application));
    return super.delete(key);
  }

  clear(): void {
    this.#keysByFacet.clear();
    super.clear();
  }

  /** Those with at least one of the facets, in the order of their keys. */
  withAny(facets: string[]): T[] {
    const keys = new Set(
      facets.flatMap(facet => [...(this.#keysByFacet.get(facet) ?? [])]),
    );
    return [...keys].sort().flatMap(key => {
      const entry = this.get(key);
      return entry ? [entry] : [];
    });
  }

  #forget(key: string, facets: string[]): void {
    for (const facet of facets) {
      const keys = this.#keysByFacet.get(facet);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByFacet.delete(facet);
    }
  }
}
