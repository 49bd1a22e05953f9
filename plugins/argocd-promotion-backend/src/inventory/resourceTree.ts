import { Application, ResourceTree } from '../argocd/types';
import { currentPods } from './runningImages';

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

/** Whether it manages Applications or ApplicationSets, whose health the tree may tell. */
export function managesOthers({ status }: Application): boolean {
  return (status?.resources ?? []).some(
    ({ group, kind }) =>
      group === 'argoproj.io' &&
      (kind === 'Application' || kind === 'ApplicationSet'),
  );
}

/** Of a tree only what is asked of it later. */
export interface TreeFacts {
  /** Image strings of the Pods of the current templates. */
  podImages: string[];
  /** What the tree has of the resources that the Application itself manages, by their key. */
  resources: Record<string, { status?: string; message?: string }>;
}

export function treeFacts(tree: ResourceTree): TreeFacts {
  const managed = (tree.nodes ?? []).filter(
    ({ parentRefs }) => (parentRefs ?? []).length === 0,
  );
  return {
    podImages: currentPods(tree).flatMap(({ images }) => images ?? []),
    resources: Object.fromEntries(
      managed.map(node => [resourceKey(node), node.health ?? {}]),
    ),
  };
}

/** Lists lack the health of resources; the tree has it. */
export function withHealth(
  application: Application,
  tree?: TreeFacts,
): Application {
  const resources = application.status?.resources;
  if (!tree || !resources?.some(resource => !resource.health))
    return application;
  return {
    ...application,
    status: {
      ...application.status,
      resources: resources.map(resource => {
        if (resource.health) return resource;
        const key = resourceKey(resource);
        const known = tree.resources[key];
        if (known?.status) return { ...resource, health: known };
        return resource.status === 'OutOfSync' && !known
          ? { ...resource, health: { status: 'Missing' } }
          : resource;
      }),
    },
  };
}

function resourceKey(resource: {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}): string {
  return [
    resource.group ?? '',
    resource.kind,
    resource.namespace ?? '',
    resource.name,
  ].join('/');
}
