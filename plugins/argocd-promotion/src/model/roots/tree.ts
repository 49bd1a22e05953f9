import {
  RootNode,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { fitsFilter, StateFilter } from './state';

/** A row of the tree: what a person sees, and what a screen reader needs to place it. */
export interface TreeRow {
  node: RootNode;
  level: number;
  /** Of its siblings, from 1. */
  position: number;
  siblings: number;
  expandable: boolean;
  expanded: boolean;
  /** Index of the row that it hangs under. */
  parent?: number;
  /** Set on the first child of a wave where its siblings are in several. */
  wave?: number;
}

export interface Filter {
  text: string;
  state: StateFilter;
}

export const NO_FILTER: Filter = { text: '', state: 'all' };

/** The nodes that fit, and what they hang under; undefined when nothing is filtered. */
export function fitting(
  view: Pick<RootView, 'root' | 'nodes'>,
  { text, state }: Filter,
): { shown: Set<string>; count: number } | undefined {
  const wanted = text.trim().toLocaleLowerCase('en-US');
  if (wanted === '' && state === 'all') return undefined;
  const byId = new Map(view.nodes.map(node => [node.id, node]));
  const shown = new Set<string>([view.root.id]);
  let count = 0;
  for (const node of view.nodes) {
    const found = `${node.instance}/${node.namespace}/${node.name} ${
      node.project ?? ''
    }`
      .toLocaleLowerCase('en-US')
      .includes(wanted);
    if (!found || !fitsFilter(node, state)) continue;
    count += 1;
    for (
      let next: RootNode | undefined = node;
      next && !shown.has(next.id);
      next = next.parent === undefined ? undefined : byId.get(next.parent)
    )
      shown.add(next.id);
  }
  return { shown, count };
}

/** The rows of a tree: all of it but what is folded or does not fit. Filtered, everything that fits is unfolded. */
export function treeRows(
  view: Pick<RootView, 'root' | 'nodes'>,
  folded: ReadonlySet<string>,
  shown?: ReadonlySet<string>,
): TreeRow[] {
  const children = new Map<string, RootNode[]>();
  for (const node of view.nodes) {
    if (shown && !shown.has(node.id)) continue;
    const parent = node.parent ?? view.root.id;
    const known = children.get(parent);
    if (known) known.push(node);
    else children.set(parent, [node]);
  }
  const rows: TreeRow[] = [];
  type Waiting = Omit<TreeRow, 'expandable' | 'expanded'>;
  const waiting: Waiting[] = [
    { node: view.root, level: 1, position: 1, siblings: 1 },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, level } = next;
    const below = children.get(node.id) ?? [];
    const expandable = below.length > 0;
    const expanded =
      expandable && (shown !== undefined || !folded.has(node.id));
    const index = rows.push({ ...next, expandable, expanded }) - 1;
    if (!expanded) continue;
    const waves = new Set(below.map(({ wave }) => wave));
    for (let i = below.length - 1; i >= 0; i -= 1)
      waiting.push({
        node: below[i],
        level: level + 1,
        position: i + 1,
        siblings: below.length,
        parent: index,
        ...(waves.size > 1 && below[i].wave !== below[i - 1]?.wave
          ? { wave: below[i].wave }
          : {}),
      });
  }
  return rows;
}

/** What a key does in a tree, as the ARIA practices for trees have it. */
export type TreeMove =
  | { to: number }
  | { fold: string }
  | { unfold: string }
  | { open: number };

const PAGE = 10;

export function treeKey(
  rows: TreeRow[],
  at: number,
  key: string,
): TreeMove | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(at + 1, last) };
    case 'ArrowUp':
      return { to: Math.max(at - 1, 0) };
    case 'PageDown':
      return { to: Math.min(at + PAGE, last) };
    case 'PageUp':
      return { to: Math.max(at - PAGE, 0) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (!row.expandable) return undefined;
      return row.expanded ? { to: at + 1 } : { unfold: row.node.id };
    case 'ArrowLeft':
      if (row.expanded) return { fold: row.node.id };
      return row.parent === undefined ? undefined : { to: row.parent };
    case 'Enter':
    case ' ':
      return { open: at };
    default:
      return key.length === 1 && /\S/.test(key)
        ? typed(rows, at, key.toLocaleLowerCase('en-US'))
        : undefined;
  }
}

/** The next row whose name begins with the letter. */
function typed(
  rows: TreeRow[],
  at: number,
  letter: string,
): TreeMove | undefined {
  for (let step = 1; step <= rows.length; step += 1) {
    const index = (at + step) % rows.length;
    if (rows[index].node.name.toLocaleLowerCase('en-US').startsWith(letter))
      return { to: index };
  }
  return undefined;
}
