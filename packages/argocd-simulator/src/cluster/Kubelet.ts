import { Clock } from '../clock/Clock';
import { ImageSource, KubernetesObject } from '../ports';
import { exitCodeOf } from './commands';
import {
  at,
  isRecord,
  listAt,
  ObjectRef,
  ownersOf,
  refOf,
  timestamp,
  uidOf,
} from './objects';
import { ObjectStore } from './ObjectStore';
import {
  podConditions,
  pullImages,
  runningStatus,
  terminatedStatus,
  waitingStatuses,
} from './pods';
import { Timings } from './timings';

/** Trouble on request. */
export interface ClusterTrouble {
  jobFails(job: KubernetesObject): boolean;
  unpullable(image: string): boolean;
  analysisFails(run: KubernetesObject): boolean;
}

/** The one node: starts Pods, lets those of Jobs end, and stops what is deleted. */
export class Kubelet {
  private readonly starting = new Set<string>();

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly images: ImageSource,
    private readonly timings: Timings,
    private readonly trouble: ClusterTrouble,
  ) {}

  reconcile(pod: KubernetesObject): void {
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
}
