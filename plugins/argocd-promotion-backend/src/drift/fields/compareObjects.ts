import { isItem, listKeys } from './listKeys';
import { Segment } from './segments';

/** One place where two objects differ. */
export interface Difference {
  path: Segment[];
  /** Absent when only the cluster has it. */
  git?: unknown;
  /** Absent when only git has it. */
  live?: unknown;
}

/** JSON has no `undefined`, and Kubernetes takes `null` for "not set". */
const isAbsent = (value: unknown) => value === undefined || value === null;

/**
 * Where the live object differs from the one that git asks for, one difference a field. Items of lists are matched by
 * their keys and not by their position, as Kubernetes merges them; a subtree that only one side has is one difference.
 */
export function compareObjects(git: unknown, live: unknown): Difference[] {
  const found: Difference[] = [];
  compare(git, live, [], found);
  return found;
}

function compare(
  git: unknown,
  live: unknown,
  path: Segment[],
  found: Difference[],
): void {
  if (isAbsent(git) && isAbsent(live)) return;
  if (isItem(git) && isItem(live)) {
    for (const field of new Set([...Object.keys(git), ...Object.keys(live)]))
      compare(git[field], live[field], [...path, { field }], found);
  } else if (Array.isArray(git) && Array.isArray(live)) {
    compareLists(git, live, path, found);
  } else if (git !== live) {
    found.push({
      path,
      ...(isAbsent(git) ? {} : { git }),
      ...(isAbsent(live) ? {} : { live }),
    });
  }
}

function compareLists(
  git: unknown[],
  live: unknown[],
  path: Segment[],
  found: Difference[],
): void {
  const last = path[path.length - 1];
  const keyOf = listKeys(
    last && 'field' in last ? last.field : undefined,
    git,
    live,
  );
  if (keyOf) {
    compareByKey(git as Item[], live as Item[], keyOf, path, found);
  } else if (git.every(isItem) && live.every(isItem)) {
    compareUnnamed(git, live, path, found);
  } else if (JSON.stringify(git) !== JSON.stringify(live)) {
    // Arguments, hosts, finalizers: short lists that mean something only as a whole.
    found.push({ path, git, live });
  }
}

type Item = Record<string, unknown>;

function compareByKey(
  git: Item[],
  live: Item[],
  keyOf: (item: Item) => Record<string, string | number | boolean>,
  path: Segment[],
  found: Difference[],
): void {
  const index = (list: Item[]) =>
    new Map(list.map(item => [JSON.stringify(keyOf(item)), item]));
  const [inGit, inLive] = [index(git), index(live)];
  for (const id of new Set([...inGit.keys(), ...inLive.keys()])) {
    const [a, b] = [inGit.get(id), inLive.get(id)];
    compare(a, b, [...path, { key: JSON.parse(id) }], found);
  }
  const common = (from: Map<string, Item>, other: Map<string, Item>) =>
    [...from.keys()].filter(id => other.has(id));
  const [order, liveOrder] = [common(inGit, inLive), common(inLive, inGit)];
  if (order.join() !== liveOrder.join()) {
    const names = (ids: string[]) =>
      ids.map(id => Object.values(JSON.parse(id)).join('/'));
    found.push({ path, git: names(order), live: names(liveOrder) });
  }
}

/** Items without a name: equal ones belong together wherever they stand, and the rest in their order. */
function compareUnnamed(
  git: Item[],
  live: Item[],
  path: Segment[],
  found: Difference[],
): void {
  const left = new Map<string, number[]>();
  live.forEach((item, i) => {
    const text = JSON.stringify(item);
    left.set(text, [...(left.get(text) ?? []), i]);
  });
  const unmatched = git.flatMap((item, i) =>
    left.get(JSON.stringify(item))?.shift() === undefined ? [i] : [],
  );
  const rest = [...left.values()].flat().sort((a, b) => a - b);
  for (let i = 0; i < Math.max(unmatched.length, rest.length); i++) {
    const place = unmatched[i] ?? rest[i];
    compare(
      git[unmatched[i]],
      live[rest[i]],
      [...path, { index: place }],
      found,
    );
  }
}
