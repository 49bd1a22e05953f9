import { ImageSource, KubernetesObject } from '../ports';
import { Clock, Timer } from '../clock/Clock';
import { managedFields } from './apply';
import { applyDefaults } from './defaults';
import { reconcileDeployment } from './deployments';
import { reconcileJob } from './jobs';
import { ClusterTrouble, Kubelet } from './Kubelet';
import { mergePatch } from './merge';
import {
  keyOf,
  listAt,
  numberAt,
  ObjectRef,
  ownersOf,
  refOf,
  uidOf,
} from './objects';
import { ObjectStore } from './ObjectStore';
import { podFor } from './pods';
import { reconcileDaemonSet, reconcileReplicaSet } from './replicaSets';
import { AnalysisRuns } from './rollouts/analysis';
import { Rollouts } from './rollouts/Rollouts';
import { reconcileService } from './services';
import { reconcileStatefulSet } from './statefulSets';
import { Timings } from './timings';

const CONTROLLED = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Rollout',
  'AnalysisRun',
]);

/** A Kubernetes cluster of one node: the API's objects, and the controllers that make workloads of them. */
export class Cluster {
  readonly store: ObjectStore;
  private readonly queue = new Map<string, ObjectRef>();
  private readonly deadlines = new Map<string, Timer>();
  private readonly kubelet: Kubelet;
  private readonly rollouts: Rollouts;
  private readonly analysisRuns: AnalysisRuns;
  private draining = false;

  constructor(
    private readonly clock: Clock,
    images: ImageSource,
    timings: Timings,
    trouble: ClusterTrouble,
  ) {
    this.store = new ObjectStore(clock);
    this.kubelet = new Kubelet(this.store, clock, images, timings, trouble);
    this.rollouts = new Rollouts(this.store, clock);
    this.analysisRuns = new AnalysisRuns(
      this.store,
      clock,
      run => trouble.analysisFails(run),
      timings.measurement,
    );
    this.store.watch(({ type, object }) => {
      if (type !== 'DELETED') this.enqueue(refOf(object));
      for (const owner of ownersOf(object)) {
        this.enqueue({
          ...refOf(object),
          group: owner.apiVersion.split('/')[0],
          kind: owner.kind,
          name: owner.name,
        });
      }
    });
  }

  /** A hand edit, as `kubectl patch --type merge` or `kubectl delete` would do it. */
  patch(ref: ObjectRef, patch: Record<string, unknown> | null): boolean {
    const live = this.store.get(ref);
    if (!live) return false;
    if (patch === null) {
      this.store.delete(ref);
      return true;
    }
    this.store.change(ref, draft => {
      const patched = applyDefaults(
        mergePatch(draft, patch) as KubernetesObject,
      );
      for (const key of Object.keys(draft))
        if (!(key in patched)) delete draft[key];
      Object.assign(draft, patched);
      const writers = listAt(draft, 'metadata', 'managedFields');
      draft.metadata.managedFields = [
        ...writers,
        managedFields(
          patch,
          'kubectl-patch',
          draft.apiVersion,
          this.clock.now(),
        ),
      ];
    });
    return true;
  }

  private enqueue(ref: ObjectRef): void {
    if (
      !CONTROLLED.has(ref.kind) &&
      ![
        'Pod',
        'Service',
        'PodDisruptionBudget',
        'PersistentVolumeClaim',
      ].includes(ref.kind)
    )
      return;
    this.queue.set(keyOf(ref), ref);
    if (this.draining) return;
    this.draining = true;
    void this.clock.track(Promise.resolve().then(() => this.drain()));
  }

  private drain(): void {
    try {
      for (;;) {
        const next = this.queue.entries().next();
        if (next.done) return;
        const [key, ref] = next.value;
        this.queue.delete(key);
        const object = this.store.get(ref);
        if (object) this.reconcile(object);
      }
    } finally {
      this.draining = false;
    }
  }

  private reconcile(object: KubernetesObject): void {
    switch (object.kind) {
      case 'Pod':
        this.kubelet.reconcile(object);
        break;
      case 'ReplicaSet':
        reconcileReplicaSet(this.store, object);
        break;
      case 'Deployment':
        this.deadline(
          object,
          reconcileDeployment(this.store, object, this.clock.now(), ms =>
            this.clock.scale(ms),
          ),
          1_000,
        );
        break;
      case 'Rollout':
        this.deadline(object, this.rollouts.reconcile(object));
        break;
      case 'AnalysisRun':
        this.analysisRuns.reconcile(object);
        break;
      case 'StatefulSet':
        reconcileStatefulSet(this.store, object, name => podFor(object, name));
        break;
      case 'DaemonSet':
        reconcileDaemonSet(this.store, object);
        break;
      case 'Job':
        reconcileJob(this.store, object, this.clock.now());
        break;
      case 'Service':
        reconcileService(this.store, object);
        break;
      case 'PodDisruptionBudget':
        this.store.change(refOf(object), draft => {
          draft.status = {
            conditions: [
              {
                type: 'DisruptionAllowed',
                status: 'True',
                reason: 'SufficientPods',
              },
            ],
            observedGeneration: numberAt(draft, 'metadata', 'generation'),
          };
        });
        break;
      default:
        this.store.change(refOf(object), draft => {
          draft.status = { phase: 'Bound' };
        });
    }
  }

  private deadline(
    object: KubernetesObject,
    due: number | undefined,
    slack = 0,
  ): void {
    const key = uidOf(object);
    this.deadlines.get(key)?.cancel();
    this.deadlines.delete(key);
    if (due === undefined) return;
    const ref = refOf(object);
    this.deadlines.set(
      key,
      this.clock.after(
        Math.max(0, due - this.clock.now()) / this.clock.scale(1) + slack,
        () => this.enqueue(ref),
      ),
    );
  }
}
