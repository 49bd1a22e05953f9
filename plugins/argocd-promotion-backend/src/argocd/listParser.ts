import { ServiceUnavailableError } from '@backstage/errors';
import {
  DEFAULT_LIMITS,
  ListLimits,
  ListSplitter,
  notAList,
} from './ListSplitter';

export interface ParsedList {
  resourceVersion?: string;
  /** False for `items: null`, which Argo CD answers to an account without rights. */
  hasItems: boolean;
}

/**
 * Reads `{metadata, items: […]}` item by item as the bytes arrive, so that ten thousand Applications never stand in
 * memory as one text nor block the event loop as one `JSON.parse`. Throws a `ServiceUnavailableError` when it is no such
 * list, ends early, or exceeds a limit.
 */
export async function parseList(
  chunks: AsyncIterable<Uint8Array>,
  onItem: (item: unknown) => void,
  limits: Partial<ListLimits> = {},
): Promise<ParsedList> {
  const result: ParsedList = { hasItems: false };
  const splitter = new ListSplitter({
    limits: { ...DEFAULT_LIMITS, ...limits },
    onItem: json => {
      result.hasItems = true;
      onItem(parsed(json));
    },
    onMetadata: json => {
      const { resourceVersion } = parsed(json) as { resourceVersion?: unknown };
      if (typeof resourceVersion === 'string')
        result.resourceVersion = resourceVersion;
    },
  });
  for await (const chunk of chunks) splitter.write(chunk);
  if (!splitter.ended)
    throw new ServiceUnavailableError('the list ended before its end');
  return result;
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    throw notAList();
  }
}
