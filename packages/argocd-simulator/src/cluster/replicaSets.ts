import { KubernetesObject } from '../ports';
import { at, numberAt, refOf, shortHash } from './objects';
import { ObjectStore } from './ObjectStore';
import { isReady, podFor } from './pods';

/** Makes and deletes Pods until there are as many as wanted; those that are not ready go first. */
export function reconcileReplicaSet(
  store: ObjectStore,
  set: KubernetesObject,
): void {
  const wanted = set.metadata.deletionTimestamp
    ? 0
    : numberAt(set, 'spec', 'replicas') ?? 1;
  const pods = store.childrenOf(set).filter(child => child.kind === 'Pod');
  const live = pods.filter(pod => !pod.metadata.deletionTimestamp);
  for (let missing = live.length; missing < wanted; missing++)
    store.create(podFor(set));
  const victims = [...live].sort(
    (a, b) => Number(isReady(a)) - Number(isReady(b)),
  );
  for (const pod of victims.slice(0, Math.max(0, live.length - wanted)))
    store.delete(refOf(pod));
  const remaining = store
    .childrenOf(set)
    .filter(child => child.kind === 'Pod' && !child.metadata.deletionTimestamp);
  const ready = remaining.filter(isReady).length;
  store.change(refOf(set), draft => {
    draft.status = {
      replicas: remaining.length,
      ...(remaining.length ? { fullyLabeledReplicas: remaining.length } : {}),
      ...(ready ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: numberAt(draft, 'metadata', 'generation'),
    };
  });
}

/** One Pod on the one node. */
export function reconcileDaemonSet(
  store: ObjectStore,
  set: KubernetesObject,
): void {
  const hash = shortHash(at(set, 'spec', 'template'));
  const pods = store
    .childrenOf(set)
    .filter(child => !child.metadata.deletionTimestamp);
  const current = pods.filter(
    pod => pod.metadata.labels?.['controller-revision-hash'] === hash,
  );
  for (const pod of pods) if (!current.includes(pod)) store.delete(refOf(pod));
  if (current.length === 0)
    store.create(podFor(set, undefined, { 'controller-revision-hash': hash }));
  const ready = current.filter(isReady).length;
  store.change(refOf(set), draft => {
    draft.status = {
      desiredNumberScheduled: 1,
      currentNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberReady: ready,
      numberAvailable: ready,
      numberMisscheduled: 0,
      observedGeneration: numberAt(draft, 'metadata', 'generation'),
    };
  });
}
