import {
  DeploymentChange,
  DeploymentRecord,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** Who deployed, in a few words; undefined where Argo CD does not say. */
export function initiatorWords({
  username,
  automated,
}: DeploymentRecord['initiatedBy']): string | undefined {
  if (automated) return 'automated';
  return username && `by ${username}`;
}

/** `1.6.0, 76dfd558 → 1.7.0, 51ec671a`: what was pinned before and after; undefined when that is the same. */
export function imagesLine({
  before,
  after,
}: DeploymentChange['images']): string | undefined {
  if (before.length === 0 && after.length === 0) return undefined;
  return `images: ${before.join(', ') || 'none'} → ${
    after.join(', ') || 'none'
  }`;
}
