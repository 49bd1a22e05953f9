import { graphlib, layout } from '@dagrejs/dagre';
import {
  RootNode,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';

export const TILE = { width: 196, height: 40, gap: 8 };
const HEAD = 26;
const PAD = 10;
/** Between a column and the next, where the lines turn. */
const GUTTER = 56;
/** A bundle grows wider with its square root, so that it stays about as wide as high. */
const TALL = 6;

/** A place on the picture: the tile of one node. */
export interface Tile {
  node: RootNode;
  x: number;
  y: number;
}

/** The frame around siblings of one wave that manage nothing. */
export interface Bundle {
  id: string;
  /** Absent where all siblings are in one wave. */
  wave?: number;
  amount: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphLayout {
  width: number;
  height: number;
  tiles: Tile[];
  bundles: Bundle[];
  edges: Array<{ id: string; points: Array<{ x: number; y: number }> }>;
}

interface Block {
  id: string;
  parent?: string;
  wave?: number;
  nodes: RootNode[];
  columns: number;
  framed: boolean;
}

/**
 * Where everything stands, from left to right: each manager on its own, and the siblings of a wave that manage nothing
 * together in one frame. Only managers and frames are laid out by the library, a few instead of hundreds: that is what
 * keeps a root with 500 children quick to draw and to read.
 */
export function layoutGraph(
  view: Pick<RootView, 'root' | 'nodes'>,
  shown?: ReadonlySet<string>,
): GraphLayout {
  const nodes = view.nodes.filter(({ id }) => !shown || shown.has(id));
  const blocks = blocksOf(view.root, nodes);
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 18,
    ranksep: GUTTER,
    marginx: 16,
    marginy: 16,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const block of blocks) graph.setNode(block.id, sizeOf(block));
  for (const { id, parent } of blocks)
    if (parent !== undefined) graph.setEdge(parent, id);
  layout(graph);
  const tiles: Tile[] = [];
  const bundles: Bundle[] = [];
  const leftOf = columnsOf(blocks.map(({ id }) => graph.node(id)));
  for (const block of blocks) {
    const { x, y, width, height } = graph.node(block.id);
    const left = leftOf(x);
    const top = y - height / 2;
    tiles.push(...tilesOf(block, left, top));
    if (block.framed)
      bundles.push({
        id: block.id,
        ...(block.wave === undefined ? {} : { wave: block.wave }),
        amount: block.nodes.length,
        x: left,
        y: top,
        width,
        height,
      });
  }
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    tiles,
    bundles,
    edges: graph.edges().map(({ v, w }) => {
      const from = graph.node(v);
      const to = graph.node(w);
      const turn = leftOf(to.x) - GUTTER / 2;
      return {
        id: `${v} ${w}`,
        // Along its own row to the gutter, so that it crosses nothing of its column.
        points: [
          { x: leftOf(from.x) + from.width, y: from.y },
          { x: turn, y: from.y },
          { x: turn, y: to.y },
          { x: leftOf(to.x), y: to.y },
        ],
      };
    }),
  };
}

/** The library centres what stands in one column; here all of it begins at the left. */
function columnsOf(places: Array<{ x: number; width: number }>) {
  const lefts = new Map<number, number>();
  for (const { x, width } of places) {
    const key = Math.round(x);
    lefts.set(key, Math.min(lefts.get(key) ?? Infinity, x - width / 2));
  }
  return (x: number) => lefts.get(Math.round(x))!;
}

function blocksOf(root: RootNode, nodes: RootNode[]): Block[] {
  const managing = new Set(nodes.map(({ parent }) => parent ?? root.id));
  const waves = new Map<string, Set<number>>();
  for (const { parent = root.id, wave } of nodes) {
    const known = waves.get(parent);
    if (known) known.add(wave);
    else waves.set(parent, new Set([wave]));
  }
  const alone = (node: RootNode): Block => ({
    id: node.id,
    nodes: [node],
    columns: 1,
    framed: false,
  });
  const blocks = new Map<string, Block>([[root.id, alone(root)]]);
  for (const node of nodes) {
    const { id, parent = root.id, wave } = node;
    if (managing.has(id)) {
      blocks.set(id, { ...alone(node), parent });
      continue;
    }
    const key = `${parent} wave ${wave}`;
    const known = blocks.get(key);
    if (known) known.nodes.push(node);
    else
      blocks.set(key, {
        id: key,
        parent,
        ...(waves.get(parent)!.size > 1 ? { wave } : {}),
        nodes: [node],
        columns: 1,
        framed: true,
      });
  }
  for (const block of blocks.values())
    if (block.nodes.length > TALL)
      block.columns = Math.ceil(Math.sqrt(block.nodes.length / 4));
  return [...blocks.values()];
}

function sizeOf({ nodes, columns, framed }: Block) {
  const rows = Math.ceil(nodes.length / columns);
  const inner = {
    width: columns * (TILE.width + TILE.gap) - TILE.gap,
    height: rows * (TILE.height + TILE.gap) - TILE.gap,
  };
  return framed
    ? { width: inner.width + 2 * PAD, height: inner.height + 2 * PAD + HEAD }
    : inner;
}

/** In columns, so that the order of names is read downwards as in the tree. */
function tilesOf({ nodes, columns, framed }: Block, left: number, top: number) {
  const rows = Math.ceil(nodes.length / columns);
  const inset = framed ? PAD : 0;
  const head = framed ? HEAD : 0;
  return nodes.map((node, i) => ({
    node,
    x: left + inset + Math.floor(i / rows) * (TILE.width + TILE.gap),
    y: top + inset + head + (i % rows) * (TILE.height + TILE.gap),
  }));
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The tile that one reaches with an arrow key: the nearest in that direction, those straight ahead before others. */
export function neighbour(
  tiles: Tile[],
  from: string,
  direction: Direction,
): string | undefined {
  const start = tiles.find(({ node }) => node.id === from);
  if (!start) return undefined;
  const horizontal = direction === 'ArrowLeft' || direction === 'ArrowRight';
  const sign = direction === 'ArrowLeft' || direction === 'ArrowUp' ? -1 : 1;
  let best: { id: string; distance: number } | undefined;
  for (const { node, x, y } of tiles) {
    const ahead = sign * (horizontal ? x - start.x : y - start.y);
    if (ahead <= 0) continue;
    const aside = Math.abs(horizontal ? y - start.y : x - start.x);
    const distance = ahead + 2 * aside;
    if (!best || distance < best.distance) best = { id: node.id, distance };
  }
  return best?.id;
}
