import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';

/** Larger files are not manifests that people edit, and parsing them would hold up the whole backend. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Text of a manifest, such that {@link encodeText} of it gives the very same bytes: the BOM is kept. */
export function decodeText(bytes: Uint8Array, path: string): string {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new InputError(
      `${path} has ${bytes.length} bytes; files above ${MAX_MANIFEST_BYTES} bytes are not edited. Move the image's pin into a smaller file`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    throw new InputError(
      `${path} is not valid UTF-8 and can't be edited; convert it to UTF-8`,
    );
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Id of the blob that git stores these bytes as. */
export function gitBlobId(content: Uint8Array): string {
  return createHash('sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
