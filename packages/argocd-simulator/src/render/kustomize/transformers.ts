import { KubernetesObject } from '../../ports';
import { isRecord } from '../documents';
import { ImageOverride, Kustomization } from './types';

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
]);
const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'Rollout',
]);

type Bag = Record<string, unknown>;

/** The Pod template of a workload (of a CronJob, the one of its Jobs). */
export function podTemplate(object: KubernetesObject): Bag | undefined {
  let spec: unknown = object.spec;
  if (
    object.kind === 'CronJob' &&
    isRecord(spec) &&
    isRecord(spec.jobTemplate)
  ) {
    spec = spec.jobTemplate.spec;
  }
  return isRecord(spec) && isRecord(spec.template) ? spec.template : undefined;
}

/** Calls back with every record anywhere in a value. */
function walk(
  value: unknown,
  visit: (record: Bag, key: string) => void,
  key: string = '',
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit, key);
  } else if (isRecord(value)) {
    visit(value, key);
    for (const [name, child] of Object.entries(value)) walk(child, visit, name);
  }
}

export function setNamespace(
  object: KubernetesObject,
  namespace: string,
): void {
  if (CLUSTER_SCOPED.has(object.kind)) return;
  object.metadata.namespace = namespace;
  if (
    (object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding') &&
    Array.isArray(object.subjects)
  ) {
    for (const subject of object.subjects) {
      if (
        isRecord(subject) &&
        subject.kind === 'ServiceAccount' &&
        subject.name === 'default'
      ) {
        subject.namespace = namespace;
      }
    }
  }
}

export function addLabels(
  object: KubernetesObject,
  labels: Record<string, string>,
  reach: { selectors: boolean; templates: boolean },
): void {
  object.metadata.labels = { ...object.metadata.labels, ...labels };
  const template = podTemplate(object);
  if (template && (reach.selectors || reach.templates)) {
    const metadata: Bag = isRecord(template.metadata) ? template.metadata : {};
    template.metadata = {
      ...metadata,
      labels: { ...(metadata.labels as Bag | undefined), ...labels },
    };
  }
  if (!reach.selectors || !isRecord(object.spec)) return;
  const { spec } = object;
  if (object.kind === 'Service' && isRecord(spec.selector)) {
    spec.selector = { ...spec.selector, ...labels };
  } else if (WORKLOADS.has(object.kind) && object.kind !== 'Job') {
    const selector: Bag = isRecord(spec.selector) ? spec.selector : {};
    spec.selector = {
      ...selector,
      matchLabels: { ...(selector.matchLabels as Bag | undefined), ...labels },
    };
  }
}

export function addAnnotations(
  object: KubernetesObject,
  annotations: Record<string, string>,
): void {
  object.metadata.annotations = {
    ...object.metadata.annotations,
    ...annotations,
  };
  const template = podTemplate(object);
  if (template) {
    const metadata: Bag = isRecord(template.metadata) ? template.metadata : {};
    template.metadata = {
      ...metadata,
      annotations: {
        ...(metadata.annotations as Bag | undefined),
        ...annotations,
      },
    };
  }
}

/** Splits `host:port/name:tag@digest`; a colon before the last slash is a port. */
export function splitImage(image: string): {
  name: string;
  tag?: string;
  digest?: string;
} {
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const rest = at < 0 ? image : image.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: rest, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

export function overrideImage(image: string, override: ImageOverride): string {
  const { name, tag, digest } = splitImage(image);
  if (name !== override.name) return image;
  const pinned = override.newTag !== undefined || override.digest !== undefined;
  const newTag = pinned ? override.newTag : tag;
  const newDigest = pinned ? override.digest : digest;
  return `${override.newName || name}${newTag ? `:${newTag}` : ''}${
    newDigest ? `@${newDigest}` : ''
  }`;
}

export function setImages(
  object: KubernetesObject,
  overrides: ImageOverride[],
): void {
  walk(object, (record, key) => {
    if (key !== 'containers' && key !== 'initContainers') return;
    if (typeof record.image !== 'string') return;
    for (const override of overrides)
      record.image = overrideImage(record.image as string, override);
  });
}

export function setReplicas(
  object: KubernetesObject,
  replicas: NonNullable<Kustomization['replicas']>,
): void {
  const wanted = replicas.find(({ name }) => name === object.metadata.name);
  if (
    wanted &&
    isRecord(object.spec) &&
    ['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout'].includes(object.kind)
  ) {
    object.spec.replicas = wanted.count;
  }
}

/** Renames what refers to renamed objects: ConfigMaps, Secrets, Services, ServiceAccounts, claims, roles, scale targets. */
export function renameReferences(
  objects: KubernetesObject[],
  renamed: ReadonlyMap<string, string>,
): void {
  const rename = (record: Bag, field: string, kind: string) => {
    const next =
      typeof record[field] === 'string'
        ? renamed.get(`${kind}/${record[field]}`)
        : undefined;
    if (next) record[field] = next;
  };
  for (const object of objects) {
    walk(object, (record, key) => {
      if (
        key === 'configMap' ||
        key === 'configMapRef' ||
        key === 'configMapKeyRef'
      )
        rename(record, 'name', 'ConfigMap');
      if (
        key === 'secretRef' ||
        key === 'secretKeyRef' ||
        key === 'imagePullSecrets'
      )
        rename(record, 'name', 'Secret');
      if (key === 'secret') {
        rename(record, 'secretName', 'Secret');
        rename(record, 'name', 'Secret');
      }
      if (key === 'tls') rename(record, 'secretName', 'Secret');
      if (key === 'service' || key === 'backend')
        rename(record, 'name', 'Service');
      if (key === 'persistentVolumeClaim')
        rename(record, 'claimName', 'PersistentVolumeClaim');
      if (
        key === 'scaleTargetRef' ||
        key === 'roleRef' ||
        key === 'subjects' ||
        key === 'workloadRef'
      ) {
        if (typeof record.kind === 'string')
          rename(record, 'name', record.kind);
      }
      rename(record, 'serviceAccountName', 'ServiceAccount');
      if (object.kind === 'StatefulSet')
        rename(record, 'serviceName', 'Service');
    });
  }
}
