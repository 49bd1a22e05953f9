import { RunningImage } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../../argocd/types';
import { createRelease } from '../../deployments/release';
import { imagesOfSpec } from '../../inventory/runningImages';
import { assess } from '../../promotion/engine/assess';
import { EngineContext } from '../../promotion/engine/EngineContext';
import { revisionFacts } from '../../promotion/engine/revisions';
import { StoredPromotion } from '../../promotion/types';

/** What a promotion wrote: a commit that no other revision of the recording contains, and the digest in it. */
export interface Promoted {
  repository: string;
  digest: string;
  commit: string;
}

/**
 * What such a promotion says at this moment. The Pods are taken to run what their specs pin: their own reports are in
 * other recordings.
 */
export async function promotionVerdict(
  application: Application,
  { repository, digest, commit }: Promoted,
): Promise<string> {
  const { metadata, spec } = application;
  const target = { repo: spec.source?.repoURL ?? '', branch: 'main' };
  const followed = {
    instance: 'main',
    namespace: metadata.namespace,
    name: metadata.name,
    project: spec.project,
    renders: [target],
    images: [repository],
  };
  const state = {
    instance: 'main',
    application,
    images: imagesOfSpec(application).map(asPods),
  };
  const promotion = {
    id: commit,
    delivery: 'commit',
    deliveries: [{ ...target, commit: { sha: commit } }],
    plan: { edits: [] },
  } as unknown as StoredPromotion;
  const context = {
    repository: () => ({ contains: async () => false }),
  } as unknown as EngineContext;
  const { phase, message } = assess(
    followed,
    state,
    await revisionFacts(promotion, followed, state, context),
    createRelease([{ repository, digest }]),
  );
  return `${phase}: ${message}`;
}

function asPods(image: RunningImage): RunningImage {
  return image.digest
    ? { ...image, source: 'pod', pods: { total: 1, matching: 1, others: [] } }
    : image;
}
