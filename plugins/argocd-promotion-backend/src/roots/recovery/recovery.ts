import {
  Problem,
  RecoveryView,
  UnreachableItem,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Forest, ForestNode, keyOf } from '../types';
import { above, EnvironmentTrees } from '../walk';
import { Need, needsOf } from './needs';
import { Brought, whyLost } from './reachable';

const FEW = 5;

const few = (names: string[]): string[] => [...new Set(names)].slice(0, FEW);

const count = (nodes: ForestNode[], kind: ForestNode['kind']): number =>
  nodes.filter(node => node.kind === kind).length;

const fulfilled = (needs: Need[], kind: UnreachableItem['kind']): number =>
  needs.filter(need => need.fulfilled && need.item.kind === kind).length;

/** The disaster check of every environment; what the whole forest brings is gathered once for all. */
export class DisasterCheck {
  readonly #forest: Forest;
  readonly #lost = new Map<ForestNode, string | undefined>();
  readonly #brought: Brought;

  constructor(forest: Forest) {
    this.#forest = forest;
    this.#brought = new Brought(
      forest,
      node => this.#whyLost(node) !== undefined,
    );
  }

  /** What of this environment would come back from its roots if Argo CD were lost, and what would not. */
  of(environment: string | undefined, trees: EnvironmentTrees): RecoveryView {
    const members = [...this.#forest.values()].filter(
      node => node.environment === environment && node.state !== 'missing',
    );
    const managers = new Set(
      [...trees.roots, ...members].flatMap(node => [
        ...above(node),
        ...(node.children.length > 0 ? [node] : []),
      ]),
    );
    const tops = [...managers].filter(({ parent }) => !parent);
    const back: ForestNode[] = [];
    const unreachable: UnreachableItem[] = [];
    const sets = new Map<ForestNode, ForestNode[]>();
    for (const node of new Set([...managers, ...members])) {
      const reason = this.#whyLost(node);
      const set = [...above(node)].find(
        ({ kind }) => kind === 'ApplicationSet',
      );
      if (!reason) back.push(node);
      // The ApplicationSet is what is lost; what it makes comes back with it.
      else if (set && this.#whyLost(set))
        sets.set(set, [...(sets.get(set) ?? []), node]);
      else unreachable.push(lostItem(node, reason, [...trees.roots]));
    }
    for (const item of unreachable)
      for (const [set, made] of sets)
        if (item.kind === 'ApplicationSet' && item.name === set.name)
          item.neededBy = few(made.map(({ name }) => name));
    const needs = needsOf(
      back.filter(({ known }) => known),
      this.#brought,
    );
    return {
      start: tops.filter(({ kind }) => kind === 'Application').map(keyOf),
      reachable: {
        applications: count(back, 'Application'),
        applicationSets: count(back, 'ApplicationSet'),
        appProjects: fulfilled(needs, 'AppProject'),
        namespaces: fulfilled(needs, 'Namespace'),
        customResources: fulfilled(needs, 'CustomResourceDefinition'),
      },
      unreachable: [
        ...unreachable,
        ...needs
          .filter(need => !need.fulfilled)
          .map(({ item, neededBy }) => ({ ...item, neededBy: few(neededBy) })),
      ],
      warnings: warningsOf(environment, back),
    };
  }

  #whyLost(node: ForestNode): string | undefined {
    if (!this.#lost.has(node)) this.#lost.set(node, whyLost(node));
    return this.#lost.get(node);
  }
}

function lostItem(
  node: ForestNode,
  reason: string,
  roots: ForestNode[],
): UnreachableItem {
  const { kind, instance, namespace, name } = node;
  const root =
    roots.find(each => each.instance === instance && each.known) ?? roots[0];
  const { source, sources } = root?.known?.application.spec ?? {};
  const path = (source ?? sources?.[0])?.path;
  return {
    kind,
    instance,
    namespace,
    name,
    reason,
    remedy: root
      ? `Keep its manifest (kind: ${kind}) in git where ${
          root.name
        } renders it${path ? `, in the folder ${path}` : ''}.`
      : `Keep its manifest (kind: ${kind}) in git, in a folder that a root Application renders.`,
    neededBy: [],
  };
}

/** What comes back, but not without help. */
function warningsOf(
  environment: string | undefined,
  back: ForestNode[],
): Problem[] {
  const about = environment === undefined ? {} : { environment };
  const managers = back.filter(({ children }) => children.length > 0);
  const broken = managers.filter(
    ({ known }) =>
      known && known.application.status?.sync?.status === 'Unknown',
  );
  const byHand = (nodes: ForestNode[]) =>
    nodes.filter(({ known }) => {
      const automated = known?.application.spec.syncPolicy?.automated;
      return known && (!automated || automated.enabled === false);
    });
  const manualManagers = byHand(managers);
  const manual = byHand(back.filter(({ children }) => children.length === 0));
  return [
    ...broken.map(({ name }) => ({
      code: 'root-does-not-render',
      message: `${name} cannot be compared with git now: what hangs under it would not come back as long as that is so.`,
      remedy: `Look at the conditions of ${name} in Argo CD, and mend its source.`,
      ...about,
    })),
    ...manualManagers.map(({ name }) => ({
      code: 'root-not-automated',
      message: `${name} is not synced automatically: what hangs under it comes back only when somebody syncs it.`,
      remedy: `Turn on automated sync for ${name}, or write into the recovery plan that it is synced by hand.`,
      ...about,
    })),
    ...(manual.length > 0
      ? [
          {
            code: 'applications-not-automated',
            message: `${manual.length} ${
              manual.length === 1 ? 'Application is' : 'Applications are'
            } not synced automatically, and would come back empty: ${listed(
              manual.map(({ name }) => name),
            )}.`,
            remedy:
              'Turn on automated sync, or write into the recovery plan that they are synced by hand.',
            ...about,
          },
        ]
      : []),
  ];
}

function listed(names: string[]): string {
  const more = names.length - FEW;
  return `${names.slice(0, FEW).join(', ')}${
    more > 0 ? ` and ${more} more` : ''
  }`;
}
