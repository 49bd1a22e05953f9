import {
  KeyboardEvent,
  memo,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import {
  RootNode,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  Direction,
  GraphLayout,
  layoutGraph,
  neighbour,
  Tile,
  TILE,
} from '../../model/roots/layout';
import { nodeLabel, nodeState } from '../../model/roots/state';
import { count } from '../../model/text';
import { Name, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';

const ZOOMS = [0.4, 0.55, 0.75, 1, 1.25];
const NORMAL = ZOOMS.indexOf(1);

const useStyles = makeStyles(
  theme => ({
    frame: {
      overflow: 'auto',
      maxHeight: 'max(360px, calc(100vh - 370px))',
    },
    edge: {
      fill: 'none',
      stroke: theme.palette.text.secondary,
      strokeWidth: 1.2,
      opacity: 0.6,
    },
    bundle: {
      fill: theme.palette.action.hover,
      stroke: theme.palette.divider,
    },
    caption: { fill: theme.palette.text.secondary, fontSize: 12 },
    tile: {
      height: '100%',
      boxSizing: 'border-box',
      display: 'flex',
      alignItems: 'center',
      padding: '0 8px',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
      background: theme.palette.background.paper,
      color: theme.palette.text.primary,
      fontSize: 12.5,
      cursor: 'pointer',
      minWidth: 0,
      '&:hover': { borderColor: theme.palette.text.secondary },
      '&:focus': { outline: 'none' },
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: -1,
      },
    },
    words: { minWidth: 0, lineHeight: 1.25 },
    manager: { fontWeight: 700 },
    absent: { borderStyle: 'dashed' },
    zoom: {
      display: 'flex',
      gap: theme.spacing(1),
      marginBottom: theme.spacing(1),
    },
    button: { textTransform: 'none' },
  }),
  { name: 'ArgocdPromotionRootGraph' },
);

const tileId = (index: number) => `argocd-promotion-root-tile-${index}`;
const ARROWS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);

const Frames = memo(({ layout }: { layout: GraphLayout }) => {
  const classes = useStyles();
  return (
    <g aria-hidden>
      {layout.edges.map(({ id, points }) => (
        <polyline
          key={id}
          className={classes.edge}
          points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
        />
      ))}
      {layout.bundles.map(bundle => (
        <g key={bundle.id}>
          <rect
            className={classes.bundle}
            x={bundle.x}
            y={bundle.y}
            width={bundle.width}
            height={bundle.height}
            rx={6}
          />
          <text className={classes.caption} x={bundle.x + 10} y={bundle.y + 21}>
            {bundle.wave === undefined ? '' : `wave ${bundle.wave} · `}
            {count(bundle.amount, 'node')}
          </text>
        </g>
      ))}
    </g>
  );
});

const TileView = memo(
  (props: {
    node: RootNode;
    x: number;
    y: number;
    index: number;
    tabbable: boolean;
    onPick: (id: string) => void;
    onOpen: (node: RootNode) => void;
  }) => {
    const { node, x, y, index, tabbable, onPick, onOpen } = props;
    const classes = useStyles();
    const shared = useSharedStyles();
    const { tone, word } = nodeState(node);
    const absent = node.state === 'missing' || node.state === 'unseen';
    const open = () => {
      onPick(node.id);
      onOpen(node);
    };
    return (
      <foreignObject x={x} y={y} width={TILE.width} height={TILE.height}>
        <div
          id={tileId(index)}
          className={[
            classes.tile,
            node.children > 0 ? classes.manager : '',
            absent ? classes.absent : '',
          ].join(' ')}
          role="button"
          tabIndex={tabbable ? 0 : -1}
          aria-label={nodeLabel(node)}
          onClick={open}
          onKeyDown={event => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            open();
          }}
        >
          <ToneIcon tone={tone} />
          <span className={classes.words}>
            <Name text={node.name} />
            <div
              className={shared.quiet}
              style={{ fontSize: 11, fontWeight: 400 }}
            >
              {node.kind === 'ApplicationSet'
                ? `ApplicationSet · ${word}`
                : word}
            </div>
          </span>
        </div>
      </foreignObject>
    );
  },
);

/** One of the tiles can be reached by Tab, the others by the arrows from there. */
function Tiles(props: {
  tiles: Tile[];
  rootId: string;
  onOpen: (node: RootNode) => void;
}) {
  const { tiles, rootId, onOpen } = props;
  const [at, setAt] = useState(rootId);
  const group = useRef<SVGGElement>(null);
  const reachable = tiles.some(({ node }) => node.id === at) ? at : rootId;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!ARROWS.has(event.key)) return;
    event.preventDefault();
    const next = neighbour(tiles, reachable, event.key as Direction);
    if (next === undefined) return;
    setAt(next);
    const index = tiles.findIndex(({ node }) => node.id === next);
    const element = group.current?.querySelector<HTMLElement>(
      `#${tileId(index)}`,
    );
    element?.focus();
    element?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <g ref={group} onKeyDown={onKeyDown}>
      {tiles.map(({ node, x, y }, index) => (
        <TileView
          key={node.id}
          node={node}
          x={x}
          y={y}
          index={index}
          tabbable={node.id === reachable}
          onPick={setAt}
          onOpen={onOpen}
        />
      ))}
    </g>
  );
}

/** A root as a picture, from left to right: managers, and the siblings of each wave in a frame. */
export function RootGraph(props: {
  view: Pick<RootView, 'root' | 'nodes'>;
  shown?: ReadonlySet<string>;
  onOpen: (node: RootNode) => void;
}) {
  const { view, shown, onOpen } = props;
  const { root, nodes } = view;
  const classes = useStyles();
  const shared = useSharedStyles();
  const [zoom, setZoom] = useState(NORMAL);
  const layout = useMemo(
    () => layoutGraph({ root, nodes }, shown),
    [root, nodes, shown],
  );
  const scale = ZOOMS[zoom];
  const frame = useRef<HTMLDivElement>(null);
  const start = layout.tiles.find(({ node }) => node.id === root.id)?.y ?? 0;
  // One begins at the root, wherever the library put it, and begins anew when the picture is another.
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const middle = (start + TILE.height / 2) / layout.height;
    element.scrollTop =
      middle * element.scrollHeight - element.clientHeight / 2;
  }, [start, layout.height]);
  return (
    <>
      <div className={classes.zoom}>
        <Button
          size="small"
          variant="outlined"
          className={classes.button}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        >
          Smaller
        </Button>
        <Button
          size="small"
          variant="outlined"
          className={classes.button}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          Larger
        </Button>
      </div>
      <div ref={frame} className={`${shared.panel} ${classes.frame}`}>
        <svg
          width={layout.width * scale}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label={`Graph of what hangs under ${root.name}; arrow keys move, Enter opens`}
        >
          <Frames layout={layout} />
          <Tiles tiles={layout.tiles} rootId={root.id} onOpen={onOpen} />
        </svg>
      </div>
    </>
  );
}
