import { ServiceUnavailableError } from '@backstage/errors';
import { JSONParser } from '@streamparser/json';
import { jsonLines } from '../argocd/lines';
import { maskSecrets } from './maskSecrets';
import { AnswerShape, MAX_LOG_LINES } from './routes';

/** Bounds of one answer, in bytes of what Argo CD sends. */
export interface AnswerBounds {
  /** Of an answer that is read whole, and of one item or line of any other. */
  maxItemBytes: number;
  maxBytes: number;
}

export const DEFAULT_BOUNDS: AnswerBounds = {
  maxItemBytes: 4 * 1024 * 1024,
  maxBytes: 32 * 1024 * 1024,
};

interface AnswerOptions extends AnswerBounds {
  shape: AnswerShape;
  /** The answer is about a Secret. */
  secret: boolean;
}

const notJson = () =>
  new ServiceUnavailableError(
    'Argo CD answered something that is not the JSON which was asked for',
  );
const tooLarge = (bytes: number) =>
  new ServiceUnavailableError(
    `What Argo CD answers here is larger than ${bytes} bytes and does not pass`,
  );

/**
 * What Argo CD sends, as JSON text made anew with the values of Secrets masked. Nothing is read ahead of whoever takes
 * the text, so a slow browser slows the reading down. Throws `ServiceUnavailableError` for what is no JSON, too large
 * or cut off.
 */
export async function* maskedAnswer(
  chunks: AsyncIterable<Uint8Array>,
  options: AnswerOptions,
): AsyncGenerator<string> {
  const { shape, maxBytes } = options;
  const bounded = limited(chunks, maxBytes);
  if (shape.kind === 'object') yield* wholeObject(bounded, options);
  else if (shape.kind === 'list')
    yield* asList(
      shape.list,
      itemsOf(bounded, shape.list, options.maxItemBytes),
      options,
    );
  else yield* asList('items', logLines(bounded, options), options);
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  max: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > max) throw tooLarge(max);
    yield chunk;
  }
}

async function* wholeObject(
  chunks: AsyncIterable<Uint8Array>,
  { maxItemBytes, secret }: AnswerOptions,
): AsyncGenerator<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of limited(chunks, maxItemBytes)) parts.push(chunk);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw notJson();
  }
  if (parsed === null || typeof parsed !== 'object') throw notJson();
  yield safeJson(parsed, secret);
}

async function* asList(
  name: string,
  items: AsyncIterable<unknown>,
  { secret }: AnswerOptions,
): AsyncGenerator<string> {
  // The opening goes out with the first item, so that an answer that is an error from its start can be told as one.
  let before = `{${JSON.stringify(name)}:[`;
  for await (const item of items) {
    yield `${before}${safeJson(item, secret)}`;
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}

/** The items of one list of an answer as they arrive; everything beside that list is left out. */
async function* itemsOf(
  chunks: AsyncIterable<Uint8Array>,
  list: string,
  maxItemBytes: number,
): AsyncGenerator<unknown> {
  const parser = new JSONParser({ paths: [`$.${list}.*`], keepStack: false });
  let ready: unknown[] = [];
  let sinceItem = 0;
  let ended = false;
  let failed = false;
  parser.onValue = ({ value }) => {
    sinceItem = 0;
    ready.push(value);
  };
  parser.onError = () => {
    failed = true;
  };
  parser.onEnd = () => {
    ended = true;
  };
  for await (const chunk of chunks) {
    sinceItem += chunk.length;
    if (sinceItem > maxItemBytes + chunk.length) throw tooLarge(maxItemBytes);
    parser.write(chunk);
    if (failed) throw notJson();
    yield* ready;
    ready = [];
  }
  if (!ended)
    throw new ServiceUnavailableError(
      'What Argo CD answered ended before its end',
    );
}

async function* logLines(
  chunks: AsyncIterable<Uint8Array>,
  { maxItemBytes }: AnswerOptions,
): AsyncGenerator<unknown> {
  let count = 0;
  for await (const line of jsonLines(chunks, { maxLineBytes: maxItemBytes })) {
    const { result, error } = line as {
      result?: Record<string, unknown>;
      error?: { message?: unknown };
    };
    if (error)
      throw new ServiceUnavailableError(
        `Argo CD gave no logs: ${String(error.message ?? 'unknown').slice(
          0,
          500,
        )}`,
      );
    // The last message of a log says only that it is the last.
    if (!result || (result.last === true && !result.content)) continue;
    count += 1;
    if (count > MAX_LOG_LINES) return;
    yield {
      content: String(result.content ?? ''),
      time: String(result.timeStampStr ?? ''),
      podName: String(result.podName ?? ''),
    };
  }
}

function safeJson(value: unknown, secret: boolean): string {
  try {
    return JSON.stringify(maskSecrets(value, { secret }));
  } catch {
    throw new ServiceUnavailableError(
      'What Argo CD answered is nested deeper than any object of Kubernetes',
    );
  }
}
