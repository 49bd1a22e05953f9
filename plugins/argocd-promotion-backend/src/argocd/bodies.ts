import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { Dispatcher } from 'undici';

/** The body as it was before compression, as it arrives. */
export function decoded(
  response: Dispatcher.ResponseData,
): AsyncIterable<Uint8Array> & { destroy(): unknown } {
  const encoding = String(response.headers['content-encoding'] ?? '');
  if (!/^(x-)?gzip$/i.test(encoding.trim())) return response.body;
  // Errors of either side end the other; whoever reads hears of them, the callback has nothing to add.
  return pipeline(response.body as Readable, createGunzip(), () => undefined);
}

/** The whole body as text, or undefined when it is longer than `maxBytes`: the rest is then never read. */
export async function readText(
  response: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<string | undefined> {
  const body = decoded(response);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The beginning of the body as text; the rest is never read. */
export async function readBeginning(
  response: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<string> {
  const body = decoded(response);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}
