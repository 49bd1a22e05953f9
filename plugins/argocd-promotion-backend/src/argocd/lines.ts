import { ServiceUnavailableError } from '@backstage/errors';

/** Kubernetes stores objects of up to about 1.5 MB; more than this is no event. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/**
 * JSON values of a stream, one a line. Argo CD sends bare lines; with `Accept: text/event-stream`, or through some
 * proxies, they carry the `data: ` prefix of server-sent events.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  options: { maxLineBytes?: number; onBytes?: () => void } = {},
): AsyncGenerator<unknown> {
  const max = options.maxLineBytes ?? MAX_LINE_BYTES;
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    options.onBytes?.();
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      parts.push(rest.subarray(0, end));
      const value = parseLine(Buffer.concat(parts).toString('utf8'));
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
      if (value !== undefined) yield value;
    }
    size += rest.length;
    if (size > max)
      throw new ServiceUnavailableError(
        `a line of the stream is longer than ${max} bytes`,
      );
    // A copy: the chunk's memory belongs to the socket.
    if (rest.length > 0) parts.push(Buffer.from(rest));
  }
  // What stands after the last line break was cut off by the end of the connection.
  const last = Buffer.concat(parts).toString('utf8');
  if (last.trim() !== '') {
    let value: unknown;
    try {
      value = parseLine(last);
    } catch {
      value = undefined;
    }
    if (value !== undefined) yield value;
  }
}

function parseLine(line: string): unknown {
  let text = line.trim();
  if (text.startsWith('data:')) text = text.slice(5).trim();
  // Comments and other fields of server-sent events keep a connection alive and say nothing.
  else if (/^(:|event:|id:|retry:)/.test(text)) return undefined;
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceUnavailableError('a line of the stream is not JSON');
  }
}
