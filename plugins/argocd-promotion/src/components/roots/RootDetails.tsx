import { useCallback, useMemo, useState } from 'react';
import { Link } from '@backstage/core-components';
import Skeleton from '@material-ui/lab/Skeleton';
import { makeStyles } from '@material-ui/core/styles';
import {
  ManagerKey,
  RootNode,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { useParams, useSearchParams } from 'react-router-dom';
import { useRoot, useRootsPath } from '../../hooks/useRoots';
import { nodeState } from '../../model/roots/state';
import { fitting, NO_FILTER } from '../../model/roots/tree';
import { Name, OutLink, RelativeTime } from '../basics';
import { ErrorMessage, Message, ProblemMessage } from '../messages';
import { useSharedStyles } from '../theme';
import { StateWords } from './EnvironmentSection';
import { NodeSheet } from './NodeSheet';
import { RootFilters, Shape } from './RootFilters';
import { RootGraph } from './RootGraph';
import { RootTrail } from './RootLink';
import { RootTree } from './RootTree';

const useStyles = makeStyles(
  theme => ({
    head: { marginBottom: theme.spacing(2) },
    title: { fontSize: 20, margin: theme.spacing(0.5, 0), display: 'flex' },
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(2),
      fontSize: 14,
    },
  }),
  { name: 'ArgocdPromotionRootDetails' },
);

/** The root that the address names. */
export function RootDetails() {
  const { instance = '', namespace = '', name = '' } = useParams();
  const [query] = useSearchParams();
  const kind =
    query.get('kind') === 'ApplicationSet' ? 'ApplicationSet' : 'Application';
  return (
    <Root
      key={`${kind}/${instance}/${namespace}/${name}`}
      root={{ kind, instance, namespace, name }}
    />
  );
}

function Root({ root }: { root: ManagerKey }) {
  const { view, error, refresh } = useRoot(root);
  const shared = useSharedStyles();
  const page = useRootsPath();
  return (
    <div className={shared.root}>
      {page !== undefined && <Link to={page}>All roots</Link>}
      {error && <ErrorMessage error={error} onRetry={refresh} />}
      {!view && !error && (
        <div role="status" aria-label={`Loading ${root.name}`}>
          <Skeleton variant="text" width={300} height={40} />
          <Skeleton variant="rect" height={56} />
          <Skeleton variant="rect" height={420} style={{ marginTop: 16 }} />
        </div>
      )}
      {view && <Loaded view={view} />}
    </div>
  );
}

function Head({ view }: { view: RootView }) {
  const { root, path } = view;
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <div className={classes.head}>
      <h2 className={classes.title}>
        <Name text={root.name} />
      </h2>
      <div className={classes.facts}>
        {root.state !== 'named' && (
          <span>
            <StateWords state={nodeState(root)} />
          </span>
        )}
        <span className={shared.quiet}>
          {root.kind} · {root.instance} / {root.namespace}
          {root.environment && ` · environment ${root.environment}`}
          {root.staleSince && (
            <>
              {' '}
              · as of <RelativeTime at={root.staleSince} />
            </>
          )}
        </span>
        {path.length > 0 && (
          <span className={shared.quiet}>
            under <RootTrail path={path} />
          </span>
        )}
        {root.url && <OutLink to={root.url}>Argo CD ↗</OutLink>}
      </div>
    </div>
  );
}

function Loaded({ view }: { view: RootView }) {
  const [shape, setShape] = useState<Shape>('tree');
  const [filter, setFilter] = useState(NO_FILTER);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const { root, nodes } = view;
  const found = useMemo(
    () => fitting({ root, nodes }, filter),
    [root, nodes, filter],
  );
  const fold = useCallback(
    (id: string, close: boolean) =>
      setFolded(before => {
        const after = new Set(before);
        if (close) after.add(id);
        else after.delete(id);
        return after;
      }),
    [],
  );
  const open = useCallback((node: RootNode) => setOpened(node.id), []);
  const node =
    opened === root.id ? root : nodes.find(({ id }) => id === opened);
  const picture = { root, nodes };
  return (
    <>
      <Head view={view} />
      {view.partial && (
        <Message
          tone="wait"
          title="You see of this root what belongs to services that you may read."
        />
      )}
      {view.problems.map(problem => (
        <ProblemMessage
          key={`${problem.code} ${problem.message}`}
          problem={problem}
        />
      ))}
      <RootFilters
        filter={filter}
        onFilter={setFilter}
        shape={shape}
        onShape={setShape}
        found={found?.count ?? nodes.length}
        total={nodes.length}
      />
      {nodes.length === 0 && (
        <Message tone="none" title={`Nothing hangs under ${root.name}.`} />
      )}
      {found?.count === 0 && (
        <Message
          tone="none"
          title="Nothing fits."
          action={{ label: 'Show all', onClick: () => setFilter(NO_FILTER) }}
        />
      )}
      {found?.count !== 0 &&
        (shape === 'tree' ? (
          <RootTree
            view={picture}
            shown={found?.shown}
            folded={folded}
            onFold={fold}
            onOpen={open}
          />
        ) : (
          <RootGraph view={picture} shown={found?.shown} onOpen={open} />
        ))}
      {node && <NodeSheet node={node} onClose={() => setOpened(undefined)} />}
    </>
  );
}
