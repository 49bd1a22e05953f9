import pLimit from 'p-limit';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application, ResourceNode } from '../argocd/types';
import { normalizeRepository, parseImageReference } from '../images/reference';
import { PlatformDigests } from './PlatformDigests';
import { TreeFacts, treeFacts } from './resourceTree';
import { currentPods, isSidecar, podFacts, PodFacts } from './runningImages';

/** More Pods than these say nothing new about one Application, and each costs a request. */
const MAX_PODS = 50;
const PODS_AT_ONCE = 4;

/** What the cluster tells of one Application, as far as it is asked for later. */
export interface PodReading {
  tree: TreeFacts;
  pods: Array<PodFacts & { uid?: string }>;
  /** Changes when the registry could tell more of the same Pods, so that pages hear of it. */
  platforms?: string;
}

/** Reads the tree and the live Pods of the current templates; Pods that cannot have changed are not read again. */
export async function readPods(options: {
  client: ArgocdClient;
  application: Application;
  before?: PodReading;
  platforms?: PlatformDigests;
}): Promise<{ value: PodReading; complete: boolean }> {
  const { client, application, before } = options;
  const { namespace, name } = application.metadata;
  const key = { namespace, name, project: application.spec.project };
  const full = await client.getResourceTree(key);
  const nodes = currentPods(full).slice(0, MAX_PODS);
  const settled = new Map(
    (before?.pods ?? []).flatMap(pod =>
      pod.uid && isSettled(pod) ? [[pod.uid, pod] as const] : [],
    ),
  );
  const readPod = async (node: ResourceNode) => {
    const known = node.uid && settled.get(node.uid);
    if (known) return known;
    try {
      const facts = podFacts(await client.getResource(key, node));
      return facts && { ...facts, ...(node.uid ? { uid: node.uid } : {}) };
    } catch (error) {
      // A Pod that is gone by now is no longer in the tree: the next reading shows its successor.
      if (isGone(error)) return undefined;
      throw error;
    }
  };
  const limit = pLimit(PODS_AT_ONCE);
  const read = await Promise.all(nodes.map(node => limit(() => readPod(node))));
  const pods = read.flatMap(facts => (facts ? [facts] : []));
  const started = pods.every(({ containers }) =>
    containers.every(({ imageId }) => imageId),
  );
  const platforms = await options.platforms?.read(pods);
  return {
    value: {
      tree: treeFacts(full),
      pods,
      ...(platforms ? { platforms: platforms.told } : {}),
    },
    complete:
      started &&
      pods.length === nodes.length &&
      application.status?.health?.status !== 'Progressing' &&
      platforms?.complete !== false,
  };
}

/**
 * A Pod whose images are pinned and have all been reported runs them until it ends: then it leaves the tree. What its
 * sidecars run is not asked for.
 */
function isSettled({ containers }: PodFacts): boolean {
  return containers.every(({ image, imageId }) => {
    const reference = parseImageReference(image);
    const sidecar =
      reference && isSidecar(normalizeRepository(reference.repository));
    return sidecar || (reference?.digest && imageId);
  });
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['InputError', 'NotFoundError', 'NotAllowedError'].includes(error.name)
  );
}
