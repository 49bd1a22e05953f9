import { InputError } from '@backstage/errors';

/**
 * The address of a request below an Instance's `/api`. Every segment and value is encoded here, so that no name can walk
 * to another endpoint. Throws an `InputError` for a segment that no encoding can protect.
 *
 * @param base - the Instance's URL without trailing slash; it may hold a path prefix
 */
export function requestUrl(
  base: string,
  path: string[],
  query: Record<string, string | string[] | undefined> = {},
): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) search.append(key, one);
  }
  const suffix = search.size > 0 ? `?${search}` : '';
  return `${base}/api/${path.map(encodeSegment).join('/')}${suffix}`;
}

/** URLs collapse dot segments even when they are encoded, and an empty one names another endpoint: no name is either. */
function encodeSegment(segment: string): string {
  if (!['', '.', '..'].includes(segment)) {
    try {
      return encodeURIComponent(segment);
    } catch {
      // Half a surrogate pair, which no UTF-8 can carry.
    }
  }
  throw new InputError(
    `${JSON.stringify(segment)} is not a name that Argo CD could know`,
  );
}
