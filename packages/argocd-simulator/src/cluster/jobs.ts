import { KubernetesObject } from '../ports';
import {
  at,
  isRecord,
  listAt,
  numberAt,
  refOf,
  timestamp,
  uidOf,
} from './objects';
import { ObjectStore } from './ObjectStore';
import { podFor } from './pods';

/** One Pod after another until one succeeds or the back-off limit is reached. */
export function reconcileJob(
  store: ObjectStore,
  job: KubernetesObject,
  nowMs: number,
): void {
  if (job.metadata.deletionTimestamp) return;
  const done = listAt(job, 'status', 'conditions').length > 0;
  if (done) return;
  const pods = store.childrenOf(job).filter(child => child.kind === 'Pod');
  const failed = pods.filter(
    pod => at(pod, 'status', 'phase') === 'Failed',
  ).length;
  const succeeded = pods.filter(
    pod => at(pod, 'status', 'phase') === 'Succeeded',
  ).length;
  const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
  const now = timestamp(nowMs);
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
    store.change(refOf(job), draft => {
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
    store.create(
      podFor(job, undefined, {
        'batch.kubernetes.io/controller-uid': uid,
        'batch.kubernetes.io/job-name': job.metadata.name,
        'controller-uid': uid,
        'job-name': job.metadata.name,
      }),
    );
  }
  store.change(refOf(job), draft => {
    const status = isRecord(draft.status) ? draft.status : {};
    draft.status = {
      ...status,
      active: 1,
      startTime: status.startTime ?? now,
      ...(failed ? { failed } : {}),
    };
  });
}
