import { Forest, ForestNode } from './types';

/** Everything beneath, each after what it hangs under, in the order of waves. */
export function beneath(node: ForestNode): ForestNode[] {
  const found: ForestNode[] = [];
  const waiting = [...node.children].reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next);
    for (let i = next.children.length - 1; i >= 0; i -= 1)
      waiting.push(next.children[i]);
  }
  return found;
}

/** What it hangs under, from the top. */
export function above(node: ForestNode): ForestNode[] {
  const path: ForestNode[] = [];
  for (let next = node.parent; next; next = next.parent) path.unshift(next);
  return path;
}

export const isManager = (node: ForestNode): boolean =>
  node.children.length > 0 || node.kind === 'ApplicationSet';

/** The environments of all that hangs at the ends beneath each manager. */
function spreads(forest: Forest): Map<ForestNode, Set<string | undefined>> {
  const spread = new Map<ForestNode, Set<string | undefined>>();
  for (const leaf of forest.values()) {
    if (leaf.children.length > 0) continue;
    for (let node = leaf.parent; node; node = node.parent) {
      const known = spread.get(node);
      if (known?.has(leaf.environment)) break;
      if (known) known.add(leaf.environment);
      else spread.set(node, new Set([leaf.environment]));
    }
  }
  return spread;
}

export interface EnvironmentTrees {
  roots: Set<ForestNode>;
  orphans: ForestNode[];
}

/**
 * The roots and orphans of each environment. A root of an environment is the topmost that manages this environment alone;
 * beneath one for several environments it is whatever manages the environment's Applications there.
 */
export function byEnvironment(
  forest: Forest,
): Map<string | undefined, EnvironmentTrees> {
  const spread = spreads(forest);
  const trees = new Map<string | undefined, EnvironmentTrees>();
  const of = (environment: string | undefined) => {
    const known = trees.get(environment);
    if (known) return known;
    const made: EnvironmentTrees = { roots: new Set(), orphans: [] };
    trees.set(environment, made);
    return made;
  };
  for (const leaf of forest.values()) {
    if (leaf.children.length > 0) continue;
    const { roots, orphans } = of(leaf.environment);
    let root = leaf.parent;
    if (!root) {
      orphans.push(leaf);
      continue;
    }
    while (root.parent && spread.get(root.parent)?.size === 1)
      root = root.parent;
    roots.add(root);
  }
  return trees;
}
