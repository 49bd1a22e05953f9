import {
  FileEdit,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { createHash } from 'node:crypto';

/** Names a plan by release, target and touched blobs; the base commit stays out, so that a neighbour's commit voids nothing. */
export function planHash(plan: {
  entityRef: string;
  environment: string;
  release: Release;
  edits: FileEdit[];
}): string {
  const edits = plan.edits
    .map(({ repo, branch, path, blobBefore, blobAfter }) => [
      repo,
      branch,
      path,
      blobBefore,
      blobAfter,
    ])
    .map(edit => JSON.stringify(edit))
    .sort();
  return createHash('sha256')
    .update(
      JSON.stringify([
        plan.entityRef,
        plan.environment,
        plan.release.id,
        edits,
      ]),
    )
    .digest('hex');
}
