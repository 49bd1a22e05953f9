import { ForestNode } from '../types';
import { Brought, clusterOf } from './reachable';
import { UnreachableItem } from '@fairway/backstage-plugin-argocd-promotion-common';

/** Something that Applications need and that is not an Application, once for all who need it. */
export interface Need {
  item: Omit<UnreachableItem, 'neededBy'>;
  fulfilled: boolean;
  neededBy: string[];
}

const BUILT_IN_NAMESPACES = new Set([
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
]);
/** Groups of Kubernetes itself that look like those of custom resources. */
const BUILT_IN_GROUPS = new Set(
  [
    'admissionregistration',
    'apiextensions',
    'apiregistration',
    'authentication',
    'authorization',
    'certificates',
    'coordination',
    'discovery',
    'events',
    'flowcontrol.apiserver',
    'internal.apiserver',
    'metrics',
    'networking',
    'node',
    'rbac.authorization',
    'resource',
    'scheduling',
    'storage',
    'storagemigration',
  ].map(name => `${name}.k8s.io`),
);
const ARGOCD_KINDS = new Set(['Application', 'ApplicationSet', 'AppProject']);

/** The AppProjects, namespaces and custom resource definitions that these Applications need. */
export function needsOf(nodes: ForestNode[], brought: Brought): Need[] {
  const needs = new Map<string, Need>();
  const need = (
    node: ForestNode,
    item: Need['item'],
    scope: string,
    fulfilled: boolean,
  ) => {
    const key = `${item.kind} ${scope} ${item.name}`;
    const known = needs.get(key);
    if (known) {
      known.fulfilled ||= fulfilled;
      known.neededBy.push(node.name);
    } else needs.set(key, { item, fulfilled, neededBy: [node.name] });
  };
  for (const node of nodes) {
    project(node, brought, need);
    destination(node, brought, need);
    customResources(node, brought, need);
  }
  return [...needs.values()];
}

type Add = (
  node: ForestNode,
  item: Need['item'],
  scope: string,
  fulfilled: boolean,
) => void;

function project(node: ForestNode, brought: Brought, need: Add): void {
  const { instance, known } = node;
  const name = known?.application.spec.project;
  // Argo CD makes this one itself.
  if (!name || name === 'default') return;
  need(
    node,
    {
      kind: 'AppProject',
      instance,
      name,
      reason:
        'No Application under a root lists it: it was made by hand, or by something other than Argo CD.',
      remedy: `Keep its manifest (kind: AppProject) in a folder that a root renders, in an earlier wave than the Applications that use it.`,
    },
    instance,
    brought.project(instance, name),
  );
}

function destination(node: ForestNode, brought: Brought, need: Add): void {
  const { spec, status, metadata } = node.known?.application ?? {};
  const name = spec?.destination?.namespace;
  if (!name || BUILT_IN_NAMESPACES.has(name)) return;
  // Argo CD's own namespace is there before anything else.
  if (name === (status?.controllerNamespace ?? metadata?.namespace)) return;
  const cluster = clusterOf(node);
  const creates = (spec?.syncPolicy?.syncOptions ?? []).some(
    option => option.replace(/\s/g, '') === 'CreateNamespace=true',
  );
  need(
    node,
    {
      kind: 'Namespace',
      instance: node.instance,
      name,
      reason: `No Application under a root has a Namespace of that name for the cluster ${cluster}, and none that deploys there creates it.`,
      remedy:
        'Add the sync option CreateNamespace=true to an Application that deploys there, or keep the Namespace in git.',
    },
    cluster,
    creates || brought.namespace(cluster, name),
  );
}

function customResources(node: ForestNode, brought: Brought, need: Add): void {
  const cluster = clusterOf(node);
  const kinds = new Map<string, string>();
  for (const { group, kind, hook, requiresPruning } of node.known?.application
    .status?.resources ?? [])
    if (group && !hook && !requiresPruning && isCustom(group, kind))
      kinds.set(`${kind} (${group})`, group);
  for (const [name, group] of kinds)
    need(
      node,
      {
        kind: 'CustomResourceDefinition',
        instance: node.instance,
        name,
        reason: `No Application under a root brings a definition of the group ${group} to the cluster ${cluster}.`,
        remedy:
          'Deploy what defines it as an Application under a root, in an earlier wave; nothing is to be done if the cluster comes with it.',
      },
      cluster,
      brought.definitionsOf(cluster, group),
    );
}

function isCustom(group: string, kind: string): boolean {
  if (group === 'argoproj.io' && ARGOCD_KINDS.has(kind)) return false;
  // Groups without a dot (apps, batch) and these are Kubernetes' own; OpenShift's come with it.
  return (
    group.includes('.') &&
    !BUILT_IN_GROUPS.has(group) &&
    !group.endsWith('openshift.io')
  );
}
