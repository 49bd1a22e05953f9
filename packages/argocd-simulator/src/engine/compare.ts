import { KubernetesObject } from '../ports';
import { LAST_APPLIED, predict } from '../cluster/apply';
import { same } from '../cluster/merge';
import {
  annotationsOf,
  at,
  isClusterScoped,
  isRecord,
  keyOf,
  refOf,
} from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { ApplicationSpec } from './types';
import { isHook, waveOf } from './waves';

export const TRACKING_ID = 'argocd.argoproj.io/tracking-id';

/** One object that an Application manages: what git wants, what the cluster has. */
export interface ManagedResource {
  target?: KubernetesObject;
  live?: KubernetesObject;
  predicted?: KubernetesObject;
  hook: boolean;
  synced: boolean;
  wave: number;
}

/** Which Application an object says it belongs to. */
export function trackedBy(object: KubernetesObject): string | undefined {
  const id = annotationsOf(object)[TRACKING_ID];
  if (!id) return undefined;
  const [owner, gvk, nsName] = splitTrackingId(id);
  const ref = refOf(object);
  // Copies of an object (by a controller, say) carry the annotation of their original
  return gvk === `${ref.group}/${ref.kind}` &&
    nsName === `${ref.namespace}/${ref.name}`
    ? owner
    : undefined;
}

function splitTrackingId(id: string): [string, string, string] {
  const first = id.indexOf(':');
  const second = id.indexOf(':', first + 1);
  return [
    id.slice(0, first),
    id.slice(first + 1, second),
    id.slice(second + 1),
  ];
}

/** The rendered manifests as Argo CD means to apply them: with namespace and tracking annotation. */
export function prepareTargets(
  appName: string,
  spec: ApplicationSpec,
  rendered: KubernetesObject[],
): KubernetesObject[] {
  return rendered.map(object => {
    const target = structuredClone(object);
    if (isClusterScoped(target.kind)) delete target.metadata.namespace;
    else
      target.metadata.namespace =
        target.metadata.namespace || spec.destination.namespace || 'default';
    const ref = refOf(target);
    target.metadata.annotations = {
      ...annotationsOf(target),
      [TRACKING_ID]: `${appName}:${ref.group}/${ref.kind}:${ref.namespace}/${ref.name}`,
    };
    return target;
  });
}

const SERVER_METADATA = [
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
];

/** A live object without what only the cluster writes. */
export function normalize(
  live: KubernetesObject,
  spec?: ApplicationSpec,
): KubernetesObject {
  const copy = structuredClone(live);
  delete copy.status;
  if (copy.kind === 'Application') delete copy.operation;
  for (const field of SERVER_METADATA) delete copy.metadata[field];
  for (const rule of spec?.ignoreDifferences ?? []) {
    if (rule.kind && rule.kind !== copy.kind) continue;
    if (rule.name && rule.name !== copy.metadata.name) continue;
    for (const pointer of rule.jsonPointers ?? []) removePointer(copy, pointer);
  }
  return copy;
}

function removePointer(object: unknown, pointer: string): void {
  const steps = pointer
    .split('/')
    .slice(1)
    .map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  const last = steps.pop();
  const parent = at(
    object,
    ...steps.map(step => (/^\d+$/.test(step) ? Number(step) : step)),
  );
  if (last !== undefined && isRecord(parent)) delete parent[last];
}

function withoutBookkeeping(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object);
  delete copy.metadata.managedFields;
  delete copy.metadata.resourceVersion;
  delete copy.metadata.uid;
  if (copy.metadata.annotations) delete copy.metadata.annotations[LAST_APPLIED];
  return copy;
}

export function differs(
  resource: { live?: KubernetesObject; predicted?: KubernetesObject },
  spec?: ApplicationSpec,
): boolean {
  if (!resource.live || !resource.predicted) return true;
  return !same(
    withoutBookkeeping(normalize(resource.live, spec)),
    withoutBookkeeping(normalize(resource.predicted, spec)),
  );
}

/** Compares what git wants with what the cluster has. */
export function compare(
  store: ObjectStore,
  appName: string,
  spec: ApplicationSpec,
  targets: KubernetesObject[],
): ManagedResource[] {
  const managed: ManagedResource[] = [];
  const seen = new Set<string>();
  for (const target of targets) {
    const ref = refOf(target);
    seen.add(keyOf(ref));
    const live = store.get(ref);
    const predicted = predict(live, target);
    const hook = isHook(target);
    managed.push({
      target,
      live,
      predicted,
      hook,
      wave: waveOf(target),
      synced: hook || !differs({ live, predicted }, spec),
    });
  }
  for (const live of store.all()) {
    if (seen.has(keyOf(refOf(live))) || trackedBy(live) !== appName) continue;
    managed.push({
      live,
      hook: isHook(live),
      wave: waveOf(live),
      synced: isHook(live),
    });
  }
  return managed.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey(resource: ManagedResource): string {
  const object = resource.target ?? resource.live;
  if (!object) return '';
  const ref = refOf(object);
  return [ref.group, ref.kind, ref.namespace, ref.name].join('\u0000');
}
