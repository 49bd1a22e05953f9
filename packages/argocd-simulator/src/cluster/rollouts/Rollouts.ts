import { Clock } from '../../clock/Clock';
import { KubernetesObject } from '../../ports';
import { at, isRecord, numberAt, refOf, textAt, uidOf } from '../objects';
import { ObjectStore } from '../ObjectStore';
import { newReplicaSet, replicasOf, revisionOf } from '../revisions';
import { blueGreenPass } from './blueGreen';
import { canaryPass } from './canary';
import { countPods, writtenStatus } from './status';
import { RolloutTools } from './tools';
import { ROLLOUT_NAMING, RolloutPass, RolloutStatus } from './types';

const DEADLINE_S = 600;

/** Argo Rollouts: canaries by steps and blue-green, with pauses and analysis. */
export class Rollouts {
  private readonly tools: RolloutTools;
  /** When each Rollout last got any further, by uid; for its deadline. */
  private readonly moved = new Map<string, { state: string; at: number }>();

  constructor(store: ObjectStore, clock: Clock) {
    this.tools = { store, clock, waits: new Map() };
  }

  /** One pass. Answers when to look again, where time alone moves it. */
  reconcile(rollout: KubernetesObject): number | undefined {
    const { store, clock } = this.tools;
    if (rollout.metadata.deletionTimestamp) return undefined;
    const pass = this.passOf(rollout);
    this.restart(pass);
    const due = isRecord(at(rollout, 'spec', 'strategy', 'blueGreen'))
      ? blueGreenPass(this.tools, pass)
      : canaryPass(this.tools, pass);
    const fresh = this.withSets(pass);
    const deadline = this.deadline(fresh);
    const late = deadline !== undefined && clock.now() >= deadline;
    store.change(refOf(rollout), draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [ROLLOUT_NAMING.revision]: String(
          revisionOf(fresh.current, ROLLOUT_NAMING),
        ),
      };
      draft.status = writtenStatus(fresh, clock.now(), late);
    });
    const times = [due, late ? undefined : deadline].filter(
      (time): time is number => time !== undefined,
    );
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  private passOf(rollout: KubernetesObject): RolloutPass {
    const { store } = this.tools;
    const sets = store
      .childrenOf(rollout)
      .filter(({ kind }) => kind === 'ReplicaSet');
    const current = newReplicaSet(store, rollout, sets, ROLLOUT_NAMING);
    const hash = current.metadata.labels?.[ROLLOUT_NAMING.hash] ?? '';
    const status = structuredClone(
      isRecord(rollout.status) ? rollout.status : {},
    ) as RolloutStatus;
    if (status.currentPodHash !== hash) begin(status, hash);
    return this.withSets({
      rollout,
      current,
      others: [],
      hash,
      replicas: replicasOf(rollout),
      status,
    });
  }

  /** The pass with its ReplicaSets as they are stored now. */
  private withSets(pass: RolloutPass): RolloutPass {
    const { store } = this.tools;
    const sets = store
      .childrenOf(pass.rollout)
      .filter(({ kind }) => kind === 'ReplicaSet');
    const isCurrent = ({ metadata }: KubernetesObject) =>
      metadata.name === pass.current.metadata.name;
    return {
      ...pass,
      current: sets.find(isCurrent) ?? pass.current,
      others: sets.filter(set => !isCurrent(set)),
    };
  }

  /** When an update that gets no further is late; undefined when nothing is to be waited for. */
  private deadline(pass: RolloutPass): number | undefined {
    const { rollout, status } = pass;
    const { clock } = this.tools;
    const counts = countPods(pass);
    const uid = uidOf(rollout);
    const waits =
      status.abort ||
      status.pauseConditions?.length ||
      at(rollout, 'spec', 'paused') === true ||
      status.stableRS === status.currentPodHash;
    if (waits) {
      this.moved.delete(uid);
      return undefined;
    }
    const state = JSON.stringify([
      counts,
      status.currentStepIndex,
      status.currentPodHash,
    ]);
    const before = this.moved.get(uid);
    if (before?.state !== state)
      this.moved.set(uid, { state, at: clock.now() });
    const seconds =
      numberAt(rollout, 'spec', 'progressDeadlineSeconds') ?? DEADLINE_S;
    return (
      (this.moved.get(uid)?.at ?? clock.now()) + clock.scale(seconds * 1_000)
    );
  }

  private restart({ rollout, status }: RolloutPass): void {
    const wanted = textAt(rollout, 'spec', 'restartAt');
    if (!wanted || wanted === status.restartedAt) return;
    const { store } = this.tools;
    for (const set of store.childrenOf(rollout)) {
      if (set.kind !== 'ReplicaSet') continue;
      for (const pod of store.childrenOf(set)) store.delete(refOf(pod));
    }
    status.restartedAt = wanted;
  }
}

/** A new template: everything that belonged to the last update is over. */
function begin(status: RolloutStatus, hash: string): void {
  status.currentPodHash = hash;
  status.currentStepIndex = 0;
  for (const field of [
    'abort',
    'abortedAt',
    'message',
    'pauseConditions',
    'controllerPause',
    'promoteFull',
    'canary',
  ])
    delete status[field];
}
