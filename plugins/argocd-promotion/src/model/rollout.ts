import {
  RolloutAction,
  RolloutAnalysis,
  RolloutMetric,
  RolloutState,
  RolloutStep,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';

export const ROLLOUT_STATES: Record<
  RolloutState,
  { tone: Tone; word: string }
> = {
  complete: { tone: 'ok', word: 'Complete' },
  progressing: { tone: 'wait', word: 'Rolling out' },
  paused: { tone: 'wait', word: 'Paused' },
  aborted: { tone: 'bad', word: 'Aborted' },
  degraded: { tone: 'bad', word: 'Degraded' },
  unknown: { tone: 'unknown', word: 'Unknown' },
};

export const STEP_STATES: Record<
  RolloutStep['state'],
  { tone: Tone; word: string }
> = {
  done: { tone: 'ok', word: 'done' },
  current: { tone: 'wait', word: 'now' },
  waiting: { tone: 'none', word: 'not reached' },
  failed: { tone: 'bad', word: 'failed' },
};

/** Phases of analyses and measurements, in words. */
export function phaseWord(phase: string): { tone: Tone; word: string } {
  switch (phase) {
    case 'Successful':
      return { tone: 'ok', word: 'passed' };
    case 'Failed':
      return { tone: 'bad', word: 'failed' };
    case 'Error':
      return { tone: 'bad', word: 'could not be measured' };
    case 'Inconclusive':
      return { tone: 'warn', word: 'inconclusive' };
    default:
      return { tone: 'wait', word: 'is measured' };
  }
}

const LABELS: Record<RolloutAction, string> = {
  resume: 'Continue',
  'skip-current-step': 'Skip this step',
  'promote-full': 'Promote fully',
  pause: 'Pause',
  abort: 'Abort',
  retry: 'Retry',
  restart: 'Restart Pods',
};

/** What a button says; the same action is another thing where it ends another pause. */
export function actionLabel(
  action: RolloutAction,
  { pause, strategy }: Pick<RolloutView, 'pause' | 'strategy'>,
): string {
  if (action !== 'resume' || !pause) return LABELS[action];
  if (pause.reason === 'by-hand') return 'Resume';
  return strategy === 'blue-green' ? 'Switch over' : LABELS.resume;
}

/** The one button that goes on with what stands still. */
export function primaryAction({
  state,
}: Pick<RolloutView, 'state'>): RolloutAction | undefined {
  if (state === 'paused') return 'resume';
  return state === 'aborted' ? 'retry' : undefined;
}

/** `4 min 12 s`, `12 s`; at its end `now`. */
export function countdown(until: string, now: number): string {
  const left = Math.ceil((Date.parse(until) - now) / 1_000);
  if (!(left > 0)) return 'now';
  const hours = Math.floor(left / 3_600);
  const minutes = Math.floor((left % 3_600) / 60);
  const seconds = left % 60;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
}

const KINDS: Record<RolloutAnalysis['kind'], string> = {
  step: 'step',
  background: 'beside the steps',
  'pre-promotion': 'before the switch',
  'post-promotion': 'after the switch',
};

export function analysisTitle({
  kind,
  step,
}: Pick<RolloutAnalysis, 'kind' | 'step'>): string {
  return kind === 'step' && step !== undefined
    ? `step ${step + 1}`
    : KINDS[kind];
}

const good = ({ phase }: { phase: string }) => phase === 'Successful';

/** `4 of 5 measurements passed, at least 0.95`: the chart in words. */
export function metricWords(metric: RolloutMetric): string {
  const { measurements, count, successCondition, failureCondition } = metric;
  const passed = measurements.filter(good).length;
  const wanted = count === undefined ? '' : ` of ${count} wanted`;
  const last = measurements[measurements.length - 1];
  return [
    measurements.length === 0
      ? 'nothing measured yet'
      : `${passed} of ${measurements.length} measurements passed${
          count !== undefined && count > measurements.length ? `,${wanted}` : ''
        }`,
    last?.value !== undefined && last.number !== undefined
      ? `last ${last.number}`
      : undefined,
    successCondition && `passes when ${successCondition}`,
    failureCondition && `fails when ${failureCondition}`,
    metric.dryRun && 'dry run, without effect',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A small chart: everything in units of its box. */
export interface Chart {
  points: Array<{ x: number; y: number; phase: string; label: string }>;
  bounds: Array<{ y: number; label: string }>;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Points and bounds of a metric's numbers; undefined where there are too few numbers to draw. */
export function chartOf(
  { measurements, bounds }: RolloutMetric,
  box: { width: number; height: number },
): Chart | undefined {
  const numbered = measurements.flatMap(measurement =>
    measurement.number === undefined
      ? []
      : [{ ...measurement, number: measurement.number }],
  );
  // A Job answers yes or no: there is nothing to draw of it.
  if (numbered.length === 0 || (bounds.length === 0 && isYesOrNo(numbered)))
    return undefined;
  const values = [
    ...numbered.map(({ number }) => number),
    ...bounds.map(({ value }) => value),
  ];
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest || Math.abs(lowest) || 1;
  const y = (value: number) =>
    round(
      box.height - ((value - lowest + span * 0.15) / (span * 1.3)) * box.height,
    );
  const gap = numbered.length > 1 ? box.width / (numbered.length - 1) : 0;
  return {
    points: numbered.map(({ number, phase }, index) => ({
      x: round(numbered.length > 1 ? index * gap : box.width / 2),
      y: y(number),
      phase,
      label: String(number),
    })),
    bounds: bounds.map(({ operator, value, of }) => ({
      y: y(value),
      label: `${of === 'failure' ? 'fails ' : ''}${operator} ${value}`,
    })),
  };
}

function isYesOrNo(measurements: Array<{ number: number }>): boolean {
  return measurements.every(({ number }) => number === 0 || number === 1);
}
