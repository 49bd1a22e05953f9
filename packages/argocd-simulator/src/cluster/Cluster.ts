import { ImageSource, KubernetesObject } from '../ports';
import { Clock, Timer } from '../clock/Clock';
import { applyDefaults } from './defaults';
import { exitCodeOf } from './commands';
import { reconcileDeployment } from './deployments';
import { managedFields } from './apply';
import { mergePatch } from './merge';
import {
  at,
  isRecord,
  keyOf,
  listAt,
  numberAt,
  ObjectRef,
  ownerReference,
  ownersOf,
  refOf,
  shortHash,
  timestamp,
  uidOf,
} from './objects';
import { ObjectStore } from './ObjectStore';
import {
  isReady,
  podConditions,
  podFor,
  pullImages,
  runningStatus,
  terminatedStatus,
  waitingStatuses,
} from './pods';
import { reconcileStatefulSet } from './statefulSets';
import { Timings } from './timings';

/** Trouble on request. */
export interface ClusterTrouble {
  jobFails(job: KubernetesObject): boolean;
  unpullable(image: string): boolean;
}

const CONTROLLED = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
]);

/** A Kubernetes cluster of one node: the API's objects, and the controllers that make workloads of them. */
export class Cluster {
  readonly store: ObjectStore;
  private readonly queue = new Map<string, ObjectRef>();
  private readonly deadlines = new Map<string, Timer>();
  private readonly starting = new Set<string>();
  private draining = false;

  constructor(
    private readonly clock: Clock,
    private readonly images: ImageSource,
    private readonly timings: Timings,
    private readonly trouble: ClusterTrouble,
  ) {
    this.store = new ObjectStore(clock);
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
        this.reconcilePod(object);
        break;
      case 'ReplicaSet':
        this.reconcileReplicaSet(object);
        break;
      case 'Deployment':
        this.deadline(
          object,
          reconcileDeployment(this.store, object, this.clock.now(), ms =>
            this.clock.scale(ms),
          ),
        );
        break;
      case 'StatefulSet':
        reconcileStatefulSet(this.store, object, name => podFor(object, name));
        break;
      case 'DaemonSet':
        this.reconcileDaemonSet(object);
        break;
      case 'Job':
        this.reconcileJob(object);
        break;
      case 'Service':
        this.reconcileService(object);
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
    deployment: KubernetesObject,
    due: number | undefined,
  ): void {
    const key = uidOf(deployment);
    this.deadlines.get(key)?.cancel();
    this.deadlines.delete(key);
    if (due === undefined) return;
    const ref = refOf(deployment);
    this.deadlines.set(
      key,
      this.clock.after(
        (due - this.clock.now()) / this.clock.scale(1) + 1_000,
        () => this.enqueue(ref),
      ),
    );
  }

  private reconcilePod(pod: KubernetesObject): void {
    const uid = uidOf(pod);
    const ref = refOf(pod);
    if (pod.metadata.deletionTimestamp) {
      if (this.starting.has(`${uid}/stop`)) return;
      this.starting.add(`${uid}/stop`);
      this.clock.after(this.timings.podStop, () => {
        this.starting.delete(`${uid}/stop`);
        this.store.remove(ref);
      });
      return;
    }
    if (at(pod, 'status', 'phase') !== 'Pending' || this.starting.has(uid))
      return;
    this.starting.add(uid);
    this.clock.after(this.timings.podStart, () => this.start(ref, uid));
  }

  private async start(ref: ObjectRef, uid: string): Promise<void> {
    const pod = this.store.get(ref);
    if (!pod || uidOf(pod) !== uid || pod.metadata.deletionTimestamp) {
      this.starting.delete(uid);
      return;
    }
    const pulled = (await pullImages(pod, this.images)).map(item =>
      this.trouble.unpullable(String(item.container.image ?? ''))
        ? { ...item, digest: undefined }
        : item,
    );
    const now = this.clock.now();
    const startTime = timestamp(now);
    if (pulled.some(item => !item.digest)) {
      const already = listAt(pod, 'status', 'containerStatuses').length > 0;
      const reason = already ? 'ImagePullBackOff' : 'ErrImagePull';
      this.store.change(ref, draft => {
        draft.status = {
          phase: 'Pending',
          qosClass: 'BestEffort',
          startTime,
          conditions: podConditions(false, now),
          containerStatuses: waitingStatuses(pod, pulled, reason),
        };
      });
      this.clock.after(
        already ? this.timings.pullRetry : this.timings.pullBackOff,
        () => this.start(ref, uid),
        {
          background: already,
        },
      );
      return;
    }
    this.starting.delete(uid);
    this.store.change(ref, draft => {
      draft.status = {
        phase: 'Running',
        qosClass: 'BestEffort',
        podIP: '10.0.0.10',
        podIPs: [{ ip: '10.0.0.10' }],
        startTime,
        conditions: podConditions(true, now),
        containerStatuses: pulled.map(item =>
          runningStatus(pod, item.container, item.digest ?? '', startTime),
        ),
      };
    });
    const job = ownersOf(pod).find(owner => owner.kind === 'Job');
    if (job) {
      this.clock.after(this.timings.jobRun, () =>
        this.finish(
          ref,
          job.name,
          pulled.map(item => item.digest ?? ''),
        ),
      );
    }
  }

  private finish(ref: ObjectRef, jobName: string, digests: string[]): void {
    const pod = this.store.get(ref);
    const job = this.store.get({
      ...ref,
      group: 'batch',
      kind: 'Job',
      name: jobName,
    });
    if (!pod || !job || pod.metadata.deletionTimestamp) return;
    const containers = listAt(pod, 'spec', 'containers').filter(isRecord);
    const codes = containers.map(container =>
      this.trouble.jobFails(job) ? 1 : exitCodeOf(container),
    );
    const now = this.clock.now();
    this.store.change(ref, draft => {
      draft.status = {
        ...(isRecord(draft.status) ? draft.status : {}),
        phase: codes.every(code => code === 0) ? 'Succeeded' : 'Failed',
        conditions: podConditions(false, now),
        containerStatuses: containers.map((container, index) =>
          terminatedStatus(pod, container, digests[index], codes[index], now),
        ),
      };
    });
  }

  private reconcileReplicaSet(set: KubernetesObject): void {
    const wanted = set.metadata.deletionTimestamp
      ? 0
      : numberAt(set, 'spec', 'replicas') ?? 1;
    const pods = this.store
      .childrenOf(set)
      .filter(child => child.kind === 'Pod');
    const live = pods.filter(pod => !pod.metadata.deletionTimestamp);
    for (let missing = live.length; missing < wanted; missing++)
      this.store.create(podFor(set));
    const victims = [...live].sort(
      (a, b) => Number(isReady(a)) - Number(isReady(b)),
    );
    for (const pod of victims.slice(0, Math.max(0, live.length - wanted)))
      this.store.delete(refOf(pod));
    const remaining = this.store
      .childrenOf(set)
      .filter(
        child => child.kind === 'Pod' && !child.metadata.deletionTimestamp,
      );
    const ready = remaining.filter(isReady).length;
    this.store.change(refOf(set), draft => {
      draft.status = {
        replicas: remaining.length,
        ...(remaining.length ? { fullyLabeledReplicas: remaining.length } : {}),
        ...(ready ? { readyReplicas: ready, availableReplicas: ready } : {}),
        observedGeneration: numberAt(draft, 'metadata', 'generation'),
      };
    });
  }

  private reconcileDaemonSet(set: KubernetesObject): void {
    const hash = shortHash(at(set, 'spec', 'template'));
    const pods = this.store
      .childrenOf(set)
      .filter(child => !child.metadata.deletionTimestamp);
    const current = pods.filter(
      pod => pod.metadata.labels?.['controller-revision-hash'] === hash,
    );
    for (const pod of pods)
      if (!current.includes(pod)) this.store.delete(refOf(pod));
    if (current.length === 0)
      this.store.create(
        podFor(set, undefined, { 'controller-revision-hash': hash }),
      );
    const ready = current.filter(isReady).length;
    this.store.change(refOf(set), draft => {
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

  private reconcileJob(job: KubernetesObject): void {
    if (job.metadata.deletionTimestamp) return;
    const done = listAt(job, 'status', 'conditions').length > 0;
    if (done) return;
    const pods = this.store
      .childrenOf(job)
      .filter(child => child.kind === 'Pod');
    const failed = pods.filter(
      pod => at(pod, 'status', 'phase') === 'Failed',
    ).length;
    const succeeded = pods.filter(
      pod => at(pod, 'status', 'phase') === 'Succeeded',
    ).length;
    const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
    const now = timestamp(this.clock.now());
    if (succeeded > 0 || failed > limit) {
      const good = succeeded > 0;
      const condition = (type: string) => ({
        type,
        status: 'True',
        lastProbeTime: now,
        lastTransitionTime: now,
        reason: good ? 'CompletionsReached' : 'BackoffLimitExceeded',
        message: good
          ? 'Reached expected number of succeeded pods'
          : 'Job has reached the specified backoff limit',
      });
      this.store.change(refOf(job), draft => {
        draft.status = {
          ...(isRecord(draft.status) ? draft.status : {}),
          active: 0,
          ...(succeeded ? { succeeded, completionTime: now } : {}),
          ...(failed ? { failed } : {}),
          conditions: good
            ? [condition('SuccessCriteriaMet'), condition('Complete')]
            : [condition('FailureTarget'), condition('Failed')],
        };
      });
      return;
    }
    if (pods.length === failed) {
      const uid = uidOf(job);
      this.store.create(
        podFor(job, undefined, {
          'batch.kubernetes.io/controller-uid': uid,
          'batch.kubernetes.io/job-name': job.metadata.name,
          'controller-uid': uid,
          'job-name': job.metadata.name,
        }),
      );
    }
    this.store.change(refOf(job), draft => {
      const status = isRecord(draft.status) ? draft.status : {};
      draft.status = {
        ...status,
        active: 1,
        startTime: status.startTime ?? now,
        ...(failed ? { failed } : {}),
      };
    });
  }

  private reconcileService(service: KubernetesObject): void {
    if (
      this.store.childrenOf(service).length > 0 ||
      !isRecord(at(service, 'spec', 'selector'))
    )
      return;
    this.store.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: `${service.metadata.name}-`,
        namespace: service.metadata.namespace,
        labels: { 'kubernetes.io/service-name': service.metadata.name },
        ownerReferences: [ownerReference(service)],
      },
      addressType: 'IPv4',
      endpoints: [],
    });
  }
}
