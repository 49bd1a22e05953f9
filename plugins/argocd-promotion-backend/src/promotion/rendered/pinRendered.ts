import { ReleaseImage } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  parseImageReference,
  pinReference,
  sameRepository,
} from '../../manifests/imageReference';
import { RenderedObject } from './types';

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

/**
 * Rendered objects as they will be once the images are pinned: what an edit in git does to containers, computed where
 * Argo CD can't render it because nothing is written yet. What a chart derives from a tag elsewhere (a label, say) stays.
 */
export function pinRendered(
  objects: RenderedObject[],
  images: ReleaseImage[],
): RenderedObject[] {
  return objects.map(object =>
    object.kind === 'CustomResourceDefinition'
      ? object
      : (pinAll(object, images) as RenderedObject),
  );
}

function pinAll(value: unknown, images: ReleaseImage[]): unknown {
  if (Array.isArray(value)) return value.map(item => pinAll(item, images));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, nested]) => {
      const pinned = pinAll(nested, images);
      return [
        key,
        LISTS.includes(key) && Array.isArray(pinned)
          ? pinned.map(container => pinContainer(container, images))
          : pinned,
      ];
    }),
  );
}

function pinContainer(container: unknown, images: ReleaseImage[]): unknown {
  if (container === null || typeof container !== 'object') return container;
  const { image } = container as Record<string, unknown>;
  const current =
    typeof image === 'string' ? parseImageReference(image) : undefined;
  const wanted =
    current &&
    images.find(({ repository }) =>
      sameRepository(repository, current.repository),
    );
  if (!current || !wanted || current.digest === wanted.digest) return container;
  return { ...container, image: pinReference(current, wanted) };
}
