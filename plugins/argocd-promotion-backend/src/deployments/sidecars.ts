import { RunningImage } from '@fairway/backstage-plugin-argocd-promotion-common';
import picomatch from 'picomatch';

/**
 * Leaves out the images that are not released with services, by globs of repositories such as `ghcr.io/acme/proxy-*`: besides
 * the well-known sidecars, which the inventory leaves out by itself.
 */
export function createSidecarRule(
  globs: string[],
): (images: RunningImage[]) => RunningImage[] {
  if (globs.length === 0) return images => images;
  const isSidecar = picomatch(globs);
  return images => images.filter(({ repository }) => !isSidecar(repository));
}
