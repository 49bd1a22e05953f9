import { JSONParser } from '@streamparser/json';
import { ServiceUnavailableError } from '@backstage/errors';

/** Longest value of one item; an Application of this size would be beyond what Kubernetes stores. */
const MAX_BYTES_WITHOUT_ITEM = 8 * 1024 * 1024;

export interface ParsedList {
  resourceVersion?: string;
  /** False for `items: null`, which Argo CD answers to an account without rights. */
  hasItems: boolean;
}

/**
 * Reads `{metadata, items: […]}` item by item as the bytes arrive, so that ten thousand Applications never stand in
 * memory as one text nor block the event loop as one `JSON.parse`.
 */
export async function parseList(
  chunks: AsyncIterable<Uint8Array>,
  onItem: (item: unknown) => void,
): Promise<ParsedList> {
  const result: ParsedList = { hasItems: false };
  let sinceItem = 0;
  let ended = false;
  const parser = new JSONParser({
    paths: ['$.items.*', '$.metadata'],
    keepStack: false,
  });
  parser.onValue = ({ value, key }) => {
    sinceItem = 0;
    if (key === 'metadata') {
      const version = (value as { resourceVersion?: unknown } | null)
        ?.resourceVersion;
      if (typeof version === 'string') result.resourceVersion = version;
      return;
    }
    result.hasItems = true;
    onItem(value);
  };
  let failure: Error | undefined;
  parser.onError = error => {
    failure = error;
  };
  parser.onEnd = () => {
    ended = true;
  };
  for await (const chunk of chunks) {
    sinceItem += chunk.length;
    if (sinceItem > MAX_BYTES_WITHOUT_ITEM + chunk.length)
      throw new ServiceUnavailableError('an item of the list is too large');
    parser.write(chunk);
    if (failure)
      throw new ServiceUnavailableError(
        'the list is not JSON; is the url of the instance that of Argo CD?',
      );
  }
  if (!ended)
    throw new ServiceUnavailableError('the list ended before its end');
  return result;
}
