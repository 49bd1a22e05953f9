import { KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import ExpandIcon from '@material-ui/icons/ChevronRight';
import { makeStyles } from '@material-ui/core/styles';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  RootNode,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { nodeLabel, nodeState } from '../../model/roots/state';
import { treeKey, TreeRow, treeRows } from '../../model/roots/tree';
import { Name, Tag } from '../basics';
import { useSharedStyles } from '../theme';
import { StateWords } from './EnvironmentSection';

const ROW = 36;
const INDENT = 22;

const useStyles = makeStyles(
  theme => ({
    tree: {
      overflow: 'auto',
      maxHeight: 'max(320px, calc(100vh - 330px))',
      '&:focus': { outline: 'none' },
      '&:focus-visible $active': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: -2,
      },
    },
    row: {
      position: 'absolute',
      left: 0,
      right: 0,
      height: ROW,
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      paddingRight: theme.spacing(1.5),
      cursor: 'pointer',
      boxSizing: 'border-box',
      borderTop: `1px solid ${theme.palette.divider}`,
      '&:hover': { background: theme.palette.action.hover },
    },
    active: { background: theme.palette.action.selected },
    fold: {
      width: 24,
      height: 24,
      flex: 'none',
      color: theme.palette.text.secondary,
    },
    open: { transform: 'rotate(90deg)' },
    // The names are indented within their column, so that the states stand below each other.
    name: {
      flex: '0 0 45%',
      minWidth: 160,
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      boxSizing: 'border-box',
    },
    state: {
      flex: '1 1 0',
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    wave: { flex: '0 0 74px', textAlign: 'right', fontSize: 12.5 },
  }),
  { name: 'ArgocdPromotionRootTree' },
);

const rowId = (index: number) => `argocd-promotion-root-row-${index}`;

/**
 * A root as a tree, drawn as far as it is seen. One element has the focus and names the row that is meant, so rows can come
 * and go while one moves.
 */
export function RootTree(props: {
  view: Pick<RootView, 'root' | 'nodes'>;
  shown?: ReadonlySet<string>;
  folded: ReadonlySet<string>;
  onFold: (id: string, close: boolean) => void;
  onOpen: (node: RootNode) => void;
}) {
  const { view, shown, folded, onFold, onOpen } = props;
  const { root, nodes } = view;
  const classes = useStyles();
  const shared = useSharedStyles();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState(root.id);
  const rows = useMemo(
    () => treeRows({ root, nodes }, folded, shown),
    [root, nodes, folded, shown],
  );
  const active = Math.max(
    0,
    rows.findIndex(({ node }) => node.id === activeId),
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    getItemKey: index => rows[index].node.id,
  });
  const items = virtual.getVirtualItems();
  useEffect(() => {
    if (document.activeElement === scroller.current)
      virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeKey(rows, active, event.key);
    if (!move) return;
    event.preventDefault();
    if ('to' in move) setActiveId(rows[move.to].node.id);
    else if ('fold' in move) onFold(move.fold, true);
    else if ('unfold' in move) onFold(move.unfold, false);
    else onOpen(rows[move.open].node);
  };
  const waves = rows.some(({ wave }) => wave !== undefined);
  const drawn = items.some(({ index }) => index === active);
  return (
    <div
      ref={scroller}
      className={`${shared.panel} ${classes.tree}`}
      role="tree"
      aria-label={`What hangs under ${root.name}`}
      tabIndex={0}
      aria-activedescendant={drawn ? rowId(active) : undefined}
      onKeyDown={onKeyDown}
    >
      <div
        role="presentation"
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {items.map(({ index, start, key }) => (
          <Row
            key={key}
            row={rows[index]}
            index={index}
            top={start}
            active={index === active}
            waves={waves}
            onFold={onFold}
            onPick={node => {
              setActiveId(node.id);
              onOpen(node);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Row(props: {
  row: TreeRow;
  index: number;
  top: number;
  active: boolean;
  /** Whether any row tells its wave. */
  waves: boolean;
  onFold: (id: string, close: boolean) => void;
  onPick: (node: RootNode) => void;
}) {
  const { row, index, top, active, waves, onFold, onPick } = props;
  const { node, level, expandable, expanded } = row;
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    // The tree itself has the focus and hears the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={rowId(index)}
      className={`${classes.row} ${active ? classes.active : ''}`}
      style={{ top }}
      role="treeitem"
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={active}
      aria-expanded={expandable ? expanded : undefined}
      aria-label={nodeLabel(node)}
      onClick={() => onPick(node)}
    >
      <span
        className={classes.name}
        style={{ paddingLeft: 8 + (Math.min(level, 12) - 1) * INDENT }}
      >
        {expandable ? (
          <ExpandIcon
            aria-hidden
            className={`${classes.fold} ${expanded ? classes.open : ''}`}
            onClick={event => {
              event.stopPropagation();
              onFold(node.id, expanded);
            }}
          />
        ) : (
          <span className={classes.fold} />
        )}
        <Name text={node.name} />
        {node.kind === 'ApplicationSet' && <Tag text="ApplicationSet" />}
      </span>
      <span className={classes.state} title={nodeState(node).reason}>
        <StateWords state={nodeState(node)} />
        {node.notes.length > 0 && (
          <span className={shared.quiet}> · {node.notes[0]}</span>
        )}
      </span>
      {waves && (
        <span className={`${classes.wave} ${shared.quiet}`}>
          {row.wave !== undefined && `wave ${row.wave}`}
        </span>
      )}
    </div>
  );
}
