import { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { Problem } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from '../model/answers';
import { errorWords, problemTone, splitRemedy } from '../model/problems';
import { CodeToCopy, Sentence, ToneIcon } from './basics';
import { toneBackground } from './theme';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      alignItems: 'flex-start',
      padding: theme.spacing(1.25, 2),
      borderRadius: theme.shape.borderRadius,
      marginBottom: theme.spacing(1.5),
      overflowWrap: 'anywhere',
      background: theme.palette.action.hover,
    },
    warn: { background: toneBackground(theme, 'warn') },
    bad: { background: toneBackground(theme, 'bad') },
    wait: { background: toneBackground(theme, 'wait') },
    ok: { background: toneBackground(theme, 'ok') },
    body: { flex: 1, minWidth: 0 },
    action: { flex: 'none', marginLeft: theme.spacing(2) },
  }),
  { name: 'ArgocdPromotionMessage' },
);

/** A message in the page: icon, title, text, what to do, and perhaps a button. */
export function Message(props: {
  tone: Tone;
  title: string;
  children?: ReactNode;
  remedy?: string;
  action?: { label: string; onClick: () => void };
  role?: 'alert' | 'status';
}) {
  const classes = useStyles();
  const remedy = props.remedy ? splitRemedy(props.remedy) : undefined;
  const tinted =
    props.tone === 'unknown' || props.tone === 'none'
      ? ''
      : classes[props.tone];
  return (
    <div className={`${classes.root} ${tinted}`} role={props.role}>
      <ToneIcon tone={props.tone} />
      <div className={classes.body}>
        <Typography variant="body2" style={{ fontWeight: 600 }}>
          <Sentence text={props.title} />
        </Typography>
        {props.children && (
          <Typography variant="body2" component="div">
            {props.children}
          </Typography>
        )}
        {remedy?.prose && (
          <Typography variant="body2" color="textSecondary">
            <Sentence text={remedy.prose} />
          </Typography>
        )}
        {remedy?.code && <CodeToCopy code={remedy.code} />}
      </div>
      {props.action && (
        <Button
          size="small"
          variant="outlined"
          className={classes.action}
          onClick={props.action.onClick}
        >
          {props.action.label}
        </Button>
      )}
    </div>
  );
}

export function ProblemMessage({ problem }: { problem: Problem }) {
  const title = problem.environment
    ? `${problem.environment}: ${problem.message}`
    : problem.message;
  return (
    <Message
      tone={problemTone(problem)}
      title={title}
      remedy={problem.remedy}
    />
  );
}

export function ErrorMessage({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: () => void;
}) {
  const words = errorWords(error);
  return (
    <Message
      tone="bad"
      role="alert"
      title={words.title}
      remedy={words.remedy}
      action={onRetry && { label: 'Try again', onClick: onRetry }}
    >
      <Sentence text={words.message} />
    </Message>
  );
}
