import { ForestNode } from './types';

/** What one may see: everything, or these Applications and of what they hang under the names. */
export type Sight = 'all' | ReadonlySet<ForestNode>;

/** How much of each node one may see. */
export class Seen {
  readonly #named = new Set<ForestNode>();

  constructor(private readonly sight: Sight) {
    if (sight === 'all') return;
    for (const node of sight)
      for (
        let next = node.parent;
        next && !this.#named.has(next);
        next = next.parent
      )
        this.#named.add(next);
  }

  get partial(): boolean {
    return this.sight !== 'all';
  }

  of(node: ForestNode): 'whole' | 'named' | 'hidden' {
    if (this.sight === 'all' || this.sight.has(node)) return 'whole';
    // What a root lists and Argo CD does not have is part of the root.
    if (
      !node.known &&
      node.kind === 'Application' &&
      node.parent &&
      this.sight.has(node.parent)
    )
      return 'whole';
    return this.#named.has(node) ? 'named' : 'hidden';
  }
}
