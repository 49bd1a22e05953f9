import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  parseImageReference,
  PinnedImage,
  sameRepository,
} from '../imageReference';
import { Pin } from '../pins';

/**
 * Pins in `kustomize.images` of an Application: `name:tag`, `name@digest`, `name=newName:tag` and so on. Paths are
 * relative to the source.
 *
 * Kustomize reads a tag beside a digest as part of the name, unless the entry renames; so a tag is written only where
 * both stand already.
 */
export function kustomizeImagePins(
  source: ManifestSource,
  image: PinnedImage,
): Array<{ entry: string; pin: Pin }> {
  return (source.kustomize?.images ?? []).flatMap((entry, i) => {
    const equals = entry.indexOf('=');
    const prefix = entry.slice(0, equals + 1);
    const reference = parseImageReference(entry.slice(equals + 1));
    if (!reference || !sameRepository(reference.repository, image.repository))
      return [];
    const { repository, tag, digest } = reference;
    // A mere renaming pins nothing.
    if (!tag && !digest) return [];
    const from = { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
    if (digest === image.digest) return [{ entry, pin: { changes: [], from } }];
    const newTag = tag && digest && image.tag ? `:${image.tag}` : '';
    const value = `${prefix}${repository}${newTag}@${image.digest}`;
    const path = ['kustomize', 'images', i];
    return [{ entry, pin: { changes: [{ path, value }], from } }];
  });
}
