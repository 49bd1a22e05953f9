import {
  EnvironmentRoots,
  Problem,
  RootNode,
  RootsView,
  RootSummary,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { operationOf } from '../deployments/operation';
import { healthOf } from '../drift/resources';
import { DisasterCheck } from './recovery/recovery';
import { Seen } from './sight';
import { Forest, ForestNode, keyOf } from './types';
import { above, beneath, byEnvironment } from './walk';
import { wavesOf, wavesWithoutEffect } from './waves';

/** More than anybody reads in one list; how many more there are is said. */
const MAX_ORPHANS = 500;

export interface RootsContext {
  seen: Seen;
  /** Names of the environments in their order. */
  environments: string[];
  frontendUrl(instance: string): string | undefined;
  staleSince(instance: string): string | undefined;
}

/** The roots of every environment, as far as one may see them. */
export function rootsView(
  forest: Forest,
  context: RootsContext,
): Pick<RootsView, 'partial' | 'environments'> {
  const { seen } = context;
  const trees = byEnvironment(forest);
  const check = seen.partial ? undefined : new DisasterCheck(forest);
  const order = [
    ...context.environments,
    ...[...trees.keys()].filter(
      name => name !== undefined && !context.environments.includes(name),
    ),
    undefined,
  ];
  const environments = order.flatMap((name): EnvironmentRoots[] => {
    const found = trees.get(name) ?? { roots: new Set(), orphans: [] };
    const roots = [...found.roots]
      .filter(root => seen.of(root) !== 'hidden')
      .sort(byName)
      .map(root => summaryOf(root, name, context))
      // Nothing that one may see belongs to this environment: then the root is not theirs to find here.
      .filter(({ state, counts }) => state !== 'named' || counts.total > 0);
    const orphans = found.orphans
      .filter(orphan => seen.of(orphan) === 'whole')
      .sort(byName);
    if (roots.length + orphans.length === 0) return [];
    return [
      {
        ...(name === undefined ? {} : { name }),
        roots,
        orphans: orphans
          .slice(0, MAX_ORPHANS)
          .map(orphan => nodeView(orphan, context)),
        orphansLeftOut: Math.max(0, orphans.length - MAX_ORPHANS),
        ...(check && name !== undefined
          ? { recovery: check.of(name, found) }
          : {}),
      },
    ];
  });
  return { partial: seen.partial, environments };
}

/** One root with all that hangs under it; undefined when one may not see it. */
export function rootView(
  root: ForestNode,
  context: RootsContext,
): Omit<RootView, 'asOf'> | undefined {
  const { seen } = context;
  if (seen.of(root) === 'hidden') return undefined;
  const nodes = beneath(root).filter(node => seen.of(node) !== 'hidden');
  const managers = [root, ...nodes].filter(
    node => node.children.length > 0 && seen.of(node) === 'whole',
  );
  const waves = managers.map(manager => ({
    of: manager.id,
    // Waves of what one may not see are nobody's business.
    ...(seen.partial
      ? { waves: [], effect: 'none' as const }
      : wavesOf(manager)),
  }));
  return {
    partial: seen.partial,
    root: nodeView(root, context),
    path: above(root).map(keyOf),
    nodes: nodes.map(node => nodeView(node, context)),
    waves,
    problems: managers.flatMap((manager, i): Problem[] => [
      ...(waves[i].effect === 'ineffective'
        ? [wavesWithoutEffect(manager, waves[i].waves)]
        : []),
      ...conditionsOf(manager),
    ]),
  };
}

function summaryOf(
  root: ForestNode,
  environment: string | undefined,
  context: RootsContext,
): RootSummary {
  const { seen } = context;
  const there = beneath(root).filter(
    node =>
      node.environment === environment &&
      seen.of(node) === 'whole' &&
      // What is managed and manages nothing: groups of them are no more than the way.
      node.children.length === 0,
  );
  const statusOf = ({ known }: ForestNode) => known?.application.status;
  const number = (fits: (node: ForestNode) => boolean) =>
    there.filter(fits).length;
  return {
    ...nodeView(root, context),
    path: above(root).map(keyOf),
    counts: {
      total: there.length,
      missing: number(({ state }) => state === 'missing'),
      extra: number(({ state }) => state === 'extra'),
      outOfSync: number(node => statusOf(node)?.sync?.status === 'OutOfSync'),
      unhealthy: number(
        node =>
          Boolean(node.known) && statusOf(node)?.health?.status !== 'Healthy',
      ),
    },
    waves: seen.partial ? 'none' : wavesOf(root).effect,
  };
}

/** A node as one may see it. */
export function nodeView(node: ForestNode, context: RootsContext): RootNode {
  const { seen } = context;
  const sight = seen.of(node);
  const { parent, known, environment, listing } = node;
  const children = node.children.filter(
    child => seen.of(child) !== 'hidden',
  ).length;
  const base = {
    ...keyOf(node),
    id: node.id,
    ...(parent && seen.of(parent) !== 'hidden' ? { parent: parent.id } : {}),
    children,
  };
  if (sight !== 'whole') return { ...base, state: 'named', wave: 0, notes: [] };
  const staleSince = context.staleSince(node.instance);
  const frontendUrl = known && context.frontendUrl(node.instance);
  const { metadata, spec, status } = known?.application ?? {};
  const operation = known && operationOf(known.application);
  const sync = known ? status?.sync?.status : listing?.status;
  const health = known ? status?.health : listing?.health;
  return {
    ...base,
    ...(environment === undefined ? {} : { environment }),
    state: node.state,
    wave: node.wave,
    ...(spec ? { project: spec.project } : {}),
    ...(frontendUrl && metadata
      ? {
          url: `${frontendUrl}/applications/${encodeURIComponent(
            metadata.namespace,
          )}/${encodeURIComponent(metadata.name)}`,
        }
      : {}),
    ...(known || sync
      ? {
          sync: sync === 'Synced' || sync === 'OutOfSync' ? sync : 'Unknown',
        }
      : {}),
    ...(known || health ? { health: healthOf(health) } : {}),
    ...(operation
      ? {
          operation: {
            phase: operation.phase,
            failing: operation.failing,
            ...(operation.message ? { message: operation.message } : {}),
          },
        }
      : {}),
    notes: node.notes
      .filter(({ names }) => !names || !seen.partial)
      .map(({ text }) => text),
    ...(staleSince ? { staleSince } : {}),
  };
}

function conditionsOf({ name, known }: ForestNode): Problem[] {
  return (known?.application.status?.conditions ?? [])
    .filter(({ type }) => type.endsWith('Error'))
    .map(({ type, message }) => ({
      code: 'root-condition',
      message: `${name}: ${type}: ${message}`,
      remedy: `What hangs under ${name} is as old as its last comparison until that is mended.`,
    }));
}

function byName(a: ForestNode, b: ForestNode): number {
  return a.name < b.name
    ? -1
    : Number(a.name > b.name) || (a.id < b.id ? -1 : 1);
}
