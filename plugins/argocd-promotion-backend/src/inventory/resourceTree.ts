import { Application, ResourceTree } from '../argocd/types';

const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Rollout',
  'ReplicaSet',
  'Pod',
]);

/** Whether there may be Pods to read. */
export function hasPods({ status }: Application): boolean {
  return (
    (status?.summary?.images ?? []).length > 0 ||
    (status?.resources ?? []).some(({ kind }) => WORKLOADS.has(kind))
  );
}

/** Of a tree only what is asked of it later: a Pod's images and lineage, and health. */
export function trimTree(tree: ResourceTree): ResourceTree {
  return {
    nodes: (tree.nodes ?? []).map(
      ({
        group,
        version,
        kind,
        namespace,
        name,
        uid,
        parentRefs,
        info,
        images,
        health,
      }) => ({
        ...(group ? { group } : {}),
        ...(version ? { version } : {}),
        kind,
        ...(namespace ? { namespace } : {}),
        name,
        ...(uid ? { uid } : {}),
        ...(parentRefs ? { parentRefs } : {}),
        ...(images ? { images } : {}),
        ...(health ? { health } : {}),
        info: (info ?? []).filter(item => item.name === 'Revision'),
      }),
    ),
  };
}

/** The trimmed list lacks the health of resources; the tree has it. */
export function withHealth(
  application: Application,
  tree?: ResourceTree,
): Application {
  const resources = application.status?.resources;
  if (!tree || !resources?.some(resource => !resource.health))
    return application;
  const id = (r: {
    group?: string;
    kind: string;
    namespace?: string;
    name: string;
  }) => [r.group ?? '', r.kind, r.namespace ?? '', r.name].join('/');
  const present = new Set((tree.nodes ?? []).map(id));
  const health = new Map(
    (tree.nodes ?? []).flatMap(node =>
      node.health ? [[id(node), node.health] as const] : [],
    ),
  );
  return {
    ...application,
    status: {
      ...application.status,
      resources: resources.map(resource => {
        const missing =
          resource.status === 'OutOfSync' && !present.has(id(resource))
            ? { status: 'Missing' }
            : undefined;
        const known = resource.health ?? health.get(id(resource)) ?? missing;
        return known ? { ...resource, health: known } : resource;
      }),
    },
  };
}
