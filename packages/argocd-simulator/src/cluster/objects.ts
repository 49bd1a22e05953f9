import { createHash, randomUUID } from 'crypto';
import { KubernetesObject } from '../ports';

/** Names one object of a cluster; the version is left out, as Kubernetes serves an object under any. */
export interface ObjectRef {
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'APIService',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ClusterIssuer',
]);

export function isClusterScoped(kind: string): boolean {
  return CLUSTER_SCOPED.has(kind);
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

export function versionOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[1] : apiVersion;
}

export function refOf(object: KubernetesObject): ObjectRef {
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  };
}

export function keyOf(ref: ObjectRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined where the path ends early. */
export function at(value: unknown, ...path: Array<string | number>): unknown {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === 'number')
      current = current[step];
    else if (isRecord(current)) current = current[step];
    else return undefined;
  }
  return current;
}

export function textAt(
  value: unknown,
  ...path: Array<string | number>
): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(
  value: unknown,
  ...path: Array<string | number>
): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function recordAt(
  value: unknown,
  ...path: Array<string | number>
): Record<string, unknown> {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
}

export function listAt(
  value: unknown,
  ...path: Array<string | number>
): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function labelsOf(object: KubernetesObject): Record<string, string> {
  return object.metadata.labels ?? {};
}

export function annotationsOf(
  object: KubernetesObject,
): Record<string, string> {
  return object.metadata.annotations ?? {};
}

export function uidOf(object: KubernetesObject): string {
  return textAt(object, 'metadata', 'uid') ?? '';
}

export function ownersOf(object: KubernetesObject): OwnerReference[] {
  return listAt(object, 'metadata', 'ownerReferences') as OwnerReference[];
}

export function ownerReference(owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    blockOwnerDeletion: true,
    controller: true,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: uidOf(owner),
  };
}

export function newUid(): string {
  return randomUUID();
}

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** A stable short hash in the alphabet Kubernetes uses for names. */
export function shortHash(value: unknown, length = 10): string {
  const bytes = createHash('sha256').update(JSON.stringify(value)).digest();
  return [...bytes.subarray(0, length)]
    .map(byte => SAFE[byte % SAFE.length])
    .join('');
}

/** A random suffix as `generateName` appends it. */
export function randomSuffix(length = 5): string {
  return shortHash(randomUUID(), length);
}

/** Time as Kubernetes writes it: seconds, UTC. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** All images of a Pod template or Pod, init containers first. */
export function imagesIn(object: KubernetesObject): string[] {
  const spec =
    object.kind === 'Pod' ? at(object, 'spec') : podTemplateSpec(object);
  return [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')]
    .map(container => textAt(container, 'image'))
    .filter((image): image is string => image !== undefined && image !== '');
}

export function podTemplateSpec(object: KubernetesObject): unknown {
  return object.kind === 'CronJob'
    ? at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    : at(object, 'spec', 'template', 'spec');
}
