import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ResourceNode } from '../../../argocd/types';
import {
  parseImageReference,
  sameRepository,
} from '../../../manifests/imageReference';

/** A Rollout as far as its analysis is judged. */
export interface AnalysedRollout {
  name: string;
  /** Pod template hash of the version that it runs or rolls out. */
  currentHash?: string;
  stableHash?: string;
  aborted: boolean;
  /** Image strings of its Pod template; none when another object holds that. */
  images: string[];
}

/** Reads a live manifest; undefined for what is no Rollout. */
export function parseRollout(manifest: unknown): AnalysedRollout | undefined {
  const { kind, metadata, spec, status } = (manifest ?? {}) as {
    kind?: unknown;
    metadata?: { name?: unknown };
    spec?: {
      template?: {
        spec?: Record<string, Array<{ image?: unknown }> | unknown>;
      };
    };
    status?: Record<string, unknown>;
  };
  if (kind !== 'Rollout' || typeof metadata?.name !== 'string')
    return undefined;
  const hash = (value: unknown) =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const pod = spec?.template?.spec ?? {};
  const containers = [pod.containers, pod.initContainers].flatMap(list =>
    Array.isArray(list) ? (list as Array<{ image?: unknown }>) : [],
  );
  const currentHash = hash(status?.currentPodHash);
  const stableHash = hash(status?.stableRS);
  return {
    name: metadata.name,
    ...(currentHash ? { currentHash } : {}),
    ...(stableHash ? { stableHash } : {}),
    aborted: status?.abort === true,
    images: containers.flatMap(({ image }) =>
      typeof image === 'string' ? [image] : [],
    ),
  };
}

type Verdict = { state: 'passed' | 'pending' | 'blocked'; reason: string };

/**
 * Whether the analyses of a Rollout succeeded on a release; undefined when the Rollout runs no image of it.
 *
 * An AnalysisRun of a version is named after the Rollout, the hash of the Pod template and the revision
 * (`checkout-6d4b7c9f5-12-2`).
 */
export function analysisVerdict(
  rollout: AnalysedRollout,
  nodes: ResourceNode[],
  release: Release,
): Verdict | undefined {
  const { name, images, currentHash, stableHash, aborted } = rollout;
  const references = images.flatMap(text => parseImageReference(text) ?? []);
  const own = references.flatMap(({ repository, digest }) => {
    const promoted = release.images.find(image =>
      sameRepository(image.repository, repository),
    );
    return promoted ? [{ digest, wanted: promoted.digest }] : [];
  });
  if (images.length > 0 && own.length === 0) return undefined;
  if (own.some(({ digest, wanted }) => digest && digest !== wanted))
    return {
      state: 'pending',
      reason: `The Rollout ${name} runs another release`,
    };
  if (!currentHash)
    return {
      state: 'pending',
      reason: `What the Rollout ${name} rolls out is not known`,
    };
  const prefix = `${name}-${currentHash}-`;
  const runs = nodes.filter(
    node =>
      node.kind === 'AnalysisRun' &&
      node.group === 'argoproj.io' &&
      node.name.startsWith(prefix) &&
      (node.parentRefs ?? []).some(
        parent => parent.kind === 'Rollout' && parent.name === name,
      ),
  );
  const phases = runs.map(node => ({
    name: node.name,
    status: node.health?.status,
    message: node.health?.message,
  }));
  const failed = phases.find(({ status }) => status === 'Degraded');
  if (failed)
    return {
      state: 'blocked',
      reason: `The analysis ${failed.name} failed${
        failed.message ? `: ${failed.message}` : ''
      }`,
    };
  if (aborted)
    return { state: 'blocked', reason: `The Rollout ${name} was aborted` };
  if (phases.length === 0)
    return {
      state: 'pending',
      reason: `No analysis of this release is known of the Rollout ${name}`,
    };
  const open = phases.find(({ status }) => status !== 'Healthy');
  if (open)
    return {
      state: 'pending',
      reason:
        open.status === 'Progressing'
          ? `The analysis ${open.name} is running`
          : `The analysis ${open.name} came to no conclusion`,
    };
  if (currentHash !== stableHash)
    return { state: 'pending', reason: `The Rollout ${name} is under way` };
  return {
    state: 'passed',
    reason: `${phases.map(phase => phase.name).join(', ')} succeeded`,
  };
}
