import { ResourceStatus } from '../../argocd/types';
import { Forest, ForestNode } from '../types';
import { above } from '../walk';

/** Why it would not come back from its root, or undefined when it would. */
export function whyLost(node: ForestNode): string | undefined {
  for (const each of [...above(node), node]) {
    const self = each === node;
    const it = self ? 'It' : `${each.name}, which it hangs under,`;
    if (each.state === 'extra')
      return `${it} is no longer in git, and is only left over in Argo CD.`;
    if (!each.parent) {
      if (each.kind === 'ApplicationSet')
        return `${
          self ? 'It' : `The ApplicationSet ${each.name}`
        } is listed by no Application: nothing in git that Argo CD watches brings it back.`;
      if (self && each.children.length === 0)
        return 'It hangs under no root: nothing in git that Argo CD watches brings it back.';
    } else if (
      each.known &&
      !each.listing &&
      each.parent.kind === 'Application' &&
      each.parent.known?.application.status?.resources
    )
      return `${it} says that ${each.parent.name} manages it, and that does not list it.`;
  }
  return undefined;
}

/** A cluster, as destinations name it. */
export const clusterOf = ({ known }: ForestNode): string => {
  const { name, server } = known?.application.spec.destination ?? {};
  return server || name || '';
};

/** Everything that Applications which come back bring with them, to ask whether a thing is among it. */
export class Brought {
  readonly #projects = new Set<string>();
  readonly #namespaces = new Set<string>();
  readonly #groups = new Set<string>();

  constructor(forest: Forest, lost: (node: ForestNode) => boolean) {
    for (const node of forest.values()) {
      const { known } = node;
      if (!known || lost(node)) continue;
      for (const resource of known.application.status?.resources ?? [])
        if (!resource.requiresPruning) this.#take(node, resource);
    }
  }

  project(instance: string, name: string): boolean {
    return this.#projects.has(`${instance}/${name}`);
  }

  namespace(cluster: string, name: string): boolean {
    return this.#namespaces.has(`${cluster}/${name}`);
  }

  definitionsOf(cluster: string, group: string): boolean {
    return this.#groups.has(`${cluster}/${group}`);
  }

  #take(node: ForestNode, { group, kind, name }: ResourceStatus): void {
    if (kind === 'AppProject' && group === 'argoproj.io')
      this.#projects.add(`${node.instance}/${name}`);
    else if (kind === 'Namespace' && !group)
      this.#namespaces.add(`${clusterOf(node)}/${name}`);
    else if (kind === 'CustomResourceDefinition')
      // A definition is named `<plural>.<group>`.
      this.#groups.add(
        `${clusterOf(node)}/${name.slice(name.indexOf('.') + 1)}`,
      );
  }
}
