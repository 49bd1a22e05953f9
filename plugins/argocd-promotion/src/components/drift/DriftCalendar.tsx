import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { DriftDay } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../../hooks/clock';
import { calendar, CalendarDay } from '../../model/driftHistory';
import { toneColor, useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    weeks: {
      display: 'flex',
      gap: 3,
      listStyle: 'none',
      margin: theme.spacing(1, 0),
      padding: 0,
      overflowX: 'auto',
    },
    week: {
      display: 'grid',
      gridAutoRows: 22,
      gap: 3,
      listStyle: 'none',
      margin: 0,
      padding: 0,
    },
    day: {
      width: 22,
      height: 22,
      padding: 0,
      borderRadius: 3,
      border: `1px solid ${theme.palette.divider}`,
      background: theme.palette.action.hover,
      color: theme.palette.text.primary,
      font: 'inherit',
      fontSize: 11,
      lineHeight: '20px',
      textAlign: 'center',
    },
    some: {
      cursor: 'pointer',
      borderColor: toneColor(theme, 'warn'),
      borderWidth: 1,
    },
    more: { borderWidth: 2, lineHeight: '18px', fontWeight: 600 },
    many: {
      borderWidth: 2,
      lineHeight: '18px',
      fontWeight: 700,
      background: toneColor(theme, 'warn'),
      color: theme.palette.getContrastText(toneColor(theme, 'warn')),
    },
    chosen: {
      outline: `2px solid ${theme.palette.text.primary}`,
      outlineOffset: 1,
    },
  }),
  { name: 'ArgocdPromotionDriftCalendar' },
);

/** How many drifts began on each day of the last weeks: the number stands in the day, so that colour only helps. */
export function DriftCalendar(props: {
  days: DriftDay[];
  chosen?: string;
  onChoose: (date: string | undefined) => void;
}) {
  const { days, chosen, onChoose } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const now = useNow();
  const classOf = ({ level, date }: CalendarDay) =>
    [
      classes.day,
      level > 0 && classes.some,
      level === 2 && classes.more,
      level === 3 && classes.many,
      date === chosen && classes.chosen,
    ]
      .filter(Boolean)
      .join(' ');
  return (
    <>
      <ul className={classes.weeks} aria-label="Drifts by day">
        {calendar(days, now).map(week => (
          <li key={week[0].date}>
            <ul
              className={classes.week}
              aria-label={`Week of ${week[0].words.split(':')[0]}`}
            >
              {week.map(day => (
                <li key={day.date}>
                  {day.episodes > 0 ? (
                    <button
                      type="button"
                      className={classOf(day)}
                      title={day.words}
                      aria-label={day.words}
                      aria-pressed={day.date === chosen}
                      onClick={() =>
                        onChoose(day.date === chosen ? undefined : day.date)
                      }
                    >
                      {day.episodes > 99 ? '99' : day.episodes}
                    </button>
                  ) : (
                    <div className={classOf(day)} title={day.words}>
                      <span className={shared.hidden}>{day.words}</span>
                    </div>
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <Typography variant="caption" color="textSecondary">
        Weeks from left to right, Monday first, days in UTC. The number is how
        many drifts began; choose a day to see them.
      </Typography>
    </>
  );
}
