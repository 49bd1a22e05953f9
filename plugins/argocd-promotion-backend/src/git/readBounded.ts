import { InputError } from '@backstage/errors';

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** All bytes of a stream; `InputError` when there are more than a host may send. `who` begins the message. */
export async function readBounded(
  stream: AsyncIterable<Uint8Array>,
  who: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new InputError(`${who} sent more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
