import {
  ImageReference,
  parseImageReference,
  PinnedImage,
  pinReference,
  sameRepository,
} from './imageReference';
import { YamlChange, YamlPath } from './yaml/YamlDocument';

/** Changes of one pin, and what was pinned. */
export interface Pin {
  changes: YamlChange[];
  from: { tag?: string; digest?: string };
}

export const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

/** Scalars are also numbers to YAML: `newTag: 1.10` was meant as a string. */
export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : undefined;

/** A single scalar that holds the whole reference. */
export function pinScalar(
  path: YamlPath,
  current: ImageReference,
  image: PinnedImage,
): Pin {
  const from = {
    ...(current.tag ? { tag: current.tag } : {}),
    ...(current.digest ? { digest: current.digest } : {}),
  };
  if (current.digest === image.digest) return { changes: [], from };
  return { changes: [{ path, value: pinReference(current, image) }], from };
}

/** `value` as a reference to the image's repository. */
export function referenceTo(
  value: unknown,
  image: PinnedImage,
): ImageReference | undefined {
  const reference =
    typeof value === 'string' ? parseImageReference(value.trim()) : undefined;
  return reference && sameRepository(reference.repository, image.repository)
    ? reference
    : undefined;
}

/**
 * A tag and a digest that stand in keys of their own. The tag never stands alone: where there is a digest key, or where
 * one may be added, both are set; else the tag takes the digest along as `tag@sha256:…`.
 */
export function pinKeys(options: {
  map: YamlPath;
  current: { tag?: string; digest?: string };
  keys: { tag: string; digest: string };
  /** Whether a reader of this map knows a key for the digest. */
  digestKey: boolean;
  after: string[];
  image: PinnedImage;
}): Pin {
  const { map, current, keys, digestKey, after, image } = options;
  const [plainTag, tagDigest] = (current.tag ?? '').split('@');
  const digest = current.digest || tagDigest || undefined;
  const from = {
    ...(plainTag ? { tag: plainTag } : {}),
    ...(digest ? { digest } : {}),
  };
  if (digest === image.digest) return { changes: [], from };
  if (!current.digest && (tagDigest !== undefined || !digestKey)) {
    return {
      changes: [
        {
          path: [...map, keys.tag],
          value: `${image.tag ?? plainTag}@${image.digest}`,
          after,
        },
      ],
      from,
    };
  }
  const changes: YamlChange[] = [];
  const digestOnly = Boolean(current.digest) && !current.tag;
  // A tag that no longer names the digest beside it would mislead; an empty one is left out of the reference.
  if (!digestOnly && (image.tag ?? '') !== (current.tag ?? '')) {
    changes.push({ path: [...map, keys.tag], value: image.tag ?? '', after });
  }
  changes.push({
    path: [...map, keys.digest],
    value: image.digest,
    after: [keys.tag, ...after],
  });
  return { changes, from };
}
