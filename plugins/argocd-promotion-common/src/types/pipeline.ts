import { ApplicationView } from './application';
import { Hold } from './hold';
import { Lag, Release } from './release';
import { Gate, PromotionSummary } from './promotion';

/**
 * Something that the user should know or mend.
 *
 * @public
 */
export interface Problem {
  /** Stable, kebab-case, for example `no-application-found`, `claim-only`, `instance-stale`, `no-environments-configured`. */
  code: string;
  /** One sentence for people. */
  message: string;
  /** What to do about it; may hold YAML to paste. */
  remedy: string;
  /** The environment it is about, when it is about one. */
  environment?: string;
}

/**
 * What may happen on the arrow into an environment.
 *
 * @public
 */
export interface PromotionOffer {
  /** Upstream environment. */
  from: string;
  /** The release that would be promoted; absent when it is not known yet. */
  release?: Release;
  /** Whether this user may ask for it now. */
  allowed: boolean;
  /** Why not, in words for people, when `allowed` is false. */
  reason?: string;
  /** `unchanged` when the environment already runs it. */
  state: 'available' | 'unchanged' | 'unknown' | 'refused' | 'active';
  gates: Gate[];
  /** How it would be delivered unless the user chooses otherwise. */
  delivery: 'commit' | 'pull-request';
}

/**
 * One environment of the pipeline for one entity.
 *
 * @public
 */
export interface EnvironmentView {
  name: string;
  promotesFrom: string[];
  applications: ApplicationView[];
  /** What runs here; absent while unknown or when Applications disagree. */
  release?: Release;
  /** When it began to run (ISO 8601, UTC). */
  releaseSince?: string;
  lag?: Lag;
  drift: { differs: number; missing: number; extra: number };
  /** The active promotion into this environment, else the newest one that ended. */
  promotion?: PromotionSummary;
  /** True when what runs healthy upstream is promoted into this environment by itself. */
  autoPromote?: boolean;
  /** With `autoPromote`: why nothing is promoted by itself at this moment, in words for people. */
  autoPromoteWaits?: string;
  /** What keeps it from that: the environment's own hold, else the entity's. */
  hold?: Hold;
  /** Whether this user may set and lift holds here. */
  mayHold?: boolean;
  /** One per upstream environment. */
  offers: PromotionOffer[];
}

/**
 * Everything that the entity tab shows, in one answer.
 *
 * @public
 */
export interface PipelineView {
  entityRef: string;
  /** Name of the pipeline; `default` unless configured. */
  pipeline: string;
  /** When this answer was made (ISO 8601, UTC). */
  asOf: string;
  environments: EnvironmentView[];
  /** Newest first, at most ten. */
  recentPromotions: PromotionSummary[];
  problems: Problem[];
  /** The annotations and labels that were looked for, shown when nothing was found. */
  lookedFor: string[];
}
