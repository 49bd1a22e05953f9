import fc from 'fast-check';
import { RootNode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { largeRoot, node, rootScenes, rootView } from '../../testing/roots';
import { layoutGraph, neighbour, TILE } from './layout';
import { recoveryWords } from './recovery';
import { fitsFilter, nodeLabel, nodeState, summaryOfRoot } from './state';
import { fitting, NO_FILTER, treeKey, treeRows } from './tree';

const named = (name: string) => {
  const { root, nodes } = rootView();
  return [root, ...nodes].find(each => each.name.startsWith(name))!;
};

describe('how a node stands', () => {
  it.each([
    ['prod-root', 'ok Healthy'],
    ['checkout', 'warn Out of sync'],
    [
      'ledger',
      'bad Sync fails: one or more synchronization tasks completed unsuccessfully',
    ],
    ['recommendation', 'bad Degraded: Deployment has timed out'],
    ['retired', 'warn No longer in git: Argo CD still has it'],
    ['search', 'bad Missing in Argo CD: git has it'],
    ['secret', 'unknown Not shown: the token of Backstage does not see it'],
    ['previews', 'none Generates'],
    ['preview-2', 'wait Progressing'],
  ])('%s: %s', (name, words) => {
    const { tone, word, reason } = nodeState(named(name));
    expect(`${tone} ${word}${reason ? `: ${reason}` : ''}`).toBe(words);
  });

  it('says all of it to a screen reader', () => {
    expect(nodeLabel(named('team-payments'))).toBe(
      'Application team-payments, Healthy, wave 5, manages 2 children',
    );
    expect(nodeLabel(named('storefront'))).toContain(
      "two Applications that manage one undo each other's changes.",
    );
  });

  it('filters by what asks for attention', () => {
    const fit = (filter: Parameters<typeof fitsFilter>[1]) =>
      rootView()
        .nodes.filter(each => fitsFilter(each, filter))
        .map(({ name }) => name.split('-')[0]);
    expect(fit('missing')).toEqual(['search']);
    expect(fit('extra')).toEqual(['retired']);
    expect(fit('outOfSync')).toEqual(['checkout']);
    expect(fit('unhealthy')).toEqual(['preview', 'recommendation']);
    expect(fit('attention')).toEqual([
      'checkout',
      'ledger',
      'recommendation',
      'retired',
      'search',
      'secret',
      'storefront',
    ]);
  });

  it('sums a root up', () => {
    const [dev, prod] = rootScenes.usual.environments.map(({ roots }) =>
      summaryOfRoot(roots[0]),
    );
    expect(dev).toEqual({ tone: 'ok', word: 'All in order' });
    expect(prod).toEqual({
      tone: 'bad',
      word: '1 missing in Argo CD · 1 no longer in git · 2 not healthy · 1 out of sync',
    });
    const [own] = rootScenes.partial.environments[0].roots;
    expect(summaryOfRoot(own)).toEqual({ tone: 'ok', word: 'All in order' });
  });

  it('says what the disaster check found', () => {
    const [dev, prod] = rootScenes.usual.environments.map(({ recovery }) =>
      recoveryWords(recovery!),
    );
    expect(dev.tone).toBe('ok');
    expect(dev.detail).toContain(
      'From dev-root, applied by hand, come back: 9 Applications, 4 AppProjects, 8 namespaces and 2 kinds of custom resources.',
    );
    expect(prod).toMatchObject({
      tone: 'warn',
      title: 'Disaster check: 2 things would not come back from git',
    });
  });
});

describe('the rows of a tree', () => {
  const all = treeRows(rootView(), new Set());
  const folded = (...ids: string[]) => treeRows(rootView(), new Set(ids));
  const words = (rows: typeof all) =>
    rows.map(
      ({ node: each, level, wave, position, siblings }) =>
        `${level} ${each.name.split('-')[0]} ${position}/${siblings}${
          wave === undefined ? '' : ` wave ${wave}`
        }`,
    );

  it('stand in order, each with its place', () => {
    expect(words(all)).toEqual([
      '1 prod 1/1',
      '2 platform 1/8 wave -10',
      '2 previews 2/8 wave 0',
      '3 preview 1/2',
      '3 preview 2/2',
      '2 team 3/8 wave 5',
      '3 checkout 1/2',
      '3 ledger 2/2',
      '2 recommendation 4/8 wave 10',
      '2 retired 5/8',
      '2 search 6/8',
      '2 secret 7/8',
      '2 storefront 8/8',
    ]);
  });

  it('fold, and unfold for what is looked for', () => {
    const { root } = rootView();
    expect(folded(root.id)).toHaveLength(1);
    expect(folded(named('team').id)).toHaveLength(all.length - 2);
    const found = fitting(rootView(), { text: ' LEDGER', state: 'all' })!;
    expect(found.count).toBe(1);
    expect(
      treeRows(rootView(), new Set([root.id]), found.shown).map(
        row => row.node.name,
      ),
    ).toEqual(['prod-root', 'team-payments', 'ledger-prod']);
    expect(fitting(rootView(), NO_FILTER)).toBeUndefined();
  });

  it.each([
    ['ArrowDown', 0, { to: 1 }],
    ['ArrowUp', 0, { to: 0 }],
    ['End', 0, { to: 12 }],
    ['Home', 5, { to: 0 }],
    ['PageDown', 5, { to: 12 }],
    ['ArrowRight', 5, { to: 6 }],
    ['ArrowRight', 6, undefined],
    ['ArrowLeft', 6, { to: 5 }],
    ['ArrowLeft', 5, { fold: 'Application/main/argocd/team-payments' }],
    ['Enter', 3, { open: 3 }],
    ['s', 10, { to: 11 }],
    ['s', 12, { to: 10 }],
    ['Tab', 3, undefined],
  ])('%s from row %s', (key, at, move) => {
    expect(treeKey(all, at, key)).toEqual(move);
  });

  it('unfolds what is folded', () => {
    const { id } = named('team');
    const rows = folded(id);
    const at = rows.findIndex(row => row.node.id === id);
    expect(treeKey(rows, at, 'ArrowRight')).toEqual({ unfold: id });
  });
});

describe('the layout of a graph', () => {
  interface Point {
    x: number;
    y: number;
  }
  const overlap = (a: Point, b: Point) =>
    Math.abs(a.x - b.x) < TILE.width && Math.abs(a.y - b.y) < TILE.height;

  /** Whether a line, upright or level, goes through a tile; it may begin and end at its side. */
  const crosses = (a: Point, b: Point, { x, y }: Point) =>
    Math.min(a.x, b.x) < x + TILE.width &&
    Math.max(a.x, b.x) > x &&
    Math.min(a.y, b.y) < y + TILE.height &&
    Math.max(a.y, b.y) > y;

  it('keeps every node apart from the others and the lines, and managers left of what they manage', () => {
    const parents = fc.array(fc.integer({ min: -1, max: 18 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(parents, choice => {
        const root = node('root');
        const nodes: RootNode[] = choice.map((parent, i) => ({
          ...node(`n${i}`, { wave: i % 3 }),
          parent: node(parent >= 0 && parent < i ? `n${parent}` : 'root').id,
        }));
        const { tiles, edges, width, height } = layoutGraph({ root, nodes });
        expect(tiles.map(tile => tile.node.id).sort()).toEqual(
          [root, ...nodes].map(({ id }) => id).sort(),
        );
        const byId = new Map(tiles.map(tile => [tile.node.id, tile]));
        tiles.forEach((tile, i) => {
          for (const other of tiles.slice(i + 1))
            expect(overlap(tile, other)).toBe(false);
          expect(tile.x).toBeGreaterThanOrEqual(0);
          expect(tile.x + TILE.width).toBeLessThanOrEqual(width);
          expect(tile.y + TILE.height).toBeLessThanOrEqual(height);
          const { x } = byId.get(tile.node.parent ?? '') ?? { x: -Infinity };
          expect(x + TILE.width).toBeLessThan(tile.x);
        });
        for (const { points } of edges)
          points.slice(1).forEach((to, i) => {
            expect(tiles.some(tile => crosses(points[i], to, tile))).toBe(
              false,
            );
          });
      }),
      { numRuns: 60 },
    );
  });

  it('has the library lay out a handful of frames for 500 children, not 500 nodes', () => {
    const { tiles, bundles, edges, width, height } = layoutGraph(largeRoot());
    expect(tiles).toHaveLength(501);
    expect(bundles.map(({ wave, amount }) => [wave, amount])).toEqual([
      [-10, 20],
      [0, 80],
      [10, 400],
    ]);
    expect(edges).toHaveLength(3);
    // About as wide as high: neither a mile of one column nor of one row.
    expect(Math.max(width, height) / Math.min(width, height)).toBeLessThan(3);
  });

  it('finds the neighbour of a tile', () => {
    const root = node('root');
    const nodes = ['a', 'b'].map(name => ({ ...node(name), parent: root.id }));
    const { tiles } = layoutGraph({ root, nodes });
    const [a, b] = nodes.map(({ id }) => id);
    expect(['a', 'b']).toContain(
      neighbour(tiles, root.id, 'ArrowRight')?.split('/').at(-1),
    );
    expect(neighbour(tiles, a, 'ArrowDown')).toBe(b);
    expect(neighbour(tiles, b, 'ArrowUp')).toBe(a);
    expect(neighbour(tiles, b, 'ArrowLeft')).toBe(root.id);
    expect(neighbour(tiles, root.id, 'ArrowLeft')).toBeUndefined();
  });
});
