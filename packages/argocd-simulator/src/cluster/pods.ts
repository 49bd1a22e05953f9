import { createHash } from 'crypto';
import { ImageSource, KubernetesObject } from '../ports';
import {
  at,
  isRecord,
  listAt,
  ownerReference,
  recordAt,
  textAt,
  timestamp,
} from './objects';

/** A Pod of a controller. */
export function podFor(
  owner: KubernetesObject,
  name?: string,
  extraLabels: Record<string, string> = {},
): KubernetesObject {
  const template = structuredClone(recordAt(owner, 'spec', 'template'));
  const labels = {
    ...(recordAt(template, 'metadata', 'labels') as Record<string, string>),
    ...extraLabels,
  };
  const annotations = at(template, 'metadata', 'annotations');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: name ?? '',
      ...(name ? {} : { generateName: `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace,
      labels,
      ...(isRecord(annotations)
        ? { annotations: annotations as Record<string, string> }
        : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      ...recordAt(template, 'spec'),
      nodeName: 'node-1',
      enableServiceLinks: true,
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

/** `repo` of `repo:tag@digest`. */
export function repositoryOf(image: string): string {
  const [name] = image.split('@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  return colon < 0 ? name : name.slice(0, colon);
}

interface PulledContainer {
  container: Record<string, unknown>;
  digest?: string;
}

/** Asks for every image of the Pod; a missing digest says that one can't be pulled. */
export async function pullImages(
  pod: KubernetesObject,
  images: ImageSource,
): Promise<PulledContainer[]> {
  const containers = listAt(pod, 'spec', 'containers').filter(isRecord);
  return Promise.all(
    containers.map(async container => ({
      container,
      digest: (await images.pull(String(container.image ?? '')))?.digest,
    })),
  );
}

function baseStatus(container: Record<string, unknown>) {
  return {
    image: String(container.image ?? ''),
    imageID: '',
    lastState: {},
    name: String(container.name ?? ''),
    ready: false,
    restartCount: 0,
    started: false,
  };
}

export function waitingStatuses(
  pod: KubernetesObject,
  pulled: PulledContainer[],
  reason: 'ErrImagePull' | 'ImagePullBackOff',
) {
  return pulled.map(({ container, digest }) => {
    const image = String(container.image ?? '');
    if (digest)
      return runningStatus(
        pod,
        container,
        digest,
        textAt(pod, 'metadata', 'creationTimestamp') ?? '',
      );
    const message =
      reason === 'ErrImagePull'
        ? `failed to pull and unpack image "${image}": failed to resolve reference "${image}": not found`
        : `Back-off pulling image "${image}"`;
    return {
      ...baseStatus(container),
      state: { waiting: { reason, message } },
    };
  });
}

export function runningStatus(
  pod: KubernetesObject,
  container: Record<string, unknown>,
  digest: string,
  startedAt: string,
) {
  return {
    ...baseStatus(container),
    containerID: `containerd://${createHash('sha256')
      .update(`${textAt(pod, 'metadata', 'uid')}/${container.name}`)
      .digest('hex')}`,
    imageID: `${repositoryOf(String(container.image))}@${digest}`,
    ready: true,
    started: true,
    state: { running: { startedAt } },
  };
}

export function terminatedStatus(
  pod: KubernetesObject,
  container: Record<string, unknown>,
  digest: string,
  exitCode: number,
  now: number,
) {
  return {
    ...runningStatus(pod, container, digest, timestamp(now)),
    ready: false,
    started: false,
    state: {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt:
          textAt(pod, 'metadata', 'creationTimestamp') ?? timestamp(now),
        finishedAt: timestamp(now),
      },
    },
  };
}

export function podConditions(ready: boolean, now: number) {
  const status = ready ? 'True' : 'False';
  return ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
    type => ({
      lastProbeTime: null,
      lastTransitionTime: timestamp(now),
      status: type === 'Ready' || type === 'ContainersReady' ? status : 'True',
      type,
    }),
  );
}

export function isReady(pod: KubernetesObject): boolean {
  return (
    !pod.metadata.deletionTimestamp &&
    listAt(pod, 'status', 'conditions').some(
      condition =>
        isRecord(condition) &&
        condition.type === 'Ready' &&
        condition.status === 'True',
    )
  );
}
