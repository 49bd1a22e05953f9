import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { constants, createGzip, gzipSync } from 'zlib';
import { ApiError } from './errors';

/** One request to Argo CD's API, parsed. */
export interface ApiRequest {
  method: string;
  /** Raw path, still encoded. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  raw: IncomingMessage;
}

const GRPC_META = { 'grpc-metadata-content-type': 'application/grpc' };

function wantsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}

export function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
  compress = true,
): void {
  const zip = compress && wantsGzip(request);
  const bytes = zip ? gzipSync(body) : Buffer.from(body);
  response.writeHead(status, {
    ...headers,
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
    'content-length': String(bytes.length),
  });
  response.end(bytes);
}

export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  extra: Record<string, string> = {},
): void {
  send(request, response, 200, JSON.stringify(body), {
    'content-type': 'application/json',
    ...GRPC_META,
    ...extra,
  });
}

export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: ApiError,
): void {
  const { code, message, status } = error;
  send(
    request,
    response,
    status,
    JSON.stringify({ error: message, code, message }),
    { 'content-type': 'application/json' },
  );
}

const STATUS_TEXT: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** Streams have their own error shape. */
export function sendStreamError(
  response: ServerResponse,
  error: ApiError,
): void {
  const { code, message, status } = error;
  response.writeHead(status, {
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
  });
  response.end(
    JSON.stringify({
      error: {
        grpc_code: code,
        http_code: status,
        message,
        http_status: STATUS_TEXT[status],
      },
    }),
  );
}

export function sendPlain(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  compress: boolean,
): void {
  send(
    request,
    response,
    status,
    text,
    {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
    compress,
  );
}

export interface EventStream {
  send(message: unknown): void;
  /** Ends it as an answer that is complete. */
  finish(): void;
  /** Cuts it off. */
  end(): void;
}

/** Opens a stream: JSON lines, or server-sent events for who asks for them. */
export function openStream(
  request: IncomingMessage,
  response: ServerResponse,
): EventStream {
  const events = String(request.headers.accept ?? '').includes(
    'text/event-stream',
  );
  const zip = wantsGzip(request) ? createGzip() : undefined;
  response.writeHead(200, {
    'content-type': events ? 'text/event-stream' : 'application/json',
    'transfer-encoding': 'chunked',
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
    ...GRPC_META,
  });
  response.flushHeaders();
  // Whole messages leave at once, compressed or not
  zip?.on('data', chunk => response.write(chunk));
  return {
    send: message => {
      const text = JSON.stringify({ result: message });
      const framed = events ? `data: ${text}\n\n` : `${text}\n`;
      if (!zip) response.write(framed);
      else {
        zip.write(framed);
        zip.flush(constants.Z_SYNC_FLUSH);
      }
    },
    finish: () => {
      if (!zip) response.end();
      else zip.once('end', () => response.end()).end();
    },
    end: () => {
      zip?.destroy();
      response.destroy();
    },
  };
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function parseBody(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(
      3,
      /[[{:,"]\s*$/.test(text) ? 'unexpected EOF' : 'invalid character in JSON',
    );
  }
}

export interface Listening {
  url: string;
  close(): Promise<void>;
}

export async function listen(
  handler: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>,
  port = 0,
): Promise<Listening> {
  const server: Server = createServer((request, response) => {
    handler(request, response).catch(error => {
      if (response.headersSent) response.destroy();
      else
        sendError(
          request,
          response,
          error instanceof ApiError ? error : new ApiError(13, String(error)),
        );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
