import { rootNameOf } from '../deployments/environments';
import { Listing, Listings } from './listings';
import { Forest, ForestNode, nodeId, Note } from './types';

/** What one hangs under, how that lists it, and what is odd about it. */
export interface Place {
  parent?: ForestNode;
  listing?: Listing;
  notes: Note[];
}

/** Where an Application that Argo CD has hangs: under its ApplicationSet, else as its tracking says, else as it is listed. */
export function placeOf(
  node: ForestNode,
  forest: Forest,
  listings: Listings,
): Place {
  const { instance, namespace, name, known } = node;
  const all = listings.of(node.kind, namespace, name);
  const here = all.filter(({ manager }) => manager.instance === instance);
  const owner = known?.application.metadata.ownerReferences?.find(
    ({ kind }) => kind === 'ApplicationSet',
  );
  if (owner) {
    const key = {
      kind: 'ApplicationSet' as const,
      instance,
      namespace,
      name: owner.name,
    };
    const parent = forest.get(nodeId(key));
    if (parent) return { parent, notes: [] };
  }
  const tracked = known ? trackingOf(node, forest) : {};
  const { manager } = tracked;
  if (manager) {
    const listing = here.find(each => each.manager === manager);
    const others = here.filter(each => each.manager !== manager);
    const lists = hasResources(manager);
    // A label of that name is often set for other reasons: it counts as far as the manager says so too.
    if (listing || tracked.by === 'annotation' || !lists) {
      return {
        parent: manager,
        ...(listing ? { listing } : {}),
        notes: [
          ...(listing || !lists
            ? []
            : [
                {
                  text: `Its tracking id names ${manager.name}, which does not list it.`,
                  names: false,
                },
              ]),
          ...alsoListed(others),
        ],
      };
    }
  }
  const [listing, ...others] = here;
  if (listing)
    return {
      parent: listing.manager,
      listing,
      notes: alsoListed(others),
    };
  const elsewhere = acrossInstances(node, all, tracked.name, forest);
  if (elsewhere)
    return { parent: elsewhere.manager, listing: elsewhere, notes: [] };
  return {
    notes:
      tracked.name && tracked.by === 'annotation' && !manager
        ? [
            {
              text: `Its tracking id names ${tracked.name}, an Application that this Argo CD does not have: it was deleted and left this one behind, or the token does not see it.`,
              names: false,
            },
          ]
        : [],
  };
}

/** The Application that the tracking annotation or label names, when it is there and another one. */
function trackingOf(
  { instance, namespace, known }: ForestNode,
  forest: Forest,
): { name?: string; by?: 'annotation' | 'label'; manager?: ForestNode } {
  const { application } = known!;
  const name = rootNameOf(application);
  if (!name) return {};
  const by = application.metadata.annotations?.[
    'argocd.argoproj.io/tracking-id'
  ]
    ? ('annotation' as const)
    : ('label' as const);
  const home = application.status?.controllerNamespace;
  // Applications outside Argo CD's own namespace are tracked as `namespace_name`.
  const candidates = name.includes('_')
    ? [name.split('_', 2)]
    : [...new Set([home || namespace, namespace])].map(each => [each, name]);
  for (const [where, what] of candidates) {
    const manager = forest.get(
      nodeId({ kind: 'Application', instance, namespace: where, name: what }),
    );
    if (manager) return { name, by, manager };
  }
  return { name, by };
}

/** A root of one Argo CD may deploy Applications into the cluster of another. */
function acrossInstances(
  { kind, instance, namespace, name }: ForestNode,
  listed: Listing[],
  tracked: string | undefined,
  forest: Forest,
): Listing | undefined {
  const fitting = listed.filter(
    ({ manager }) =>
      manager.instance !== instance &&
      (tracked === undefined || manager.name === tracked) &&
      !forest.get(nodeId({ kind, instance: manager.instance, namespace, name }))
        ?.known,
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function hasResources({ known }: ForestNode): boolean {
  return (known?.application.status?.resources ?? []).length > 0;
}

function alsoListed(others: Listing[]): Note[] {
  return others.length === 0
    ? []
    : [
        {
          text: `It is listed by ${others
            .map(({ manager }) => manager.name)
            .join(
              ', ',
            )} too: two Applications that manage one undo each other's changes.`,
          names: true,
        },
      ];
}
