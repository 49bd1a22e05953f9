import { randomUUID } from 'node:crypto';
import { RawBody } from '../HttpJsonClient';

/**
 * A `multipart/form-data` body, byte for byte. `FormData` would turn the line ends of texts into CRLF, and with them
 * those of a commit message.
 */
export function multipart(
  fields: Record<string, string>,
  files: Array<{ name: string; content: Uint8Array }>,
): RawBody {
  const boundary = `argocd-promotion-${randomUUID()}`;
  const quoted = (name: string) =>
    name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const part = (name: string, more: string, content: Uint8Array | string) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(
        name,
      )}"${more}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ];
  return {
    bytes: Buffer.concat([
      ...Object.entries(fields).flatMap(([name, value]) =>
        part(name, '', value),
      ),
      ...files.flatMap(({ name, content }) =>
        part(
          name,
          '; filename="content"\r\nContent-Type: application/octet-stream',
          content,
        ),
      ),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
