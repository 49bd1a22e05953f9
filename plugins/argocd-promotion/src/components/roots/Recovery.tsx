import { useState } from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import {
  RecoveryView,
  UnreachableItem,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { recoveryWords } from '../../model/roots/recovery';
import { listWords } from '../../model/text';
import { Name, ToneIcon } from '../basics';
import { ProblemMessage } from '../messages';
import { useSharedStyles } from '../theme';

const FIRST = 3;

const useStyles = makeStyles(
  theme => ({
    root: {
      marginTop: theme.spacing(1.5),
      paddingTop: theme.spacing(1),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    head: { fontSize: 13, fontWeight: 600, margin: 0 },
    list: { margin: theme.spacing(1, 0, 0), padding: 0, listStyle: 'none' },
    item: { padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' },
    // Below the words, not below the icon.
    small: { fontSize: 12.5, paddingLeft: 22 },
    what: {
      display: 'flex',
      alignItems: 'center',
      minWidth: 0,
      // As names have it, so that both stand on one line.
      lineHeight: 1.4,
    },
    kind: { fontWeight: 600, flex: 'none', marginRight: theme.spacing(0.75) },
    instance: { flex: 'none', marginLeft: theme.spacing(0.75) },
    warnings: { marginTop: theme.spacing(1) },
  }),
  { name: 'ArgocdPromotionRecovery' },
);

function Item({
  item,
  instance,
}: {
  item: UnreachableItem;
  instance?: string;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <li className={classes.item}>
      <div className={classes.what}>
        <ToneIcon tone="warn" />
        <span className={classes.kind}>{item.kind}</span>
        <Name text={item.name} />
        {instance && (
          <span className={`${classes.instance} ${shared.quiet}`}>
            in {instance}
          </span>
        )}
      </div>
      <div className={classes.small}>
        {item.reason}
        {item.neededBy.length > 0 && ` Needed by ${listWords(item.neededBy)}.`}
      </div>
      <div className={`${classes.small} ${shared.quiet}`}>{item.remedy}</div>
    </li>
  );
}

/** The disaster check: what would come back from git if this Argo CD were lost, and what would not. */
export function Recovery({
  recovery,
  environment,
}: {
  recovery: RecoveryView;
  environment: string;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const [all, setAll] = useState(false);
  const { unreachable, warnings } = recovery;
  const { tone, title, detail } = recoveryWords(recovery);
  // Two Instances may lack a thing of the same name.
  const several =
    new Set([...recovery.start, ...unreachable].map(of => of.instance)).size >
    1;
  return (
    <div
      className={classes.root}
      role="group"
      aria-label={`Disaster check of ${environment}`}
    >
      <h3 className={classes.head}>
        <ToneIcon tone={tone} />
        {title}
      </h3>
      <div className={`${classes.small} ${shared.quiet}`}>{detail}</div>
      {unreachable.length > 0 && (
        <ul
          className={classes.list}
          aria-label={`What of ${environment} would not come back`}
        >
          {(all ? unreachable : unreachable.slice(0, FIRST)).map(item => (
            <Item
              key={[item.kind, item.instance, item.namespace, item.name].join(
                ' ',
              )}
              item={item}
              instance={several ? item.instance : undefined}
            />
          ))}
        </ul>
      )}
      {!all && unreachable.length > FIRST && (
        <Button
          size="small"
          color="primary"
          style={{ textTransform: 'none' }}
          onClick={() => setAll(true)}
        >
          Show all {unreachable.length}
        </Button>
      )}
      {warnings.length > 0 && (
        <div className={classes.warnings}>
          {warnings.map(({ environment: _, ...problem }) => (
            <ProblemMessage key={problem.message} problem={problem} />
          ))}
        </div>
      )}
    </div>
  );
}
