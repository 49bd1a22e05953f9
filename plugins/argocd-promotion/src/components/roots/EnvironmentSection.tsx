import { useState } from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import {
  EnvironmentRoots,
  RootNode,
  RootSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { NodeState, nodeState, summaryOfRoot } from '../../model/roots/state';
import { count } from '../../model/text';
import { Name, OutLink, RelativeTime, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';
import { Recovery } from './Recovery';
import { RootLink, RootTrail } from './RootLink';

/** More orphans than a person reads at once; the rest comes on request. */
const FIRST = 5;

const useStyles = makeStyles(
  theme => ({
    section: { padding: theme.spacing(2, 2.5), minWidth: 0 },
    title: { fontSize: 17, margin: theme.spacing(0, 0, 1) },
    subtitle: {
      fontSize: 13,
      fontWeight: 600,
      margin: theme.spacing(1.5, 0, 0.5),
    },
    list: { listStyle: 'none', margin: 0, padding: 0 },
    row: {
      display: 'grid',
      gridTemplateColumns:
        'minmax(160px, 1.1fr) minmax(200px, 2fr) minmax(120px, auto)',
      columnGap: theme.spacing(2),
      alignItems: 'baseline',
      padding: theme.spacing(0.75, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
      '&:first-child': { borderTop: 0 },
      '@media (max-width: 760px)': { gridTemplateColumns: '1fr' },
    },
    cell: { minWidth: 0, overflowWrap: 'anywhere' },
    note: { fontSize: 12.5 },
    end: {
      textAlign: 'right',
      '@media (max-width: 760px)': { textAlign: 'left' },
    },
  }),
  { name: 'ArgocdPromotionEnvironmentRoots' },
);

export function StateWords({ state }: { state: NodeState }) {
  const shared = useSharedStyles();
  return (
    <>
      <ToneIcon tone={state.tone} />
      {state.word}
      {state.reason && <span className={shared.quiet}>: {state.reason}</span>}
    </>
  );
}

function Stale({ at }: { at?: string }) {
  return at ? (
    <>
      {' '}
      · as of <RelativeTime at={at} />
    </>
  ) : null;
}

function RootRow({ root }: { root: RootSummary }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <li className={classes.row}>
      <div className={classes.cell}>
        <strong>
          <RootLink root={root} />
        </strong>
        <div className={`${classes.note} ${shared.quiet}`}>
          {root.kind === 'ApplicationSet' && 'ApplicationSet · '}
          {root.instance}
          {root.path.length > 0 && ' · under '}
          <RootTrail path={root.path} />
          <Stale at={root.staleSince} />
        </div>
      </div>
      <div className={classes.cell}>
        <StateWords state={summaryOfRoot(root)} />
        {root.waves === 'ineffective' && (
          <div className={`${classes.note} ${shared.quiet}`}>
            Waves between its children have no effect
          </div>
        )}
      </div>
      <div className={`${classes.cell} ${classes.end} ${shared.quiet}`}>
        {count(root.counts.total, 'Application')}
      </div>
    </li>
  );
}

function OrphanRow({ orphan }: { orphan: RootNode }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <li className={classes.row}>
      <div className={classes.cell}>
        <Name text={orphan.name} />
        <div className={`${classes.note} ${shared.quiet}`}>
          {orphan.kind === 'ApplicationSet' && 'ApplicationSet · '}
          {orphan.instance} / {orphan.namespace}
          <Stale at={orphan.staleSince} />
        </div>
      </div>
      <div className={classes.cell}>
        <StateWords state={nodeState(orphan)} />
        {orphan.notes.map(note => (
          <div key={note} className={`${classes.note} ${shared.quiet}`}>
            {note}
          </div>
        ))}
      </div>
      <div className={`${classes.cell} ${classes.end}`}>
        {orphan.url && (
          <OutLink to={orphan.url} label={`Argo CD: ${orphan.name}`}>
            Argo CD ↗
          </OutLink>
        )}
      </div>
    </li>
  );
}

/** One environment: its roots, its orphans, and whether all of it would come back. */
export function EnvironmentSection({
  environment,
}: {
  environment: EnvironmentRoots;
}) {
  const { name, roots, orphans, orphansLeftOut, recovery } = environment;
  const classes = useStyles();
  const shared = useSharedStyles();
  const [all, setAll] = useState(false);
  const amount = orphans.length + orphansLeftOut;
  const title = name ?? 'No environment';
  return (
    <section
      className={`${shared.panel} ${classes.section}`}
      aria-label={name === undefined ? title : `Environment ${name}`}
    >
      <h2 className={classes.title}>
        <Name text={title} />
      </h2>
      {roots.length > 0 ? (
        <ul className={classes.list} aria-label={`Roots of ${title}`}>
          {roots.map(root => (
            <RootRow key={root.id} root={root} />
          ))}
        </ul>
      ) : (
        <div>
          <ToneIcon tone="warn" />
          No root: nothing manages the Applications of this environment.
        </div>
      )}
      {amount > 0 && (
        <>
          <h3 className={classes.subtitle}>
            <ToneIcon tone="warn" />
            {amount === 1 ? '1 orphan' : `${amount} orphans`}
            <span className={shared.quiet} style={{ fontWeight: 400 }}>
              {' '}
              · {amount === 1 ? 'it hangs' : 'they hang'} under no root
            </span>
          </h3>
          <ul className={classes.list} aria-label={`Orphans of ${title}`}>
            {(all ? orphans : orphans.slice(0, FIRST)).map(orphan => (
              <OrphanRow key={orphan.id} orphan={orphan} />
            ))}
          </ul>
          {!all && orphans.length > FIRST && (
            <Button
              size="small"
              color="primary"
              style={{ textTransform: 'none' }}
              onClick={() => setAll(true)}
            >
              Show all {orphans.length}
            </Button>
          )}
          {all && orphansLeftOut > 0 && (
            <div className={`${classes.note} ${shared.quiet}`}>
              {orphansLeftOut} more are not listed here.
            </div>
          )}
        </>
      )}
      {recovery && <Recovery recovery={recovery} environment={title} />}
    </section>
  );
}
