import { RolloutVersion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { isSidecar } from '../inventory/runningImages';
import { RolloutFacts } from './facts';
import { TemplateImage } from './manifests';

/** The tag of a digest, where the product knows it from elsewhere: a Pod spec may pin the digest alone. */
export type TagOf = (repository: string, digest: string) => string | undefined;

/** What is being brought and what is stable, told apart by the images in which they differ. */
export function versionsOf(
  { manifest, sets }: RolloutFacts,
  tagOf: TagOf,
): { stable?: RolloutVersion; update?: RolloutVersion } {
  const { currentHash, stableHash, images } = manifest;
  const known = (hash: string) => sets.find(set => set.hash === hash);
  const imagesOf = (hash: string) => {
    const own = hash === currentHash && images.length > 0;
    return (own ? images : known(hash)?.images ?? [])
      .filter(({ repository }) => !isSidecar(repository))
      .map(image => tagged(image, tagOf));
  };
  const version = (hash: string, other?: string): RolloutVersion => {
    const own = imagesOf(hash);
    return {
      label: labelOf(hash, own, other ? imagesOf(other) : []),
      hash,
      images: own,
      pods: known(hash)?.pods ?? { total: 0, ready: 0 },
    };
  };
  return {
    ...(stableHash
      ? {
          stable: version(
            stableHash,
            currentHash === stableHash ? undefined : currentHash,
          ),
        }
      : {}),
    ...(currentHash && currentHash !== stableHash
      ? { update: version(currentHash, stableHash) }
      : {}),
  };
}

function tagged(image: TemplateImage, tagOf: TagOf): TemplateImage {
  const tag =
    image.tag ?? (image.digest && tagOf(image.repository, image.digest));
  return tag ? { ...image, tag } : image;
}

const sameImage = (a: TemplateImage, b: TemplateImage) =>
  a.digest && b.digest ? a.digest === b.digest : a.tag === b.tag;

const imageLabel = ({ tag, digest }: TemplateImage) =>
  tag ?? digest?.slice(digest.indexOf(':') + 1).slice(0, 8);

function labelOf(
  hash: string,
  own: TemplateImage[],
  others: TemplateImage[],
): string {
  const differing = own.filter(image => {
    const other = others.find(
      ({ repository }) => repository === image.repository,
    );
    return other !== undefined && !sameImage(image, other);
  });
  const labels = (differing.length > 0 ? differing : own.slice(0, 1)).flatMap(
    image => {
      const label = imageLabel(image);
      if (!label) return [];
      return differing.length > 1
        ? [`${image.repository.split('/').pop()} ${label}`]
        : [label];
    },
  );
  if (labels.length === 0) return `Pod template ${hash}`;
  // The same image with other settings: only the templates tell them apart.
  const settings =
    differing.length === 0 &&
    own.some(({ repository }) =>
      others.some(other => other.repository === repository),
    );
  return settings ? `${labels[0]} (Pod template ${hash})` : labels.join(', ');
}
