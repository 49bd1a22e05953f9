import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { FieldDifference } from '@fairway/backstage-plugin-argocd-promotion-common';
import { HIDDEN, valuesOf } from '../model/drift';
import { RelativeTime } from './basics';
import { MONO, toneBackground, useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    field: {
      padding: theme.spacing(0.75, 1.5),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    path: { fontFamily: MONO, fontSize: 12.5, overflowWrap: 'anywhere' },
    values: {
      fontFamily: MONO,
      fontSize: 12.5,
      overflowWrap: 'anywhere',
      whiteSpace: 'pre-wrap',
    },
    git: { background: toneBackground(theme, 'ok'), padding: '0 4px' },
    live: { background: toneBackground(theme, 'warn'), padding: '0 4px' },
  }),
  { name: 'ArgocdPromotionDriftField' },
);

/** One field that differs: both values, and who wrote the live one. */
export function DriftField({ field }: { field: FieldDifference }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const values = valuesOf(field);
  return (
    <li className={classes.field}>
      <div className={classes.path}>{field.path}</div>
      {values ? (
        <div className={classes.values}>
          <span className={shared.hidden}>git: </span>
          <span className={classes.git} title="in git">
            {values.git}
          </span>
          <span aria-hidden> → </span>
          <span className={shared.hidden}>, cluster: </span>
          <span className={classes.live} title="in the cluster">
            {values.live}
          </span>
        </div>
      ) : (
        <Typography variant="body2">
          {field.hidden && HIDDEN[field.hidden]}
        </Typography>
      )}
      {field.changedBy && (
        <Typography variant="caption" color="textSecondary">
          by {field.changedBy.manager}
          {field.changedBy.at && (
            <>
              , <RelativeTime at={field.changedBy.at} />
            </>
          )}
        </Typography>
      )}
    </li>
  );
}
