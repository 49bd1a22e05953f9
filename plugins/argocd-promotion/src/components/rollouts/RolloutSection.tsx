import { useState } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  ApplicationView,
  RolloutActionResult,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { useRollouts } from '../../hooks/useRollouts';
import { useTick } from '../../hooks/useTick';
import { countdown, ROLLOUT_STATES } from '../../model/rollout';
import { Name, RelativeTime, Sentence } from '../basics';
import { ErrorMessage, Message } from '../messages';
import { useSharedStyles } from '../theme';
import { Analyses } from './Analyses';
import { RolloutActions } from './RolloutActions';
import { StepLine } from './StepLine';
import { WeightsBar } from './WeightsBar';

const useStyles = makeStyles(
  theme => ({
    rollout: {
      padding: theme.spacing(2),
      marginBottom: theme.spacing(2),
      fontFamily: theme.typography.fontFamily,
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 1),
      alignItems: 'baseline',
      marginBottom: theme.spacing(1),
    },
    title: { margin: 0, fontSize: 15, minWidth: 0 },
  }),
  { name: 'ArgocdPromotionRollout' },
);

function PauseClock({ pause }: { pause: NonNullable<RolloutView['pause']> }) {
  const now = useTick(pause.until !== undefined);
  return (
    <Typography variant="body2" color="textSecondary" component="div">
      Paused
      {pause.since && (
        <>
          {' since '}
          <RelativeTime at={pause.since} />
        </>
      )}
      {pause.until ? (
        <>
          {' · goes on in '}
          <span role="timer">{countdown(pause.until, now)}</span>
        </>
      ) : (
        ' · waits for somebody'
      )}
    </Typography>
  );
}

interface Props {
  entityRef: string;
  environment: string;
  application: ApplicationView;
}

function Rollout(
  props: Props & {
    rollout: RolloutView;
    onActed: (rollout: RolloutView) => void;
    onMoved: () => void;
  },
) {
  const { rollout, onActed } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const [result, setResult] = useState<RolloutActionResult>();
  const { tone } = ROLLOUT_STATES[rollout.state];
  const ill = rollout.state === 'aborted' || rollout.state === 'degraded';
  return (
    <section
      className={`${shared.panel} ${classes.rollout}`}
      aria-label={`Rollout ${rollout.name}`}
    >
      <div className={classes.head}>
        <h4 className={classes.title}>
          Rollout <Name text={rollout.name} />
        </h4>
        <span className={shared.quiet}>
          {rollout.strategy}
          {rollout.revision && ` · revision ${rollout.revision}`}
          {rollout.startedAt && (
            <>
              {' · began '}
              <RelativeTime at={rollout.startedAt} />
            </>
          )}
        </span>
      </div>
      <Message tone={tone} title={rollout.headline}>
        {ill && rollout.message && <Sentence text={rollout.message} />}
      </Message>
      {rollout.pause && <PauseClock pause={rollout.pause} />}
      {/* Of what is at rest the steps say nothing new. */}
      {rollout.update && <StepLine steps={rollout.steps} />}
      <WeightsBar rollout={rollout} />
      <RolloutActions
        {...props}
        onActed={done => {
          setResult(done);
          onActed(done.rollout);
        }}
      />
      {result && (
        <Message
          role="status"
          tone={result.happened ? 'ok' : 'warn'}
          title={result.happened ? 'It is done' : 'Asked for, and not seen yet'}
        >
          <Sentence text={result.message} />
        </Message>
      )}
      <Analyses analyses={rollout.analyses} />
    </section>
  );
}

/** The Rollouts of an Application: steps, weights, pauses, analyses, and what one may do. */
export function RolloutSection(props: Props) {
  const { entityRef, application } = props;
  const { list, error, refresh, replace } = useRollouts(entityRef, application);
  if (!list)
    return error === undefined ? (
      <Skeleton variant="rect" height={180} aria-label="Loading Rollouts" />
    ) : (
      <ErrorMessage error={error} onRetry={refresh} />
    );
  return (
    <>
      {(error !== undefined || list.staleReason) && (
        <Message
          tone="unknown"
          title="As it was last known"
          action={{ label: 'Try again', onClick: refresh }}
        >
          {list.staleReason ?? String(error)}
        </Message>
      )}
      {list.items.map(rollout => (
        <Rollout
          key={`${rollout.namespace}/${rollout.name}`}
          {...props}
          rollout={rollout}
          onActed={replace}
          onMoved={refresh}
        />
      ))}
    </>
  );
}
