/** How long things take in the simulated cluster and in Argo CD, in milliseconds before the clock's speed. */
export interface Timings {
  /** From a Pod's creation until it is ready. */
  podStart: number;
  /** From a deletion until the Pod is gone. */
  podStop: number;
  /** How long a Job's Pod runs. */
  jobRun: number;
  /** How long one measurement of an analysis takes. */
  measurement: number;
  /** From the first failed pull to `ImagePullBackOff`. */
  pullBackOff: number;
  /** Between two tries to pull. */
  pullRetry: number;
  /** From the start of a sync until its first objects are applied: manifests are rendered, and tried in a dry run. */
  syncStart: number;
  /** Argo CD's pause between two waves. */
  waveDelay: number;
  /** First pause before healing again; triples each time. */
  selfHealBackoff: number;
}

export const DEFAULT_TIMINGS: Timings = {
  podStart: 2_000,
  podStop: 1_000,
  jobRun: 8_000,
  measurement: 1_000,
  pullBackOff: 2_000,
  pullRetry: 20_000,
  syncStart: 400,
  waveDelay: 2_000,
  selfHealBackoff: 2_000,
};
