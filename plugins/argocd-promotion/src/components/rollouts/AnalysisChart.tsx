import { makeStyles } from '@material-ui/core/styles';
import { RolloutMetric } from '@fairway/backstage-plugin-argocd-promotion-common';
import { chartOf, metricWords, phaseWord } from '../../model/rollout';
import { toneColor } from '../theme';

const BOX = { width: 420, height: 64 };
const PAD = 6;

const useStyles = makeStyles(
  theme => ({
    chart: { display: 'block', width: '100%', maxWidth: 520, marginTop: 4 },
    line: {
      fill: 'none',
      stroke: theme.palette.text.secondary,
      strokeWidth: 1.5,
    },
    bound: {
      stroke: toneColor(theme, 'bad'),
      strokeWidth: 1,
      strokeDasharray: '4 3',
    },
    label: {
      fill: theme.palette.text.secondary,
      fontSize: 11,
      fontFamily: theme.typography.fontFamily,
    },
    ok: { fill: toneColor(theme, 'ok') },
    bad: { fill: toneColor(theme, 'bad') },
    warn: { fill: toneColor(theme, 'warn') },
    wait: { fill: toneColor(theme, 'wait') },
  }),
  { name: 'ArgocdPromotionAnalysisChart' },
);

/** The measurements of a metric against its condition. What failed has another shape, not only another colour. */
export function AnalysisChart({ metric }: { metric: RolloutMetric }) {
  const classes = useStyles();
  const chart = chartOf(metric, BOX);
  if (!chart) return null;
  return (
    <svg
      className={classes.chart}
      viewBox={`${-PAD} ${-PAD} ${BOX.width + 70} ${BOX.height + 2 * PAD}`}
      role="img"
      aria-label={`${metric.name}: ${metricWords(metric)}`}
    >
      {chart.bounds.map(({ y, label }) => (
        <g key={label}>
          <line className={classes.bound} x1={0} x2={BOX.width} y1={y} y2={y} />
          <text className={classes.label} x={BOX.width + 6} y={y + 4}>
            {label}
          </text>
        </g>
      ))}
      <polyline
        className={classes.line}
        points={chart.points.map(({ x, y }) => `${x},${y}`).join(' ')}
      />
      {chart.points.map(({ x, y, phase, label }) => {
        const { tone } = phaseWord(phase);
        const className = classes[tone as 'ok'] ?? classes.wait;
        return tone === 'ok' ? (
          <circle key={x} className={className} cx={x} cy={y} r={3.5}>
            <title>{label}</title>
          </circle>
        ) : (
          <rect
            key={x}
            className={className}
            x={x - 4}
            y={y - 4}
            width={8}
            height={8}
            transform={`rotate(45 ${x} ${y})`}
          >
            <title>{label}</title>
          </rect>
        );
      })}
    </svg>
  );
}
