import {
  Release,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { createRelease } from '../../deployments/release';
import { Deployment } from '../../deployments/types';

/** The part of a release that a deployment knows: images that run on one side only, such as sidecars, stay out. */
export function commonRelease(release: Release, target: Deployment): Release {
  const known = new Set(
    target.applications.flatMap(({ images }) =>
      images.map(({ repository }) => repository),
    ),
  );
  return createRelease(
    release.images.filter(({ repository }) => known.has(repository)),
  );
}

/** What the deployment runs of the images of a release, where each of them is known. */
export function replacedRelease(
  release: Release,
  target: Deployment,
): Release | undefined {
  const running = new Map(
    target.applications.flatMap(({ images }) =>
      images.map(image => [image.repository, image] as const),
    ),
  );
  const images: ReleaseImage[] = [];
  for (const { repository } of release.images) {
    const image = running.get(repository);
    if (!image?.digest) return undefined;
    images.push({
      repository,
      digest: image.digest,
      ...(image.tag ? { tag: image.tag } : {}),
    });
  }
  return createRelease(images);
}
