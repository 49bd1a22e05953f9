import { makeStyles } from '@material-ui/core/styles';
import { EnvironmentView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../../hooks/clock';
import { Answer, laneAnswers } from '../../model/answers';
import { Mark, ToneIcon } from '../basics';

const useStyles = makeStyles(
  theme => ({
    answers: {
      display: 'grid',
      gridTemplateColumns: '1fr 1fr',
      // Too narrow for two words side by side.
      '@container (max-width: 215px)': { gridTemplateColumns: '1fr' },
      margin: 0,
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    answer: {
      padding: theme.spacing(1.1, 0.5, 1.1, 2),
      borderBottom: `1px solid ${theme.palette.divider}`,
      minWidth: 0,
      '&:nth-child(odd)': { borderRight: `1px solid ${theme.palette.divider}` },
      '&:nth-child(even)': { paddingLeft: theme.spacing(1.25) },
      // The foot or a note has a line of its own.
      '&:nth-last-child(-n + 2)': { borderBottom: 0 },
    },
    word: {
      // The longest health, Progressing, stays whole in the narrowest lane.
      fontSize: 13.5,
      display: 'flex',
      alignItems: 'flex-start',
      overflowWrap: 'anywhere',
      '& svg': { marginTop: 2 },
    },
    reason: {
      fontSize: 12,
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
      display: '-webkit-box',
      '-webkit-line-clamp': 3,
      '-webkit-box-orient': 'vertical',
      overflow: 'hidden',
    },
  }),
  { name: 'ArgocdPromotionLaneAnswers' },
);

function AnswerCell({ answer }: { answer: Answer }) {
  const classes = useStyles();
  return (
    <div className={classes.answer} role="listitem">
      <div className={classes.word}>
        <ToneIcon tone={answer.tone} />
        <Mark value={answer.word}>{answer.word}</Mark>
      </div>
      {answer.reason && (
        <div className={classes.reason} title={answer.detail ?? answer.reason}>
          {answer.reason}
        </div>
      )}
    </div>
  );
}

/** Synced, healthy, hooks, drift: always in the same place. */
export function LaneAnswers({ environment }: { environment: EnvironmentView }) {
  const classes = useStyles();
  const now = useNow();
  return (
    <div
      className={classes.answers}
      role="list"
      aria-label={`State of ${environment.name}`}
    >
      {laneAnswers(environment.applications, now).map(answer => (
        <AnswerCell key={answer.topic} answer={answer} />
      ))}
    </div>
  );
}
