import { KubernetesObject } from '../ports';
import { same } from './merge';
import {
  annotationsOf,
  at,
  numberAt,
  ownerReference,
  recordAt,
  refOf,
  shortHash,
} from './objects';
import { ObjectStore } from './ObjectStore';

/** How a controller marks its ReplicaSets. */
export interface Naming {
  /** Label that holds the hash of the Pod template. */
  hash: string;
  /** Annotation that counts the templates. */
  revision: string;
}

export function revisionOf(object: KubernetesObject, by: Naming): number {
  return Number(annotationsOf(object)[by.revision] ?? 0);
}

/** The Pod template that a ReplicaSet was made from. */
export function templateOf(replicaSet: KubernetesObject, by: Naming): unknown {
  const template = structuredClone(at(replicaSet, 'spec', 'template'));
  const labels = recordAt(template, 'metadata', 'labels');
  delete labels[by.hash];
  return template;
}

export function replicasOf(object: KubernetesObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

/** Pods that serve and are not about to go: the status lags behind the wanted number. */
export function available(object: KubernetesObject): number {
  return Math.min(
    numberAt(object, 'status', 'availableReplicas') ?? 0,
    replicasOf(object),
  );
}

export function scale(
  store: ObjectStore,
  replicaSet: KubernetesObject,
  replicas: number,
): void {
  if (replicasOf(replicaSet) === replicas) return;
  store.change(refOf(replicaSet), draft => {
    recordAt(draft, 'spec').replicas = replicas;
  });
}

/** The ReplicaSet of the present template, made when there is none, with the newest revision. */
export function newReplicaSet(
  store: ObjectStore,
  owner: KubernetesObject,
  existing: KubernetesObject[],
  by: Naming,
): KubernetesObject {
  const template = at(owner, 'spec', 'template');
  const revision = Math.max(0, ...existing.map(set => revisionOf(set, by))) + 1;
  const found = existing.find(candidate =>
    same(templateOf(candidate, by), template),
  );
  if (found) {
    if (revisionOf(found, by) !== revision - 1) {
      return (
        store.change(refOf(found), draft => {
          draft.metadata.annotations = {
            ...draft.metadata.annotations,
            [by.revision]: String(revision),
          };
        }) ?? found
      );
    }
    return found;
  }
  const hash = shortHash(template);
  const labels = {
    ...(recordAt(template, 'metadata', 'labels') as Record<string, string>),
    [by.hash]: hash,
  };
  const copy = structuredClone(template) as Record<string, unknown>;
  copy.metadata = { ...recordAt(copy, 'metadata'), labels };
  return store.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace,
      labels,
      annotations: { [by.revision]: String(revision) },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      replicas: 0,
      selector: {
        matchLabels: {
          ...recordAt(owner, 'spec', 'selector', 'matchLabels'),
          [by.hash]: hash,
        },
      },
      template: copy,
    },
    status: { replicas: 0 },
  });
}
