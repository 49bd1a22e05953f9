import {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceHistogram,
  MetricsServiceObservable,
} from '@backstage/backend-plugin-api/alpha';
import { FinishedRequest } from '../argocd/ArgocdTransport';
import { InstanceInventory } from '../inventory/InstanceInventory';
import { heldBytes } from './heldBytes';

/** From an answer out of a cache to the deadline of a large list, in seconds. */
const DURATION_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60,
];

/** What is told of requests to one Instance. */
type RequestAttributes = {
  argocd_instance: string;
  operation: string;
  status_class: string;
};

/**
 * What the plugin tells OpenTelemetry of Argo CD. Attributes are Instances, operations and status classes: their number
 * is that of the configuration, never that of the Applications, and they hold no name of an entity and no URL.
 */
export class ArgocdMetrics {
  readonly #metrics: MetricsService;
  readonly #now: () => Date;
  readonly #requests: MetricsServiceCounter<RequestAttributes>;
  readonly #errors: MetricsServiceCounter<RequestAttributes>;
  readonly #duration: MetricsServiceHistogram<RequestAttributes>;

  constructor(metrics: MetricsService, now: () => Date = () => new Date()) {
    this.#metrics = metrics;
    this.#now = now;
    this.#requests = metrics.createCounter('argocd_promotion.requests', {
      description: 'Requests to Argo CD, retries of one counted once',
      unit: '{request}',
    });
    this.#errors = metrics.createCounter('argocd_promotion.request.errors', {
      description: 'Requests to Argo CD without an answer of success',
      unit: '{request}',
    });
    this.#duration = metrics.createHistogram(
      'argocd_promotion.request.duration',
      {
        description:
          'Until the headers of the answer came, login and retries included',
        unit: 's',
        advice: { explicitBucketBoundaries: DURATION_BUCKETS },
      },
    );
  }

  /** Counts one request. */
  finished({ instance, operation, status, durationMs }: FinishedRequest): void {
    const attributes = {
      argocd_instance: instance,
      operation,
      // Without an answer: refused, cut, too late, or given up by whoever asked.
      status_class:
        status === undefined ? 'none' : `${Math.floor(status / 100)}xx`,
    };
    this.#requests.add(1, attributes);
    this.#duration.record(durationMs / 1000, attributes);
    if (attributes.status_class !== '2xx') this.#errors.add(1, attributes);
  }

  /** Tells of every Instance there is whenever the metrics are collected. Answers how to stop. */
  observe(inventory: { all(): InstanceInventory[] }): () => void {
    const metrics = this.#metrics;
    const stops = [
      each(
        metrics.createObservableGauge('argocd_promotion.stream.lag', {
          description: 'Since the stream of Applications said something last',
          unit: 's',
        }),
        ({ watcher: { status } }) =>
          status.silentSince && [
            [(this.#now().getTime() - status.silentSince.getTime()) / 1000],
          ],
      ),
      each(
        metrics.createObservableGauge('argocd_promotion.applications', {
          description: 'Applications that are held in memory',
          unit: '{application}',
        }),
        ({ watcher }) => [[watcher.applications.size]],
      ),
      each(
        metrics.createObservableGauge('argocd_promotion.applications.size', {
          description:
            'About how much the Applications take that are held in memory, as JSON',
          unit: 'By',
        }),
        ({ watcher: { applications } }) => [
          [heldBytes(applications.size, () => applications.values())],
        ],
      ),
      each(
        metrics.createObservableGauge('argocd_promotion.readings', {
          description:
            'Pods of Applications and commits that are held in memory, and those that wait to be read',
          unit: '{reading}',
        }),
        ({ readings }) =>
          Object.entries(readings).map(([kind, value]) => [value, { kind }]),
      ),
      each(
        metrics.createObservableCounter('argocd_promotion.missed_events', {
          description: 'Changes that only a repeated list told',
          unit: '{event}',
        }),
        ({ watcher }) => [[watcher.status.missedEvents]],
      ),
    ];
    return () => stops.forEach(stop => stop());

    function each(
      instrument: MetricsServiceObservable,
      read: (
        instance: InstanceInventory,
      ) => Array<[number, Record<string, string>?]> | undefined,
    ): () => void {
      const callback: Parameters<typeof instrument.addCallback>[0] = result => {
        for (const instance of inventory.all())
          for (const [value, attributes] of read(instance) ?? [])
            result.observe(value, {
              argocd_instance: instance.name,
              ...attributes,
            });
      };
      instrument.addCallback(callback);
      return () => instrument.removeCallback(callback);
    }
  }
}
