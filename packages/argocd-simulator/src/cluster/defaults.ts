import { KubernetesObject } from '../ports';
import { isRecord, listAt } from './objects';

function withDefaults(
  target: Record<string, unknown>,
  defaults: Record<string, unknown>,
): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (target[key] === undefined) target[key] = structuredClone(value);
  }
}

function record(
  parent: Record<string, unknown>,
  key: string,
): Record<string, unknown> {
  const current = parent[key];
  if (isRecord(current)) return current;
  const created: Record<string, unknown> = {};
  parent[key] = created;
  return created;
}

function podSpecDefaults(spec: Record<string, unknown>): void {
  for (const container of [
    ...listAt(spec, 'containers'),
    ...listAt(spec, 'initContainers'),
  ]) {
    if (!isRecord(container)) continue;
    const image = String(container.image ?? '');
    const mutable =
      !image.includes('@') &&
      (image.endsWith(':latest') || !image.split('/').pop()?.includes(':'));
    withDefaults(container, {
      imagePullPolicy: mutable ? 'Always' : 'IfNotPresent',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
    for (const port of listAt(container, 'ports'))
      if (isRecord(port)) withDefaults(port, { protocol: 'TCP' });
  }
  withDefaults(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
}

function templateDefaults(spec: Record<string, unknown>): void {
  const template = record(spec, 'template');
  podSpecDefaults(record(template, 'spec'));
}

const DEFAULTERS: Record<string, (object: KubernetesObject) => void> = {
  Deployment: object => {
    const spec = record(object, 'spec');
    withDefaults(spec, {
      replicas: 1,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate' },
    });
    const strategy = record(spec, 'strategy');
    withDefaults(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      withDefaults(record(strategy, 'rollingUpdate'), {
        maxSurge: '25%',
        maxUnavailable: '25%',
      });
    }
    templateDefaults(spec);
  },
  StatefulSet: object => {
    const spec = record(object, 'spec');
    withDefaults(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { partition: 0 },
      },
    });
    templateDefaults(spec);
  },
  DaemonSet: object => templateDefaults(record(object, 'spec')),
  Job: object => {
    const spec = record(object, 'spec');
    withDefaults(spec, {
      backoffLimit: 6,
      completions: 1,
      parallelism: 1,
      completionMode: 'NonIndexed',
      suspend: false,
    });
    templateDefaults(spec);
  },
  Pod: object => podSpecDefaults(record(object, 'spec')),
  Service: object => {
    const spec = record(object, 'spec');
    withDefaults(spec, {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    });
    for (const port of listAt(spec, 'ports')) {
      if (isRecord(port))
        withDefaults(port, { protocol: 'TCP', targetPort: port.port });
    }
  },
  Secret: object => {
    const data = record(object, 'data');
    const plain = object.stringData;
    if (isRecord(plain)) {
      for (const [key, value] of Object.entries(plain))
        data[key] = Buffer.from(String(value)).toString('base64');
      delete object.stringData;
    }
    withDefaults(object, { type: 'Opaque' });
  },
  Namespace: object => {
    withDefaults(record(object, 'spec'), { finalizers: ['kubernetes'] });
    record(object, 'status').phase = 'Active';
  },
};

/** Fills in what the Kubernetes API server fills in. Changes the object. */
export function applyDefaults(object: KubernetesObject): KubernetesObject {
  DEFAULTERS[object.kind]?.(object);
  return object;
}
