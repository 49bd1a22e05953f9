/**
 * What one may do with a Rollout, by Argo CD's own names.
 *
 * @public
 */
export type RolloutAction =
  | 'resume'
  | 'skip-current-step'
  | 'promote-full'
  | 'pause'
  | 'abort'
  | 'retry'
  | 'restart';

/**
 * How a Rollout stands. `aborted`: the update was taken back and the stable Pods serve; `degraded`: it does not get
 * ready, or its specification is invalid.
 *
 * @public
 */
export type RolloutState =
  | 'complete'
  | 'progressing'
  | 'paused'
  | 'aborted'
  | 'degraded'
  | 'unknown';

/**
 * A Rollout in one line, as a lane tells it.
 *
 * @public
 */
export interface RolloutSummary {
  namespace?: string;
  name: string;
  state: RolloutState;
  /** For people: what serves, what comes beside it and what it waits for. Times in it are ISO 8601, UTC. */
  headline: string;
  /** Argo Rollouts' own words, where they say more. */
  message?: string;
}

/**
 * One of the two Pod templates of a Rollout.
 *
 * @public
 */
export interface RolloutVersion {
  /** What people call it: the tag where it is known, else the short digest, else the hash of the Pod template. */
  label: string;
  /** Hash of its Pod template, as the ReplicaSet carries it. */
  hash: string;
  images: Array<{ repository: string; tag?: string; digest?: string }>;
  pods: { total: number; ready: number };
}

/**
 * One step of a canary.
 *
 * @public
 */
export interface RolloutStep {
  kind: 'weight' | 'pause' | 'analysis' | 'experiment' | 'other';
  /** For people: `25 %`, `Pause of 5 s`, `Analysis success-rate`. */
  title: string;
  state: 'done' | 'current' | 'waiting' | 'failed';
  /** Of a step that sets a weight; 0 is one too. */
  weight?: number;
}

/**
 * One measurement of a metric.
 *
 * @public
 */
export interface RolloutMeasurement {
  phase: string;
  /** As the provider answered it; cut when long. */
  value?: string;
  /** The value where it is one number. */
  number?: number;
  message?: string;
  /** ISO 8601, UTC. */
  at?: string;
}

/**
 * One metric of an analysis with what was measured.
 *
 * @public
 */
export interface RolloutMetric {
  name: string;
  phase: string;
  message?: string;
  /** Where it is measured: `prometheus`, `job`, `web` and so on. */
  provider?: string;
  successCondition?: string;
  failureCondition?: string;
  /** The numbers that the conditions compare with, where they can be read. */
  bounds: Array<{
    operator: '>' | '>=' | '<' | '<=';
    value: number;
    of: 'success' | 'failure';
  }>;
  /** Measurements that are wanted; absent when it goes on for as long as the update does. */
  count?: number;
  failureLimit: number;
  /** Measured, and without effect. */
  dryRun: boolean;
  /** The last ones, oldest first. */
  measurements: RolloutMeasurement[];
}

/**
 * One run of an analysis.
 *
 * @public
 */
export interface RolloutAnalysis {
  name: string;
  /** When it runs: in a step, beside the steps, or before and after a blue-green switch. */
  kind: 'step' | 'background' | 'pre-promotion' | 'post-promotion';
  /** Index of its step. */
  step?: number;
  phase: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  metrics: RolloutMetric[];
}

/**
 * An action with whether it can be done now.
 *
 * @public
 */
export interface RolloutActionOffer {
  action: RolloutAction;
  available: boolean;
  /** Why it is not available now. */
  reason?: string;
  /** What will happen, to be confirmed. */
  effect: string;
}

/**
 * A Rollout in depth.
 *
 * @public
 */
export interface RolloutView extends RolloutSummary {
  strategy: 'canary' | 'blue-green';
  /** The Rollout's own count of Pod templates. */
  revision?: string;
  /** Absent at the first deployment. */
  stable?: RolloutVersion;
  /** What is being brought, or was taken back; absent once it is stable. */
  update?: RolloutVersion;
  /** Steps of a canary. */
  steps: RolloutStep[];
  /** Percent of the traffic, or of the Pods where no router shares the traffic out. */
  weights?: {
    update: number;
    stable: number;
    by: 'traffic' | 'pods';
  };
  pause?: {
    reason: 'step' | 'blue-green' | 'inconclusive' | 'by-hand';
    /** ISO 8601, UTC. */
    since?: string;
    /** When it ends by itself; absent when somebody must end it. */
    until?: string;
  };
  blueGreen?: {
    /** Which version the active Service selects. */
    active?: 'stable' | 'update';
    autoPromotion: boolean;
    /** For how long the old Pods stay after the switch. */
    scaleDownDelaySeconds: number;
    activeService?: string;
    previewService?: string;
  };
  replicas: number;
  analyses: RolloutAnalysis[];
  /** ISO 8601, UTC. */
  startedAt?: string;
  finishedAt?: string;
  actions: RolloutActionOffer[];
  /** Names the state that was seen. Sent with an action, it keeps two people from acting on what neither of them saw. */
  seen: string;
}

/**
 * The Rollouts of one Application.
 *
 * @public
 */
export interface RolloutList {
  items: RolloutView[];
  /** Set when the cluster could not be asked anew: why. What is told is what was known before. */
  staleReason?: string;
}

/**
 * What came of an action.
 *
 * @public
 */
export interface RolloutActionResult {
  rollout: RolloutView;
  /** Whether what was asked for was seen in the live Rollout. */
  happened: boolean;
  /** What was seen, or that it was not seen in time. */
  message: string;
}
