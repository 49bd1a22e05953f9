import { makeStyles } from '@material-ui/core/styles';
import { RolloutStep } from '@fairway/backstage-plugin-argocd-promotion-common';
import { STEP_STATES } from '../../model/rollout';
import { ToneIcon } from '../basics';
import { toneColor, useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    line: {
      listStyle: 'none',
      display: 'flex',
      margin: theme.spacing(2, 0, 1),
      padding: 0,
      // Many steps scroll; the line is never cut.
      overflowX: 'auto',
    },
    step: {
      flex: '1 0 92px',
      position: 'relative',
      paddingRight: theme.spacing(1),
      '&:before': {
        content: '""',
        position: 'absolute',
        left: 20,
        right: 2,
        top: 8,
        borderTop: `3px solid ${theme.palette.divider}`,
      },
      '&:last-child:before': { display: 'none' },
    },
    done: { '&:before': { borderTopColor: toneColor(theme, 'ok') } },
    title: { fontSize: 13, overflowWrap: 'anywhere', marginTop: 4 },
    now: { fontWeight: 600 },
    state: { fontSize: 12, color: theme.palette.text.secondary },
  }),
  { name: 'ArgocdPromotionStepLine' },
);

/** The steps of a canary, from left to right, with where it stands. */
export function StepLine({ steps }: { steps: RolloutStep[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  if (steps.length === 0) return null;
  return (
    <ol className={classes.line} aria-label="Steps">
      {steps.map((step, index) => {
        const { tone, word } = STEP_STATES[step.state];
        return (
          <li
            // Steps have no names, and two may be alike.
            // eslint-disable-next-line react/no-array-index-key
            key={index}
            className={`${classes.step} ${
              step.state === 'done' ? classes.done : ''
            }`}
            aria-current={step.state === 'current' ? 'step' : undefined}
          >
            <ToneIcon tone={tone} />
            <div
              className={`${classes.title} ${
                step.state === 'current' ? classes.now : ''
              }`}
            >
              <span className={shared.hidden}>Step {index + 1}: </span>
              {step.title}
            </div>
            <div className={classes.state}>{word}</div>
          </li>
        );
      })}
    </ol>
  );
}
