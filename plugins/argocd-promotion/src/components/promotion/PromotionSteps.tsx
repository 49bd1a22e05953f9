import { makeStyles } from '@material-ui/core/styles';
import { PromotionSummary } from '@fairway/backstage-plugin-argocd-promotion-common';
import { withNames } from '../../model/people';
import { Step } from '../../model/promotions';
import { OutLink, Sentence } from '../basics';
import { toneColor, useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    links: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(2),
      fontSize: 13,
      margin: theme.spacing(1, 0),
    },
    steps: {
      listStyle: 'none',
      display: 'grid',
      gridTemplateColumns: 'repeat(6, minmax(90px, 1fr))',
      overflowX: 'auto',
      margin: theme.spacing(2, 0, 0),
      padding: 0,
    },
    step: {
      position: 'relative',
      paddingTop: 24,
      paddingRight: 8,
      fontSize: 13,
      overflowWrap: 'anywhere',
      '&:before': {
        content: '""',
        position: 'absolute',
        top: 7,
        left: 0,
        right: 0,
        borderTop: `2px solid ${theme.palette.divider}`,
      },
    },
    // At length it stands above, or in the details.
    note: {
      display: '-webkit-box',
      '-webkit-line-clamp': 5,
      '-webkit-box-orient': 'vertical',
      overflow: 'hidden',
    },
    stepDone: { '&:before': { borderTopColor: toneColor(theme, 'ok') } },
    dot: {
      position: 'absolute',
      top: 0,
      left: 0,
      width: 16,
      height: 16,
      borderRadius: 8,
      background: theme.palette.background.paper,
      border: `2px solid ${theme.palette.divider}`,
      fontSize: 11,
      lineHeight: '12px',
      textAlign: 'center',
      fontWeight: 700,
    },
    done: {
      borderColor: toneColor(theme, 'ok'),
      color: toneColor(theme, 'ok'),
    },
    now: { borderColor: toneColor(theme, 'wait'), borderWidth: 4 },
    bad: {
      borderColor: toneColor(theme, 'bad'),
      color: toneColor(theme, 'bad'),
    },
  }),
  { name: 'ArgocdPromotionSteps' },
);

const DOTS: Record<Step['state'], { sign: string; spoken: string }> = {
  done: { sign: '✓', spoken: 'done' },
  now: { sign: '', spoken: 'now' },
  failed: { sign: '×', spoken: 'failed' },
  stopped: { sign: '–', spoken: 'stopped' },
  skipped: { sign: '–', spoken: 'not needed' },
  ahead: { sign: '', spoken: 'ahead' },
};

/** The six steps; the present one says what it waits for. */
export function PromotionSteps({ steps }: { steps: Step[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <ol className={classes.steps}>
      {steps.map(step => (
        <li
          key={step.key}
          className={`${classes.step} ${
            step.state === 'done' ? classes.stepDone : ''
          }`}
          aria-current={step.state === 'now' ? 'step' : undefined}
        >
          <span
            aria-hidden
            className={`${classes.dot} ${
              step.state === 'done' ? classes.done : ''
            } ${step.state === 'now' ? classes.now : ''} ${
              step.state === 'failed' ? classes.bad : ''
            }`}
          >
            {DOTS[step.state].sign}
          </span>
          <span style={{ fontWeight: step.state === 'now' ? 700 : 400 }}>
            {step.title}
          </span>
          <span className={shared.hidden}> ({DOTS[step.state].spoken})</span>
          {step.note && (
            <div
              className={`${shared.quiet} ${classes.note}`}
              title={withNames(step.note)}
            >
              <Sentence text={step.note} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Commit, pull request and Argo CD of a promotion. */
export function PromotionLinks({ promotion }: { promotion: PromotionSummary }) {
  const classes = useStyles();
  const { commit, pullRequest, applicationUrls } = promotion;
  return (
    <div className={classes.links}>
      {pullRequest && (
        <OutLink to={pullRequest.url}>
          Pull request #{pullRequest.number}
        </OutLink>
      )}
      {commit && (
        <OutLink to={commit.url}>Commit {commit.sha.slice(0, 7)}</OutLink>
      )}
      {applicationUrls.map((url, index) => (
        <OutLink key={url} to={url}>
          Argo CD{applicationUrls.length > 1 ? ` ${index + 1}` : ''} ↗
        </OutLink>
      ))}
    </div>
  );
}
