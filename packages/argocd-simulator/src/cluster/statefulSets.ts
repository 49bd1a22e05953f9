import { KubernetesObject } from '../ports';
import { at, labelsOf, numberAt, refOf, shortHash, textAt } from './objects';
import { ObjectStore } from './ObjectStore';
import { isReady } from './pods';

const HASH = 'controller-revision-hash';

/** One pass of the StatefulSet controller: Pods in order, the highest replaced first. */
export function reconcileStatefulSet(
  store: ObjectStore,
  set: KubernetesObject,
  podOf: (name: string) => KubernetesObject,
): void {
  const wanted = set.metadata.deletionTimestamp
    ? 0
    : numberAt(set, 'spec', 'replicas') ?? 1;
  const revision = `${set.metadata.name}-${shortHash(
    at(set, 'spec', 'template'),
  )}`;
  const nameOf = (index: number) => `${set.metadata.name}-${index}`;
  const pods = () =>
    store.childrenOf(set).filter(child => child.kind === 'Pod');
  const byName = new Map(pods().map(pod => [pod.metadata.name, pod]));
  let settled = true;
  for (let index = 0; index < wanted && settled; index++) {
    const pod = byName.get(nameOf(index));
    if (!pod) {
      const fresh = podOf(nameOf(index));
      fresh.metadata.labels = { ...fresh.metadata.labels, [HASH]: revision };
      store.create(fresh);
      settled = false;
    } else if (!isReady(pod)) {
      // A Pod of the wrong revision that never became ready is replaced at once
      if (labelsOf(pod)[HASH] !== revision && !pod.metadata.deletionTimestamp)
        store.delete(refOf(pod));
      settled = false;
    }
  }
  if (settled) {
    const surplus = pods().filter(
      pod => Number(pod.metadata.name.split('-').pop()) >= wanted,
    );
    const stale = pods()
      .filter(pod => labelsOf(pod)[HASH] !== revision && !surplus.includes(pod))
      .sort((a, b) =>
        b.metadata.name.localeCompare(a.metadata.name, undefined, {
          numeric: true,
        }),
      );
    const victim = surplus[surplus.length - 1] ?? stale[0];
    if (victim) store.delete(refOf(victim));
  }
  const live = pods().filter(pod => !pod.metadata.deletionTimestamp);
  const updated = live.filter(pod => labelsOf(pod)[HASH] === revision);
  const ready = live.filter(isReady).length;
  const done = updated.length === wanted && ready === wanted;
  store.change(refOf(set), draft => {
    draft.status = {
      observedGeneration: numberAt(draft, 'metadata', 'generation'),
      replicas: live.length,
      ...(ready ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(updated.length ? { updatedReplicas: updated.length } : {}),
      currentRevision: done
        ? revision
        : textAt(set, 'status', 'currentRevision') ?? revision,
      updateRevision: revision,
      ...(done ? { currentReplicas: wanted } : {}),
    };
  });
}
