import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import {
  RolloutAnalysis,
  RolloutMetric,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { analysisTitle, metricWords, phaseWord } from '../../model/rollout';
import { duration } from '../../model/time';
import { Name, RelativeTime, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';
import { AnalysisChart } from './AnalysisChart';

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', margin: 0, padding: 0 },
    run: {
      padding: theme.spacing(1, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    head: { display: 'flex', gap: theme.spacing(1), alignItems: 'baseline' },
    name: { flex: 1, minWidth: 0 },
    metric: { padding: theme.spacing(0.5, 0, 0.5, 2.75) },
    value: { overflowWrap: 'anywhere' },
    said: { paddingLeft: theme.spacing(2.75), overflowWrap: 'anywhere' },
  }),
  { name: 'ArgocdPromotionAnalyses' },
);

function Metric({ metric }: { metric: RolloutMetric }) {
  const classes = useStyles();
  const { tone, word } = phaseWord(metric.phase);
  const odd = [...metric.measurements]
    .reverse()
    .find(({ phase }) => phase !== 'Successful');
  return (
    <div className={classes.metric}>
      <Typography variant="body2" component="div">
        <ToneIcon tone={tone} />
        {metric.name} {word}
        {metric.provider && ` · ${metric.provider}`}
      </Typography>
      <Typography variant="caption" color="textSecondary" component="div">
        {metricWords(metric)}
      </Typography>
      <AnalysisChart metric={metric} />
      {odd && (odd.message || odd.number === undefined) && (
        <Typography variant="caption" component="div" className={classes.value}>
          {odd.message ?? odd.value}
        </Typography>
      )}
      {metric.message && (
        <Typography variant="caption" component="div" className={classes.value}>
          {metric.message}
        </Typography>
      )}
    </div>
  );
}

/** The analyses of an update, each with its metrics against their conditions. */
export function Analyses({ analyses }: { analyses: RolloutAnalysis[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  if (analyses.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Analyses">
      {analyses.map(analysis => {
        const { name, phase, startedAt, finishedAt, message, metrics } =
          analysis;
        const { tone, word } = phaseWord(phase);
        return (
          <li key={name} className={classes.run}>
            <div className={classes.head}>
              <Typography
                variant="body2"
                component="div"
                className={classes.name}
              >
                <ToneIcon tone={tone} />
                Analysis <Name text={name} /> {word}
                <span className={shared.quiet}>
                  {' '}
                  · {analysisTitle(analysis)}
                </span>
              </Typography>
              <Typography variant="caption" color="textSecondary">
                {startedAt && finishedAt && duration(startedAt, finishedAt)}
                {startedAt && !finishedAt && (
                  <>
                    since <RelativeTime at={startedAt} />
                  </>
                )}
              </Typography>
            </div>
            {message && metrics.every(metric => !metric.message) && (
              <Typography
                variant="caption"
                component="div"
                className={classes.said}
              >
                {message}
              </Typography>
            )}
            {metrics.map(metric => (
              <Metric key={metric.name} metric={metric} />
            ))}
          </li>
        );
      })}
    </ul>
  );
}
