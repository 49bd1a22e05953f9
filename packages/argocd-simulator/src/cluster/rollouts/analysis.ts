import { Clock } from '../../clock/Clock';
import { KubernetesObject } from '../../ports';
import { exitCodeOf } from '../commands';
import {
  at,
  isRecord,
  listAt,
  numberAt,
  ownerReference,
  refOf,
  textAt,
  timestamp,
} from '../objects';
import { ObjectStore } from '../ObjectStore';
import { durationMs } from './steps';
import { Analysis, ROLLOUT_NAMING, RolloutPass } from './types';

/** The run of an analysis that belongs to this pass, made when there is none; a text says why there can be none. */
export function analysisRun(
  store: ObjectStore,
  { rollout, current, hash }: RolloutPass,
  analysis: Analysis,
  suffix: string,
): KubernetesObject | string {
  const namespace = rollout.metadata.namespace ?? '';
  const revision = current.metadata.annotations?.[ROLLOUT_NAMING.revision];
  const ref = {
    group: 'argoproj.io',
    kind: 'AnalysisRun',
    namespace,
    name: `${rollout.metadata.name}-${hash}-${revision}-${suffix}`,
  };
  const existing = store.get(ref);
  if (existing) return existing;
  const metrics: unknown[] = [];
  for (const { templateName } of analysis.templates ?? []) {
    const template = store.get({
      ...ref,
      kind: 'AnalysisTemplate',
      name: templateName,
    });
    if (!template)
      return `InvalidSpec: The Rollout "${rollout.metadata.name}" is invalid: AnalysisTemplate '${templateName}' not found`;
    metrics.push(...listAt(template, 'spec', 'metrics'));
  }
  return store.create({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: ref.name,
      namespace,
      labels: { [ROLLOUT_NAMING.hash]: hash },
      annotations: { [ROLLOUT_NAMING.revision]: String(revision) },
      ownerReferences: [ownerReference(rollout)],
    },
    spec: { metrics },
    status: { phase: 'Running' },
  });
}

interface Measurement {
  phase: 'Successful' | 'Failed';
  value: string;
  startedAt: string;
  finishedAt: string;
}

const isFailed = ({ phase }: Measurement) => phase === 'Failed';

/**
 * What Prometheus answers to a query that is made of constants, one after the other: `vector(0.99) or vector(0.95)`.
 * Undefined for any other query, and for other providers.
 */
function answerOf(
  metric: Record<string, unknown>,
  index: number,
): number | undefined {
  const query = textAt(metric, 'provider', 'prometheus', 'query') ?? '';
  const constants = [...query.matchAll(/vector\((-?[\d.]+)\)/g)];
  const found = constants[Math.min(index, constants.length - 1)];
  return found && Number(found[1]);
}

/** Whether a condition of one comparison holds; any other is taken to. */
function holds(condition: string | undefined, answer: number): boolean {
  const parts = /^result\[0\] (>=|<=|>|<) (-?[\d.]+)$/.exec(condition ?? '');
  if (!parts) return true;
  const bound = Number(parts[2]);
  const by: Record<string, boolean> = {
    '>=': answer >= bound,
    '<=': answer <= bound,
    '>': answer > bound,
    '<': answer < bound,
  };
  return by[parts[1]];
}

/** Measures what AnalysisRuns ask for: a Job's command says how it ends; any other provider is content. */
export class AnalysisRuns {
  private readonly measuring = new Set<string>();

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly fails: (run: KubernetesObject) => boolean,
    private readonly measurementMs: number,
  ) {}

  reconcile(run: KubernetesObject): void {
    const uid = textAt(run, 'metadata', 'uid') ?? '';
    if (textAt(run, 'status', 'phase') !== 'Running' || this.measuring.has(uid))
      return;
    const metrics = listAt(run, 'spec', 'metrics').filter(isRecord);
    const results = listAt(run, 'status', 'metricResults').filter(isRecord);
    const next = metrics.find(
      metric =>
        measurementsOf(results, metric).length <
        (numberAt(metric, 'count') ?? 1),
    );
    if (!next) {
      this.end(run, 'Successful');
      return;
    }
    const first = measurementsOf(results, next).length === 0;
    const pause = first ? 0 : durationMs(textAt(next, 'interval') ?? '0');
    this.measuring.add(uid);
    this.clock.after(pause + this.measurementMs, () => {
      this.measuring.delete(uid);
      this.measure(run, next);
    });
  }

  private measure(
    { metadata }: KubernetesObject,
    metric: Record<string, unknown>,
  ): void {
    const ref = {
      group: 'argoproj.io',
      kind: 'AnalysisRun',
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    };
    const run = this.store.get(ref);
    if (!run || run.metadata.uid !== metadata.uid) return;
    const containers = listAt(
      metric,
      'provider',
      'job',
      'spec',
      'template',
      'spec',
      'containers',
    );
    const results = listAt(run, 'status', 'metricResults').filter(isRecord);
    const before = measurementsOf(results, metric);
    const answer = answerOf(metric, before.length);
    const good =
      !this.fails(run) &&
      (answer === undefined
        ? containers.every(container => exitCodeOf(container) === 0)
        : holds(textAt(metric, 'successCondition'), answer));
    const time = timestamp(this.clock.now());
    const job = good ? '1' : '0';
    const measurements = [
      ...before,
      {
        phase: good ? 'Successful' : 'Failed',
        value: answer === undefined ? job : `[${answer}]`,
        startedAt: time,
        finishedAt: time,
      } as const,
    ];
    const failed = measurements.filter(isFailed).length;
    const limit = numberAt(metric, 'failureLimit') ?? 0;
    const over = failed > limit;
    const message = `Metric "${String(
      metric.name,
    )}" assessed Failed due to failed (${failed}) > failureLimit (${limit})`;
    this.store.change(ref, draft => {
      draft.status = {
        ...(isRecord(draft.status) ? draft.status : {}),
        metricResults: [
          ...results.filter(({ name }) => name !== metric.name),
          {
            name: metric.name,
            phase: over ? 'Failed' : 'Successful',
            count: measurements.length,
            ...(failed ? { failed } : {}),
            ...(measurements.length > failed
              ? { successful: measurements.length - failed }
              : {}),
            measurements,
          },
        ],
      };
    });
    if (over) this.end(run, 'Failed', message);
  }

  private end(run: KubernetesObject, phase: string, message?: string): void {
    const completedAt = timestamp(this.clock.now());
    this.store.change(refOf(run), draft => {
      draft.status = {
        ...(isRecord(draft.status) ? draft.status : {}),
        phase,
        ...(message ? { message } : {}),
        completedAt,
      };
    });
  }
}

function measurementsOf(
  results: Array<Record<string, unknown>>,
  metric: Record<string, unknown>,
): Measurement[] {
  const result = results.find(({ name }) => name === metric.name);
  return (at(result, 'measurements') ?? []) as Measurement[];
}
