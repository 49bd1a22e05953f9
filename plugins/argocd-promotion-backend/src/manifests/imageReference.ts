import { InputError } from '@backstage/errors';
import {
  ImageReference,
  isDigest,
  isRepository,
  isTag,
  normalizeRepository,
} from '../images/reference';

export type { ImageReference } from '../images/reference';
export {
  normalizeRepository as canonicalRepository,
  parseImageReference,
} from '../images/reference';

/** What a plan wants to see pinned. */
export interface PinnedImage {
  repository: string;
  digest: string;
  tag?: string;
}

export function sameRepository(one: string, other: string): boolean {
  return (
    one === other || normalizeRepository(one) === normalizeRepository(other)
  );
}

/** Last component: it stands in every file that names the repository, in whatever form. */
export function repositoryBaseName(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

/**
 * The reference with the wanted digest. The form stays: what had no tag beside its digest gets none. A tag is never
 * written alone.
 */
export function pinReference(
  current: ImageReference,
  image: PinnedImage,
): string {
  const digestOnly = current.digest !== undefined && current.tag === undefined;
  const tag = digestOnly || image.tag === undefined ? '' : `:${image.tag}`;
  return `${current.repository}${tag}@${image.digest}`;
}

/** Refuses values that could not be written into a manifest as they are. */
export function assertPinnedImage(image: PinnedImage): void {
  if (!isRepository(image.repository)) {
    throw new InputError(`'${image.repository}' is not an image repository`);
  }
  if (!isDigest(image.digest)) {
    throw new InputError(
      `The image ${image.repository} has no digest that could be pinned ('${image.digest}'); promote a release whose digests are known`,
    );
  }
  if (image.tag !== undefined && !isTag(image.tag)) {
    throw new InputError(
      `'${image.tag}' is not a tag of the image ${image.repository}`,
    );
  }
}
