import { decodeText, encodeText } from '../bytes';
import {
  parseImageReference,
  PinnedImage,
  pinReference,
  sameRepository,
} from '../imageReference';
import { Pin } from '../pins';

/** What may stand in a reference to an image. */
const REFERENCE = /(?<![\w./:@-])[\w][\w./:@-]*[\w]/g;

/**
 * Pins every reference to an image in a file of any language (jsonnet, CUE, a plugin's own): where its repository stands
 * written out, with or without tag and digest. Undefined when it stands nowhere.
 */
export function pinInText(
  bytes: Uint8Array,
  path: string,
  image: PinnedImage,
): { after: Uint8Array; from: Pin['from'] } | undefined {
  const text = decodeText(bytes, path);
  let from: Pin['from'] | undefined;
  const after = text.replace(REFERENCE, found => {
    const reference = parseImageReference(found);
    if (!reference || !sameRepository(reference.repository, image.repository))
      return found;
    const { tag, digest } = reference;
    from ??= { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
    return digest === image.digest ? found : pinReference(reference, image);
  });
  return from ? { after: encodeText(after), from } : undefined;
}
