import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { PromotionEvent } from '@fairway/backstage-plugin-argocd-promotion-common';
import { promotionWord } from '../../model/promotions';
import { Person, RelativeTime, Sentence, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', padding: 0 },
    event: {
      display: 'flex',
      alignItems: 'flex-start',
      padding: theme.spacing(0.75, 0),
      fontSize: 14,
    },
    words: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
    when: { whiteSpace: 'nowrap', paddingLeft: theme.spacing(2) },
  }),
  { name: 'ArgocdPromotionEvents' },
);

/** Every event of a promotion's life, oldest first. */
export function PromotionEvents({ events }: { events: PromotionEvent[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <>
      <Typography variant="subtitle2" component="h3" color="textSecondary">
        What happened
      </Typography>
      <ol className={classes.list}>
        {events.map(event => (
          <li key={event.sequence} className={classes.event}>
            <ToneIcon tone={promotionWord(event.state).tone} />
            <span className={classes.words}>
              <Sentence
                text={event.message || promotionWord(event.state).word}
              />
              {/* The sentence may have said it. */}
              {event.actor && !event.message.includes(event.actor) && (
                <span className={shared.quiet}>
                  {' · '}
                  <Person who={event.actor} />
                </span>
              )}
            </span>
            <span className={`${classes.when} ${shared.quiet}`}>
              <RelativeTime at={event.at} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
