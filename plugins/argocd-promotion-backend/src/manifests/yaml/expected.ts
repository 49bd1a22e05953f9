import { Insertable } from './structure';

// What the data of a document must be after a change.

/** A block scalar (`|`) ends with a line ending, which is no part of what is set. */
export function withEnd(value: Insertable, before: unknown): Insertable {
  if (typeof value !== 'string' || value.includes('\n')) return value;
  return typeof before === 'string'
    ? value + (/\n*$/.exec(before)?.[0] ?? '')
    : value;
}

/** Sets a value, with the maps and lists on the way to it. */
export function setIn(
  root: object,
  path: ReadonlyArray<string | number>,
  value: Insertable,
): void {
  let target: object = root;
  path.slice(0, -1).forEach((key, i) => {
    const next: unknown = Reflect.get(target, key);
    if (next && typeof next === 'object') {
      target = next;
    } else {
      const created: object = typeof path[i + 1] === 'number' ? [] : {};
      Reflect.set(target, key, created);
      target = created;
    }
  });
  Reflect.set(target, path[path.length - 1], value);
}
