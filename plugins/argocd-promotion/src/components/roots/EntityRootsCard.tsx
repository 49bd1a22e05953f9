import { stringifyEntityRef } from '@backstage/catalog-model';
import { InfoCard } from '@backstage/core-components';
import { useEntity } from '@backstage/plugin-catalog-react';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { makeStyles } from '@material-ui/core/styles';
import { ManagerKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ClockProvider } from '../../hooks/clock';
import { usePipeline } from '../../hooks/usePipeline';
import { useRoot } from '../../hooks/useRoots';
import { compareTones } from '../../model/answers';
import { nodeState } from '../../model/roots/state';
import { count } from '../../model/text';
import { Name, ToneIcon } from '../basics';
import { ErrorMessage } from '../messages';
import { useSharedStyles } from '../theme';
import { StateWords } from './EnvironmentSection';
import { RootLink } from './RootLink';

/** As many children as a card names; the page has the rest. */
const NAMED = 4;

const useStyles = makeStyles(
  theme => ({
    root: {
      padding: theme.spacing(1, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
      '&:first-child': { borderTop: 0, paddingTop: 0 },
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1),
      // As names have it, so that both stand on one line.
      lineHeight: 1.4,
    },
    list: { listStyle: 'none', margin: theme.spacing(0.5, 0, 0), padding: 0 },
    child: {
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1),
      fontSize: 13,
    },
    small: { fontSize: 12.5 },
  }),
  { name: 'ArgocdPromotionEntityRoots' },
);

function RootOfEntity({
  root,
  environment,
}: {
  root: ManagerKey;
  environment: string;
}) {
  const { view, error, refresh } = useRoot(root);
  const classes = useStyles();
  const shared = useSharedStyles();
  const worst = view?.nodes
    .map(node => ({ node, state: nodeState(node) }))
    .filter(({ state }) => !['ok', 'none'].includes(state.tone))
    .sort((a, b) => compareTones(a.state.tone, b.state.tone));
  return (
    <section className={classes.root} aria-label={`Root of ${environment}`}>
      <div className={classes.head}>
        <strong>
          <RootLink root={root} />
        </strong>
        <span className={shared.quiet}>
          {environment}
          {view && ` · ${count(view.nodes.length, 'node')} beneath`}
        </span>
      </div>
      {error && <ErrorMessage error={error} onRetry={refresh} />}
      {!view && !error && (
        <div role="status" aria-label={`Loading ${root.name}`}>
          <Skeleton variant="text" height={28} />
        </div>
      )}
      {worst?.length === 0 && (
        <div className={classes.child}>
          <span>
            <ToneIcon tone="ok" />
            All in order
          </span>
        </div>
      )}
      {worst && worst.length > 0 && (
        <ul
          className={classes.list}
          aria-label={`What is wrong under ${root.name}`}
        >
          {worst.slice(0, NAMED).map(({ node, state }) => (
            <li key={node.id} className={classes.child}>
              <span>
                <StateWords state={{ tone: state.tone, word: state.word }} />
              </span>
              <Name text={node.name} />
            </li>
          ))}
          {worst.length > NAMED && (
            <li className={`${classes.small} ${shared.quiet}`}>
              and {worst.length - NAMED} more
            </li>
          )}
        </ul>
      )}
      {view?.problems.some(({ code }) => code === 'waves-without-effect') && (
        <div className={`${classes.small} ${shared.quiet}`}>
          Waves between its children have no effect
        </div>
      )}
    </section>
  );
}

function PlainCard() {
  const shared = useSharedStyles();
  const { entity } = useEntity();
  const { view, error, refresh } = usePipeline(stringifyEntityRef(entity));
  const roots = view?.environments.flatMap(environment =>
    environment.applications
      .filter(({ manages }) => manages)
      .map(({ instance, namespace, name }) => ({
        environment: environment.name,
        root: { kind: 'Application' as const, instance, namespace, name },
      })),
  );
  return (
    <InfoCard title="App of Apps">
      <div className={shared.root}>
        {error && <ErrorMessage error={error} onRetry={refresh} />}
        {!view && !error && (
          <div role="status" aria-label="Loading App of Apps">
            {[0, 1, 2].map(row => (
              <Skeleton key={row} variant="text" height={32} />
            ))}
          </div>
        )}
        {roots?.map(({ root, environment }) => (
          <RootOfEntity
            key={`${root.instance}/${root.namespace}/${root.name}`}
            root={root}
            environment={environment}
          />
        ))}
        {roots?.length === 0 && (
          <Typography variant="body2">
            None of its Applications manages others.
          </Typography>
        )}
      </div>
    </InfoCard>
  );
}

/** The card of an entity whose Applications are roots: what hangs under each, and what is wrong there. */
export function EntityRootsCard() {
  return (
    <ClockProvider>
      <PlainCard />
    </ClockProvider>
  );
}
