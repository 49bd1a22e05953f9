import {
  RolloutAnalysis,
  RolloutMeasurement,
  RolloutMetric,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ResourceNode } from '../argocd/types';
import { withoutAbsent } from './facts';
import { at, listAt, numberAt, objectAt, textAt } from './manifests';

/** More points than these tell nothing new on a small chart. */
const MAX_MEASUREMENTS = 60;
const MAX_VALUE = 200;

const KINDS: Record<string, RolloutAnalysis['kind']> = {
  Step: 'step',
  Background: 'background',
  PrePromotion: 'pre-promotion',
  PostPromotion: 'post-promotion',
};

export const ENDED = ['Successful', 'Failed', 'Error', 'Inconclusive'];

/** Reads the live manifest of an AnalysisRun; undefined for anything else. */
export function parseAnalysisRun(
  manifest: unknown,
): RolloutAnalysis | undefined {
  const name = textAt(manifest, 'metadata', 'name');
  if (!name || at(manifest, 'kind') !== 'AnalysisRun') return undefined;
  const labels = objectAt(manifest, 'metadata', 'labels');
  const status = objectAt(manifest, 'status');
  const args = new Map(
    listAt(manifest, 'spec', 'args').flatMap(arg => {
      const argument = textAt(arg, 'name');
      const value = textAt(arg, 'value');
      return argument && value ? [[argument, value] as const] : [];
    }),
  );
  const dry = listAt(manifest, 'spec', 'dryRun').map(
    metric => textAt(metric, 'metricName') ?? '',
  );
  const results = listAt(status, 'metricResults');
  const phase = textAt(status, 'phase') ?? 'Pending';
  const { kind, step } = purposeOf(name, labels);
  return withoutAbsent({
    name,
    kind,
    step,
    phase,
    message: textAt(status, 'message'),
    startedAt:
      textAt(status, 'startedAt') ??
      textAt(manifest, 'metadata', 'creationTimestamp'),
    finishedAt: ENDED.includes(phase)
      ? textAt(status, 'completedAt') ?? lastMeasured(results)
      : undefined,
    metrics: listAt(manifest, 'spec', 'metrics').map(metric =>
      metricOf(
        metric,
        results.find(result => result.name === metric.name),
        args,
        dry,
      ),
    ),
  });
}

const PHASES: Record<string, string> = {
  Healthy: 'Successful',
  Progressing: 'Running',
  Degraded: 'Failed',
};

/** What the tree alone tells of an AnalysisRun: how it ended, without what was measured. */
export function analysisOfNode(
  node: Pick<ResourceNode, 'name' | 'health' | 'createdAt'>,
): RolloutAnalysis {
  const { status = '', message } = node.health ?? {};
  return withoutAbsent({
    name: node.name,
    ...purposeOf(node.name, {}),
    phase: PHASES[status] ?? 'Inconclusive',
    message,
    startedAt: node.createdAt,
    metrics: [],
  });
}

/** What it runs for: by its labels, which name it in so many words, else by the end of its name. */
function purposeOf(
  name: string,
  labels: Record<string, unknown>,
): Pick<RolloutAnalysis, 'kind' | 'step'> {
  const kind = KINDS[textAt(labels, 'rollout-type') ?? ''];
  const index = numberAt(labels, 'step-index');
  if (kind) return { kind, ...(index === undefined ? {} : { step: index }) };
  if (/-pre(\.\d+)?$/.test(name)) return { kind: 'pre-promotion' };
  if (/-post(\.\d+)?$/.test(name)) return { kind: 'post-promotion' };
  const tail = /-\d+-(\d+)(?:\.\d+)?$/.exec(name);
  return tail
    ? { kind: 'step', step: Number(tail[1]) }
    : { kind: 'background' };
}

function metricOf(
  metric: Record<string, unknown>,
  result: Record<string, unknown> | undefined,
  args: Map<string, string>,
  dry: string[],
): RolloutMetric {
  const name = textAt(metric, 'name') ?? 'metric';
  const filled = (key: string) =>
    textAt(metric, key)?.replace(
      /\{\{\s*args\.([\w-]+)\s*\}\}/g,
      (whole, argument: string) => args.get(argument) ?? whole,
    );
  const successCondition = filled('successCondition');
  const failureCondition = filled('failureCondition');
  const count = numberAt(metric, 'count');
  const hasEnd =
    count !== undefined || textAt(metric, 'interval') === undefined;
  return withoutAbsent({
    name,
    phase: textAt(result, 'phase') ?? 'Pending',
    message: textAt(result, 'message'),
    provider: Object.keys(objectAt(metric, 'provider'))[0],
    successCondition,
    failureCondition,
    bounds: [
      ...boundsOf(successCondition, 'success'),
      ...boundsOf(failureCondition, 'failure'),
    ],
    count: hasEnd ? count ?? 1 : undefined,
    failureLimit: numberAt(metric, 'failureLimit') ?? 0,
    dryRun:
      dry.some(pattern => matches(pattern, name)) ||
      at(result, 'dryRun') === true,
    measurements: listAt(result, 'measurements')
      .slice(-MAX_MEASUREMENTS)
      .map(measurementOf),
  });
}

/** Dry runs are named by regular expressions, which are an author's and may be any. */
function matches(pattern: string, name: string): boolean {
  return pattern === name || pattern === '.*';
}

function measurementOf(
  measurement: Record<string, unknown>,
): RolloutMeasurement {
  const value = textAt(measurement, 'value');
  return withoutAbsent({
    phase: textAt(measurement, 'phase') ?? 'Pending',
    value:
      value && value.length > MAX_VALUE
        ? `${value.slice(0, MAX_VALUE)}…`
        : value,
    number: value === undefined ? undefined : numberIn(value),
    message: textAt(measurement, 'message'),
    at: textAt(measurement, 'finishedAt') ?? textAt(measurement, 'startedAt'),
  });
}

/** Providers answer `0.97`, `[0.97]` or anything else. */
function numberIn(value: string): number | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return undefined;
  }
  const one = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  return typeof one === 'number' && Number.isFinite(one) ? one : undefined;
}

const COMPARISON =
  /^(?:asFloat|asInt|default)?\(?\s*result(?:\[0\])?\s*(?:,[^)]*)?\)?\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)$/;

/** The numbers of a condition that is made of plain comparisons of the result; none of a condition that says more. */
export function boundsOf(
  condition: string | undefined,
  of: 'success' | 'failure',
): RolloutMetric['bounds'] {
  if (!condition) return [];
  const parts = condition.split('&&').map(part => COMPARISON.exec(part.trim()));
  return parts.every(part => part !== null)
    ? parts.map(part => ({
        operator: part![1] as '>' | '>=' | '<' | '<=',
        value: Number(part![2]),
        of,
      }))
    : [];
}

function lastMeasured(results: Array<Record<string, unknown>>) {
  return results
    .flatMap(result => listAt(result, 'measurements'))
    .flatMap(measurement => textAt(measurement, 'finishedAt') ?? [])
    .sort()
    .pop();
}

/** Whether an object of a tree is an AnalysisRun that belongs to this Rollout's present update. */
export function isOfUpdate(
  name: string,
  rollout: { name: string; currentHash?: string; revision?: string },
): boolean {
  const prefix = [rollout.name, rollout.currentHash, rollout.revision].join(
    '-',
  );
  return (
    name === prefix ||
    name.startsWith(`${prefix}-`) ||
    name.startsWith(`${prefix}.`)
  );
}
