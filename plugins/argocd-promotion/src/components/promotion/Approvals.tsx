import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { Approval } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Person, RelativeTime, Sentence, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', padding: 0, margin: theme.spacing(0.5, 0, 1.5) },
    approval: {
      display: 'flex',
      alignItems: 'flex-start',
      padding: theme.spacing(0.5, 0),
      fontSize: 14,
    },
    words: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
    when: { whiteSpace: 'nowrap', paddingLeft: theme.spacing(2) },
  }),
  { name: 'ArgocdPromotionApprovals' },
);

/** Who has approved, with what they said; what was given to an earlier plan is marked. */
export function Approvals({ approvals }: { approvals: Approval[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  if (approvals.length === 0) return null;
  return (
    <>
      <Typography
        variant="subtitle2"
        component="h3"
        color="textSecondary"
        style={{ fontWeight: 600 }}
      >
        Approvals
      </Typography>
      <ul className={classes.list}>
        {approvals.map(({ by, at, reason, void: isVoid }) => (
          <li key={`${by} ${at}`} className={classes.approval}>
            <ToneIcon tone={isVoid ? 'none' : 'ok'} />
            <span className={classes.words}>
              <Person who={by} />
              {reason && (
                <>
                  : <Sentence text={reason} />
                </>
              )}
              {isVoid && (
                <span className={shared.quiet}>
                  {' '}
                  · void, as the plan has changed since
                </span>
              )}
            </span>
            <span className={`${classes.when} ${shared.quiet}`}>
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
