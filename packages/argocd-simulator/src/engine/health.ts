import { KubernetesObject } from '../ports';
import { at, isRecord, listAt, numberAt, textAt } from '../cluster/objects';
import { Health } from './types';

const progressing = (message: string): Health => ({
  status: 'Progressing',
  message,
});
const HEALTHY: Health = { status: 'Healthy' };

function condition(
  object: KubernetesObject,
  type: string,
): Record<string, unknown> | undefined {
  return listAt(object, 'status', 'conditions')
    .filter(isRecord)
    .find(item => item.type === type);
}

const status = (object: KubernetesObject, field: string) =>
  numberAt(object, 'status', field) ?? 0;
const replicas = (object: KubernetesObject) =>
  numberAt(object, 'spec', 'replicas') ?? 1;
const rollout = (text: string) =>
  progressing(`Waiting for rollout to finish: ${text}`);

function deployment(object: KubernetesObject): Health {
  if (at(object, 'spec', 'paused') === true)
    return { status: 'Suspended', message: 'Deployment is paused' };
  if (
    status(object, 'observedGeneration') <
    (numberAt(object, 'metadata', 'generation') ?? 0)
  ) {
    return rollout(
      'observed deployment generation less than desired generation',
    );
  }
  if (condition(object, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    return {
      status: 'Degraded',
      message: `Deployment "${object.metadata.name}" exceeded its progress deadline`,
    };
  }
  const updated = status(object, 'updatedReplicas');
  const total = status(object, 'replicas');
  const available = status(object, 'availableReplicas');
  if (updated < replicas(object)) {
    return rollout(
      `${updated} out of ${replicas(object)} new replicas have been updated...`,
    );
  }
  if (total > updated)
    return rollout(
      `${total - updated} old replicas are pending termination...`,
    );
  if (available < updated)
    return rollout(
      `${available} of ${updated} updated replicas are available...`,
    );
  return HEALTHY;
}

function replicaSet(object: KubernetesObject): Health {
  if (status(object, 'availableReplicas') < replicas(object)) {
    return rollout(
      `${status(object, 'availableReplicas')} out of ${replicas(
        object,
      )} new replicas are available...`,
    );
  }
  return HEALTHY;
}

function statefulSet(object: KubernetesObject): Health {
  if (
    status(object, 'observedGeneration') <
    (numberAt(object, 'metadata', 'generation') ?? 0)
  ) {
    return progressing('Waiting for statefulset spec update to be observed...');
  }
  const missing = replicas(object) - status(object, 'readyReplicas');
  if (missing > 0)
    return progressing(`Waiting for ${missing} pods to be ready...`);
  const updated = status(object, 'updatedReplicas');
  if (updated < replicas(object)) {
    return progressing(
      `Waiting for partitioned roll out to finish: ${updated} out of ${replicas(
        object,
      )} new pods have been updated...`,
    );
  }
  return {
    status: 'Healthy',
    message: `partitioned roll out complete: ${updated} new pods have been updated...`,
  };
}

function daemonSet(object: KubernetesObject): Health {
  const wanted = status(object, 'desiredNumberScheduled');
  const available = status(object, 'numberAvailable');
  if (available < wanted)
    return rollout(`${available} of ${wanted} updated pods are available...`);
  return HEALTHY;
}

function job(object: KubernetesObject): Health {
  const failed = condition(object, 'Failed');
  if (failed) return { status: 'Degraded', message: String(failed.message) };
  const complete = condition(object, 'Complete');
  if (complete) return { status: 'Healthy', message: String(complete.message) };
  return { status: 'Progressing' };
}

function pod(object: KubernetesObject): Health {
  for (const container of listAt(object, 'status', 'containerStatuses')) {
    const reason = textAt(container, 'state', 'waiting', 'reason') ?? '';
    if (/^Err|Error$|BackOff$/.test(reason)) {
      return {
        status: 'Degraded',
        message: textAt(container, 'state', 'waiting', 'message'),
      };
    }
  }
  switch (textAt(object, 'status', 'phase')) {
    case 'Running':
      return condition(object, 'Ready')?.status === 'True'
        ? HEALTHY
        : { status: 'Progressing' };
    case 'Succeeded':
      return HEALTHY;
    case 'Failed':
      return { status: 'Degraded' };
    default:
      return { status: 'Progressing' };
  }
}

function service(object: KubernetesObject): Health {
  const pending =
    textAt(object, 'spec', 'type') === 'LoadBalancer' &&
    listAt(object, 'status', 'loadBalancer', 'ingress').length === 0;
  return pending ? { status: 'Progressing' } : HEALTHY;
}

function argoRollout(object: KubernetesObject): Health {
  const observed = textAt(object, 'status', 'observedGeneration');
  if (observed !== String(numberAt(object, 'metadata', 'generation')))
    return progressing('Waiting for rollout spec update to be observed');
  const phase = textAt(object, 'status', 'phase') ?? 'Progressing';
  const message = textAt(object, 'status', 'message');
  return {
    status: phase === 'Paused' ? 'Suspended' : phase,
    ...(message ? { message } : {}),
  };
}

function analysisRun(object: KubernetesObject): Health {
  const message = textAt(object, 'status', 'message');
  switch (textAt(object, 'status', 'phase')) {
    case 'Successful':
      return {
        status: 'Healthy',
        message: 'Analysis run completed successfully',
      };
    case 'Failed':
    case 'Error':
      return { status: 'Degraded', ...(message ? { message } : {}) };
    case 'Inconclusive':
      return {
        status: 'Unknown',
        message: 'Analysis run was inconclusive',
      };
    default:
      return progressing('Analysis run is running');
  }
}

const CHECKS: Record<string, (object: KubernetesObject) => Health> = {
  Deployment: deployment,
  ReplicaSet: replicaSet,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
  Pod: pod,
  Service: service,
  Rollout: argoRollout,
  AnalysisRun: analysisRun,
  Ingress: () => HEALTHY,
  HorizontalPodAutoscaler: () => HEALTHY,
  PodDisruptionBudget: () => ({
    status: 'Healthy',
    message: 'PodDisruptionBudget has SufficientPods',
  }),
  PersistentVolumeClaim: object =>
    textAt(object, 'status', 'phase') === 'Bound'
      ? HEALTHY
      : { status: 'Progressing' },
};

/** Whether Argo CD knows a health for this kind at all. */
export function hasHealth(kind: string): boolean {
  return kind in CHECKS;
}

/** Health of a live object; undefined for kinds that have none (ConfigMap, Application, …). */
export function healthOf(object: KubernetesObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return progressing('Pending deletion');
  return CHECKS[object.kind]?.(object);
}

const ORDER = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];

export function isWorse(current: string, other: string): boolean {
  return ORDER.indexOf(other) > ORDER.indexOf(current);
}
