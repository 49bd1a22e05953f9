function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `after`, made of the parts of `before` that are equal to its own: what did not change stays the same object, so that
 * React leaves it alone. For data that came as JSON.
 */
export function reuse<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (Array.isArray(before) && Array.isArray(after)) {
    const items: unknown[] = after.map((item, index) =>
      reuse(before[index], item),
    );
    const same =
      before.length === items.length &&
      items.every((item, index) => item === before[index]);
    return (same ? before : items) as T;
  }
  if (isPlain(before) && isPlain(after)) {
    const entries = Object.entries(after).map(
      ([key, value]) => [key, reuse(before[key], value)] as const,
    );
    const same =
      Object.keys(before).length === entries.length &&
      entries.every(([key, value]) => key in before && before[key] === value);
    return (same ? before : Object.fromEntries(entries)) as T;
  }
  return after;
}
