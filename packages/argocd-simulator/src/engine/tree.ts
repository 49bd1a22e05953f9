import { KubernetesObject } from '../ports';
import {
  annotationsOf,
  at,
  imagesIn,
  isRecord,
  labelsOf,
  listAt,
  ObjectRef,
  ownersOf,
  refOf,
  textAt,
  uidOf,
  versionOf,
} from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { ManagedResource } from './compare';
import { healthOf } from './health';
import { Health } from './types';

export interface TreeNode {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  parentRefs?: Array<Record<string, string>>;
  info?: Array<{ name: string; value: string }>;
  networkingInfo?: Record<string, unknown>;
  resourceVersion: string;
  images?: string[];
  health?: Health;
  createdAt: string;
}

export interface Tree {
  nodes?: TreeNode[];
  hosts?: unknown[];
}

const HOST = {
  name: 'node-1',
  resourcesInfo: [
    { resourceName: 'cpu', capacity: 64000 },
    { resourceName: 'memory', capacity: 274877906944000 },
  ],
  systemInfo: Object.fromEntries(
    [
      'machineID',
      'systemUUID',
      'bootID',
      'kernelVersion',
      'osImage',
      'containerRuntimeVersion',
      'kubeletVersion',
      'kubeProxyVersion',
      'operatingSystem',
      'architecture',
    ].map(field => [field, '']),
  ),
};

function identity(ref: ObjectRef, version: string): Record<string, string> {
  return {
    ...(ref.group ? { group: ref.group } : {}),
    version,
    kind: ref.kind,
    ...(ref.namespace ? { namespace: ref.namespace } : {}),
    name: ref.name,
  };
}

function podInfo(pod: KubernetesObject): TreeNode['info'] {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  const ready = statuses.filter(status => at(status, 'ready') === true).length;
  const waiting = statuses
    .map(status => textAt(status, 'state', 'waiting', 'reason'))
    .find(Boolean);
  const ended = statuses
    .map(status => textAt(status, 'state', 'terminated', 'reason'))
    .find(Boolean);
  const reason = pod.metadata.deletionTimestamp
    ? 'Terminating'
    : waiting ?? ended ?? textAt(pod, 'status', 'phase') ?? '';
  const info = [
    { name: 'Status Reason', value: reason },
    { name: 'Node', value: textAt(pod, 'spec', 'nodeName') ?? '' },
    {
      name: 'Containers',
      value: `${ready}/${listAt(pod, 'spec', 'containers').length}`,
    },
  ];
  if (!ended)
    info.push({ name: 'cpu', value: '0' }, { name: 'memory', value: '0' });
  return info;
}

function node(object: KubernetesObject): TreeNode {
  const ref = refOf(object);
  const marks = annotationsOf(object);
  const revision =
    marks['deployment.kubernetes.io/revision'] ??
    marks['rollout.argoproj.io/revision'];
  const parents = ownersOf(object).map(owner => ({
    ...identity(
      {
        group: owner.apiVersion.includes('/')
          ? owner.apiVersion.split('/')[0]
          : '',
        kind: owner.kind,
        namespace: ref.namespace,
        name: owner.name,
      },
      versionOf(owner.apiVersion),
    ),
    uid: owner.uid,
  }));
  const images = object.kind === 'Pod' ? imagesIn(object) : [];
  const health = healthOf(object);
  const selector = at(object, 'spec', 'selector');
  return {
    ...(identity(ref, versionOf(object.apiVersion)) as {
      version: string;
      kind: string;
      name: string;
    }),
    uid: uidOf(object),
    ...(parents.length ? { parentRefs: parents } : {}),
    ...(object.kind === 'Pod' ? { info: podInfo(object) } : {}),
    ...(revision
      ? { info: [{ name: 'Revision', value: `Rev:${revision}` }] }
      : {}),
    ...(object.kind === 'Pod'
      ? { networkingInfo: { labels: labelsOf(object) } }
      : {}),
    ...(object.kind === 'Service' && isRecord(selector)
      ? { networkingInfo: { targetLabels: selector } }
      : {}),
    resourceVersion: textAt(object, 'metadata', 'resourceVersion') ?? '',
    ...(images.length ? { images } : {}),
    ...(health ? { health } : {}),
    createdAt: textAt(object, 'metadata', 'creationTimestamp') ?? '',
  };
}

/** All live objects of an Application and what they own. */
export function treeObjects(
  store: ObjectStore,
  managed: ManagedResource[],
): KubernetesObject[] {
  const found: KubernetesObject[] = [];
  const seen = new Set<string>();
  const visit = (object: KubernetesObject) => {
    if (seen.has(uidOf(object))) return;
    seen.add(uidOf(object));
    found.push(object);
    store.childrenOf(object).forEach(visit);
  };
  for (const resource of managed) {
    const object = resource.target ?? resource.live;
    const live = object && store.get(refOf(object));
    if (live) visit(live);
  }
  return found;
}

export function buildTree(objects: KubernetesObject[]): Tree {
  if (objects.length === 0) return {};
  const nodes = objects
    .map(node)
    .map(item => ({
      item,
      key: [item.group ?? '', item.kind, item.namespace ?? '', item.name].join(
        '\u0000',
      ),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
  return {
    nodes,
    ...(objects.some(object => object.kind === 'Pod') ? { hosts: [HOST] } : {}),
  };
}

/** The union of image strings that the tree's Pods name. */
export function summaryImages(objects: KubernetesObject[]): string[] {
  return [
    ...new Set(
      objects.filter(object => object.kind === 'Pod').flatMap(imagesIn),
    ),
  ].sort();
}
