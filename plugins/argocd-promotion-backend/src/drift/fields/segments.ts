/** One step into an object: a field, or an item of a list by its key, its place or its order alone. */
export type Segment =
  | { field: string }
  | { key: Record<string, string | number | boolean> }
  | { index: number };

const PLAIN = /^[A-Za-z_][\w-]*$/;

/**
 * A path as people read it: `spec.template.spec.containers[checkout].env[LOG_LEVEL].value`. Fields with dots or
 * slashes are quoted: `metadata.annotations["example.com/owner"]`.
 */
export function formatPath(segments: Segment[]): string {
  return segments
    .map((segment, i) => {
      if ('index' in segment) return `[${segment.index}]`;
      if ('key' in segment) return `[${Object.values(segment.key).join('/')}]`;
      const { field } = segment;
      if (!PLAIN.test(field)) return `[${JSON.stringify(field)}]`;
      return i === 0 ? field : `.${field}`;
    })
    .join('');
}
