import { RunningImage } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application, ResourceNode, ResourceTree } from '../argocd/types';
import {
  digestOfImageId,
  normalizeRepository,
  parseImageReference,
} from '../images/reference';

/** One live Pod, as far as it tells what it runs. */
export interface PodFacts {
  containers: Array<{ name: string; image: string; imageId?: string }>;
}

/** What a registry tells of image indexes; the runtime may report an index or its child for a platform. */
export interface PlatformEvidence {
  isChildOf(child: string, index: string, repository: string): boolean;
  /** Why the registry could not tell, in words for people. */
  unverified(index: string, repository: string): string | undefined;
}

/** Sidecars and injected containers are not released with the service: by repository, whatever the registry. */
const SIDECAR =
  /(?:^|\/)(?:envoyproxy\/envoy|istio\/proxyv2|linkerd(?:-io)?\/proxy|cloud-sql-connectors\/cloud-sql-proxy|hashicorp\/vault(?:-k8s)?|openpolicyagent\/opa|daprio\/daprd|fluent\/fluent-bit|oauth2-proxy\/oauth2-proxy)$/;

export const isSidecar = (repository: string): boolean =>
  SIDECAR.test(repository);

const isWorkload = (node: ResourceNode) =>
  (node.group === 'apps' &&
    ['Deployment', 'StatefulSet', 'DaemonSet'].includes(node.kind)) ||
  (node.group === 'argoproj.io' && node.kind === 'Rollout');

/** Pods of the current templates: not those of Jobs (hooks among them), nor of ReplicaSets that are being replaced. */
export function currentPods(tree: ResourceTree): ResourceNode[] {
  const nodes = tree.nodes ?? [];
  const byUid = new Map(
    nodes.flatMap(node => (node.uid ? [[node.uid, node] as const] : [])),
  );
  const parentOf = (node: ResourceNode) => {
    const ref = node.parentRefs?.[0];
    return ref?.uid ? byUid.get(ref.uid) : undefined;
  };
  // The newest ReplicaSet that has Pods: that of an aborted Rollout has none, and its predecessor's still serve.
  const newest = new Map<string, number>();
  for (const node of nodes) {
    const replicaSet = node.kind === 'Pod' ? parentOf(node) : undefined;
    const parent =
      replicaSet?.kind === 'ReplicaSet' ? parentOf(replicaSet) : undefined;
    if (!replicaSet || !parent?.uid) continue;
    newest.set(
      parent.uid,
      Math.max(newest.get(parent.uid) ?? -1, revisionOf(replicaSet)),
    );
  }
  return nodes.filter(node => {
    if (node.kind !== 'Pod' || (node.group ?? '') !== '') return false;
    const owner = parentOf(node);
    if (!owner) return (node.parentRefs ?? []).length === 0;
    if (owner.kind !== 'ReplicaSet') return isWorkload(owner);
    const top = parentOf(owner);
    return !top?.uid || revisionOf(owner) === newest.get(top.uid);
  });
}

function revisionOf(node: ResourceNode): number {
  const value = node.info?.find(({ name }) => name === 'Revision')?.value ?? '';
  const number = Number(value.replace(/^Rev:/, ''));
  return Number.isFinite(number) ? number : -1;
}

/**
 * What changes when the Pods of an Application may have changed: health, operations, and the resources' states. The Pods
 * of a watched Application are read again then. The revision is not among it: it moves with every commit of a neighbour
 * in the same repository, and what such a commit changes here shows in an operation.
 */
export function podSignature(application: Application): string {
  const status = application.status ?? {};
  return JSON.stringify([
    templateSignature(application),
    status.health?.status,
    status.operationState?.phase,
    status.operationState?.finishedAt,
    (status.resources ?? []).map(resource => [
      resource.kind,
      resource.name,
      resource.status,
      resource.health?.status,
    ]),
  ]);
}

/** What changes with the images of the Pod templates: while nobody looks, Pods are read once for each. */
export function templateSignature({ status }: Application): string {
  return JSON.stringify([...(status?.summary?.images ?? [])].sort());
}

/**
 * The images that Pods of the current templates run. A digest pinned in the Pod spec is identity, and the Pods'
 * `imageID` evidence for it; without a pin the Pods' `imageID` alone tells, if they agree.
 */
export function imagesOfPods(
  pods: PodFacts[],
  evidence?: PlatformEvidence,
): RunningImage[] {
  const byRepository = new Map<
    string,
    Array<{ tag?: string; pinned?: string; running?: string }>
  >();
  for (const { containers } of pods) {
    for (const { image, imageId } of containers) {
      const reference = parseImageReference(image);
      if (!reference) continue;
      const repository = normalizeRepository(reference.repository);
      if (isSidecar(repository)) continue;
      const list = byRepository.get(repository) ?? [];
      const running = imageId ? digestOfImageId(imageId)?.digest : undefined;
      list.push({
        ...(reference.tag ? { tag: reference.tag } : {}),
        ...(reference.digest ? { pinned: reference.digest } : {}),
        ...(running ? { running } : {}),
      });
      byRepository.set(repository, list);
    }
  }
  return [...byRepository]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([repository, seen]) => {
      const pins = new Set(seen.map(({ pinned }) => pinned));
      const runs = new Set(
        seen.flatMap(({ running }) => (running ? [running] : [])),
      );
      const pinned = pins.size === 1 ? [...pins][0] : undefined;
      const unpinned =
        pins.size === 1 && pinned === undefined && runs.size === 1
          ? [...runs][0]
          : undefined;
      const digest = pinned ?? unpinned;
      const matches = (running?: string) =>
        running !== undefined &&
        digest !== undefined &&
        (running === digest ||
          evidence?.isChildOf(running, digest, repository) === true);
      const others = [...runs].filter(running => !matches(running)).sort();
      const unverified =
        pinned !== undefined && others.length > 0
          ? evidence?.unverified(pinned, repository)
          : undefined;
      const tags = new Set(seen.map(({ tag }) => tag));
      const tag = tags.size === 1 ? [...tags][0] : undefined;
      return {
        repository,
        ...(tag ? { tag } : {}),
        ...(digest ? { digest } : {}),
        source: 'pod' as const,
        pods: {
          total: seen.length,
          matching: seen.filter(({ running }) => matches(running)).length,
          others,
          ...(unverified ? { unverified } : {}),
        },
      };
    });
}

/** What the Application's own status tells before (or without) Pods: image strings of its workloads' Pod specs. */
export function imagesOfSpec(
  application: Application,
  tree?: ResourceTree,
): RunningImage[] {
  const hooks = new Set(
    (application.status?.operationState?.syncResult?.resources ?? [])
      .filter(resource => resource.hookType)
      .flatMap(resource => resource.images ?? []),
  );
  const texts = tree
    ? currentPods(tree).flatMap(pod => pod.images ?? [])
    : (application.status?.summary?.images ?? []).filter(
        image => !hooks.has(image),
      );
  return imagesOfTexts(texts);
}

/** Images by what Pod specs say of them. */
export function imagesOfTexts(texts: string[]): RunningImage[] {
  const byRepository = new Map<string, Set<string>>();
  for (const text of texts) {
    const reference = parseImageReference(text);
    if (!reference) continue;
    const repository = normalizeRepository(reference.repository);
    if (!isSidecar(repository))
      byRepository.set(
        repository,
        (byRepository.get(repository) ?? new Set()).add(text),
      );
  }
  return [...byRepository]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([repository, specs]) => {
      // Several specs of one repository: an old ReplicaSet's beside the new one's. Which one runs, only Pods tell.
      const reference =
        specs.size === 1 ? parseImageReference([...specs][0]) : undefined;
      return {
        repository,
        ...(reference?.tag ? { tag: reference.tag } : {}),
        ...(reference?.digest ? { digest: reference.digest } : {}),
        source: reference?.digest ? ('spec' as const) : ('unknown' as const),
      };
    });
}

/** The containers of a Pod's live manifest, with the `imageID` that the runtime reported for each. */
export function podFacts(manifest: unknown): PodFacts | undefined {
  const pod = manifest as {
    metadata?: { deletionTimestamp?: string };
    spec?: { containers?: Array<{ name?: string; image?: string }> };
    status?: {
      phase?: string;
      containerStatuses?: Array<{ name?: string; imageID?: string }>;
    };
  } | null;
  if (!pod?.spec?.containers) return undefined;
  // A Pod that ends no longer counts; neither does one that has ended.
  if (
    pod.metadata?.deletionTimestamp ||
    ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')
  )
    return undefined;
  const ids = new Map(
    (pod.status?.containerStatuses ?? []).map(({ name, imageID }) => [
      name,
      imageID,
    ]),
  );
  return {
    containers: pod.spec.containers.flatMap(({ name, image }) =>
      name && image
        ? [
            {
              name,
              image,
              ...(ids.get(name) ? { imageId: ids.get(name) } : {}),
            },
          ]
        : [],
    ),
  };
}
