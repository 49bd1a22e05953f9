import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { PromotionEvent } from '@fairway/backstage-plugin-argocd-promotion-common';
import { promotionWord } from '../../model/promotions';
import { duration, exactTime } from '../../model/time';
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
    // What is past is quiet: the eye lands on the end.
    dot: {
      flex: 'none',
      width: 8,
      height: 8,
      borderRadius: 4,
      margin: '6px 10px 6px 4px',
      background: theme.palette.text.disabled,
    },
    words: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
    when: { whiteSpace: 'nowrap', paddingLeft: theme.spacing(2) },
  }),
  { name: 'ArgocdPromotionEvents' },
);

/** `+31 s`: how long after the first event. */
const offset = (from: string, to: string) => `+${duration(from, to) ?? '0 s'}`;

/** Every event of a promotion's life, oldest first, by the time since it was asked for. */
export function PromotionEvents({ events }: { events: PromotionEvent[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const [first] = events;
  const last = events[events.length - 1];
  return (
    <>
      <Typography
        variant="subtitle2"
        component="h3"
        color="textSecondary"
        style={{ fontWeight: 600, marginTop: 20 }}
      >
        What happened
      </Typography>
      <ol className={classes.list}>
        {events.map(event => (
          <li key={event.sequence} className={classes.event}>
            {event === last ? (
              <ToneIcon tone={promotionWord(event.state).tone} />
            ) : (
              <span aria-hidden className={classes.dot} />
            )}
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
              {event === first ? (
                <RelativeTime at={event.at} />
              ) : (
                <time dateTime={event.at} title={exactTime(event.at)}>
                  {offset(first.at, event.at)}
                </time>
              )}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
