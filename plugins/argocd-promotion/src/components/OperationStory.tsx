import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import {
  ApplicationDetails,
  OperationStep,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import { operationLine } from '../model/operation';
import { STEPS, stretches, toneOf, wordsOf } from '../model/story';
import { Name, ToneIcon } from './basics';
import { HookLog } from './HookLog';
import { Message } from './messages';
import { toneColor } from './theme';

const useStyles = makeStyles(
  theme => ({
    title: {
      margin: theme.spacing(1.5, 0, 0.5),
      fontSize: 12,
      fontWeight: 600,
      letterSpacing: '0.03em',
      color: theme.palette.text.secondary,
    },
    steps: {
      listStyle: 'none',
      margin: theme.spacing(0, 0, 0, 1),
      padding: theme.spacing(0, 0, 0, 1.5),
      borderLeft: `2px solid ${theme.palette.divider}`,
    },
    ok: { borderLeftColor: toneColor(theme, 'ok') },
    wait: { borderLeftColor: toneColor(theme, 'wait') },
    bad: { borderLeftColor: toneColor(theme, 'bad') },
    step: { padding: theme.spacing(0.5, 0) },
    words: { paddingLeft: 22, overflowWrap: 'anywhere' },
  }),
  { name: 'ArgocdPromotionStory' },
);

interface Props {
  entityRef: string;
  application: ApplicationDetails;
}

function Step({ step, ...props }: Props & { step: OperationStep }) {
  const classes = useStyles();
  const { tone, word } = STEPS[step.state];
  const words = wordsOf(step);
  const isReached = step.state !== 'waiting';
  return (
    <li className={classes.step}>
      <Typography variant="body2" component="div">
        <ToneIcon tone={tone} />
        {step.kind} <Name text={step.name} />
      </Typography>
      <Typography
        variant="caption"
        color="textSecondary"
        component="div"
        className={classes.words}
      >
        {[step.hook && 'hook', word, words].filter(Boolean).join(' · ')}
        {step.hook && isReached && (
          <div>
            <HookLog {...props} hook={step} />
          </div>
        )}
      </Typography>
    </li>
  );
}

/** The last or running sync of an Application, from its first phase to its last. */
export function OperationStory(props: Props) {
  const { application } = props;
  const classes = useStyles();
  const now = useNow();
  const line = operationLine(application, now);
  if (!line)
    return (
      <Typography variant="body2" color="textSecondary">
        It was never synced.
      </Typography>
    );
  return (
    <>
      <Message tone={line.tone} title={line.headline}>
        {line.message}
      </Message>
      {stretches(application.story).map(({ title, steps }) => {
        const tone = toneOf(steps);
        const tinted = tone === 'none' ? '' : classes[tone as 'ok'];
        return (
          <section key={title} aria-label={title}>
            <h4 className={classes.title}>{title}</h4>
            <ul className={`${classes.steps} ${tinted}`}>
              {steps.map(step => (
                <Step
                  key={[step.group, step.kind, step.namespace, step.name].join(
                    '/',
                  )}
                  {...props}
                  step={step}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {application.orderProblems.map(problem => (
        <Message
          key={`${problem.kind}/${problem.name}`}
          tone="warn"
          title={problem.message}
          remedy={problem.remedy}
        />
      ))}
    </>
  );
}
