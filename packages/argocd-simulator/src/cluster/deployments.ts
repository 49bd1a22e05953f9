import { KubernetesObject } from '../ports';
import {
  at,
  isRecord,
  listAt,
  numberAt,
  refOf,
  textAt,
  timestamp,
} from './objects';
import { ObjectStore } from './ObjectStore';
import {
  available,
  Naming,
  newReplicaSet,
  replicasOf,
  revisionOf,
  scale,
  templateOf,
} from './revisions';
import { same } from './merge';

const NAMING: Naming = {
  hash: 'pod-template-hash',
  revision: 'deployment.kubernetes.io/revision',
};

/** Resolves `25%` or a number against the wanted replicas. */
export function intOrPercent(
  value: unknown,
  total: number,
  roundUp: boolean,
): number {
  if (typeof value === 'number') return value;
  const text = String(value ?? '0');
  if (!text.endsWith('%')) return Number(text) || 0;
  const exact = (parseFloat(text) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}

function roll(
  store: ObjectStore,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: KubernetesObject[],
): void {
  const wanted = replicasOf(deployment);
  const active = old.filter(
    set =>
      replicasOf(set) > 0 || (numberAt(set, 'status', 'replicas') ?? 0) > 0,
  );
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    for (const set of active) scale(store, set, 0);
    if (active.every(set => (numberAt(set, 'status', 'replicas') ?? 0) === 0))
      scale(store, current, wanted);
    return;
  }
  const rolling = at(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = intOrPercent(at(rolling, 'maxSurge'), wanted, true);
  let unavailable = intOrPercent(at(rolling, 'maxUnavailable'), wanted, false);
  if (surge === 0 && unavailable === 0) unavailable = 1;
  const oldTotal = old.reduce((sum, set) => sum + replicasOf(set), 0);
  const room = wanted + surge - oldTotal;
  scale(
    store,
    current,
    Math.max(
      0,
      Math.min(wanted, Math.max(room, Math.min(replicasOf(current), wanted))),
    ),
  );
  // Old Pods that serve nothing are in nobody's way
  let spare =
    old.reduce((sum, set) => sum + available(set), 0) +
    available(current) -
    (wanted - unavailable);
  for (const set of [...old].sort(
    (a, b) => revisionOf(a, NAMING) - revisionOf(b, NAMING),
  )) {
    const idle = replicasOf(set) - available(set);
    const less = Math.min(
      replicasOf(set),
      Math.max(0, idle) + Math.max(0, Math.min(available(set), spare)),
    );
    if (less > 0) {
      scale(store, set, replicasOf(set) - less);
      spare -= Math.max(0, less - Math.max(0, idle));
    }
  }
}

/** One pass of the Deployment controller. Returns when the progress deadline falls due, if it is running. */
export function reconcileDeployment(
  store: ObjectStore,
  deployment: KubernetesObject,
  now: number,
  scaled: (ms: number) => number,
): number | undefined {
  const sets = store
    .childrenOf(deployment)
    .filter(child => child.kind === 'ReplicaSet');
  const paused = at(deployment, 'spec', 'paused') === true;
  let current = paused
    ? sets.find(set =>
        same(templateOf(set, NAMING), at(deployment, 'spec', 'template')),
      )
    : newReplicaSet(store, deployment, sets, NAMING);
  const old = sets.filter(set => set.metadata.name !== current?.metadata.name);
  if (current && !paused) roll(store, deployment, current, old);
  if (current && !paused) {
    const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10;
    const idle = old.filter(
      set =>
        replicasOf(set) === 0 &&
        (numberAt(set, 'status', 'replicas') ?? 0) === 0,
    );
    for (const set of idle
      .sort((a, b) => revisionOf(a, NAMING) - revisionOf(b, NAMING))
      .slice(0, Math.max(0, idle.length - limit))) {
      store.delete(refOf(set));
    }
  }
  current = current && store.get(refOf(current));
  return updateStatus(store, deployment, current, now, scaled);
}

function updateStatus(
  store: ObjectStore,
  deployment: KubernetesObject,
  current: KubernetesObject | undefined,
  now: number,
  scaled: (ms: number) => number,
): number | undefined {
  const sets = store
    .childrenOf(deployment)
    .filter(child => child.kind === 'ReplicaSet');
  const wanted = replicasOf(deployment);
  const sum = (field: string) =>
    sets.reduce(
      (total, set) => total + (numberAt(set, 'status', field) ?? 0),
      0,
    );
  const replicas = sum('replicas');
  const ready = sum('availableReplicas');
  const updated = current ? numberAt(current, 'status', 'replicas') ?? 0 : 0;
  const updatedReady = current ? available(current) : 0;
  const complete =
    updated === wanted &&
    replicas === wanted &&
    ready === wanted &&
    updatedReady === wanted;
  const conditions = listAt(deployment, 'status', 'conditions').filter(
    isRecord,
  );
  const before = conditions.find(condition => condition.type === 'Progressing');
  const deadline = scaled(
    (numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? 600) * 1000,
  );
  const setName = current?.metadata.name ?? '';
  const moved =
    before === undefined ||
    updated > (numberAt(deployment, 'status', 'updatedReplicas') ?? 0) ||
    ready > (numberAt(deployment, 'status', 'availableReplicas') ?? 0) ||
    !String(before.message ?? '').includes(`"${setName}"`);
  const since = moved ? now : Date.parse(String(before?.lastUpdateTime));
  // Once late, it stays late until something moves
  const wasLate = !moved && before?.reason === 'ProgressDeadlineExceeded';
  const late = !complete && (wasLate || now - since >= deadline);
  let reason = 'ReplicaSetUpdated';
  let message = `ReplicaSet "${setName}" is progressing.`;
  if (complete) {
    reason = 'NewReplicaSetAvailable';
    message = `ReplicaSet "${setName}" has successfully progressed.`;
  } else if (late) {
    reason = 'ProgressDeadlineExceeded';
    message = `ReplicaSet "${setName}" has timed out progressing.`;
  }
  const progressing = {
    type: 'Progressing',
    status: late ? 'False' : 'True',
    reason,
    message,
    lastUpdateTime:
      before?.reason === reason && !moved
        ? before.lastUpdateTime
        : timestamp(late ? now : since),
    lastTransitionTime: before?.lastTransitionTime ?? timestamp(now),
  };
  const needed =
    wanted -
    (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate'
      ? wanted
      : intOrPercent(
          at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable'),
          wanted,
          false,
        ));
  const enough = ready >= needed;
  const oldAvailable = conditions.find(
    condition => condition.type === 'Available',
  );
  const availableStatus = enough ? 'True' : 'False';
  const availableCondition = {
    type: 'Available',
    status: availableStatus,
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
    lastUpdateTime:
      oldAvailable?.status === availableStatus
        ? oldAvailable.lastUpdateTime
        : timestamp(now),
    lastTransitionTime:
      oldAvailable?.status === availableStatus
        ? oldAvailable.lastTransitionTime
        : timestamp(now),
  };
  store.change(refOf(deployment), draft => {
    if (current) {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [NAMING.revision]: String(revisionOf(current, NAMING)),
      };
    }
    draft.status = {
      observedGeneration: numberAt(draft, 'metadata', 'generation'),
      ...(replicas ? { replicas } : {}),
      ...(updated ? { updatedReplicas: updated } : {}),
      ...(ready ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(wanted > ready ? { unavailableReplicas: wanted - ready } : {}),
      conditions: [availableCondition, progressing],
    };
  });
  return complete || late ? undefined : since + deadline;
}
