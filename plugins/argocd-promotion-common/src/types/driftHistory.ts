import { FieldDifference } from './drift';

/**
 * Which Application an episode or action is about.
 *
 * @public
 */
export interface DriftApplicationKey {
  instance: string;
  /** Namespace of the Application object itself. */
  namespace: string;
  name: string;
}

/**
 * Which object of an Application, as Argo CD names it.
 *
 * @public
 */
export interface DriftResourceKey {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}

/**
 * One drift of one object, from its beginning to its end. A drift whose fields change meanwhile stays one episode.
 *
 * @public
 */
export interface DriftEpisode {
  id: string;
  application: DriftApplicationKey;
  environment?: string;
  resource: DriftResourceKey;
  difference: 'differs' | 'missing' | 'extra';
  /**
   * `cluster`: the revision that was in sync is the one that now differs, so the cluster moved; `git`: git moved and was
   * not synced; `unknown`: it differed already when it was first looked at.
   */
  cause: 'cluster' | 'git' | 'unknown';
  /** When it was first seen (ISO 8601, UTC). */
  startedAt: string;
  /** Absent while it lasts. */
  endedAt?: string;
  /** `self-heal` and `sync`: Argo CD set it back; `restored`: it became equal by itself; `gone`: the Application is no longer there. */
  ended?: 'self-heal' | 'sync' | 'restored' | 'gone';
  /** The fields that were caught; empty when the drift was over before they could be read. */
  fields: FieldDifference[];
  /** How many fields differ beyond those that are listed. */
  moreFields?: number;
  /** How often other fields or values differed while it lasted. */
  changes: number;
}

/**
 * Two that write the same field in turn, as far as `managedFields` tell.
 *
 * @public
 */
export interface DriftFight {
  /** Field managers that wrote against git, for example `horizontal-pod-autoscaler`. */
  managers: string[];
  /** One sentence for people: who writes against whom. */
  explanation: string;
  /** What ends it; may be followed by `ignoreDifferences`. */
  remedy: string;
  /** `spec.ignoreDifferences` of the Application that would end it, as YAML. */
  ignoreDifferences?: string;
}

/**
 * The same field that drifts again and again.
 *
 * @public
 */
export interface RepeatedDrift {
  application: DriftApplicationKey;
  environment?: string;
  resource: DriftResourceKey;
  /** The field; absent when only the object is known. */
  path?: string;
  /** How often within the window. */
  count: number;
  /** The first and the newest of them (ISO 8601, UTC). */
  firstAt: string;
  lastAt: string;
  fight: DriftFight;
}

/**
 * A person's word that a drift is known: nobody is alerted of it until then.
 *
 * @public
 */
export interface DriftMute {
  id: string;
  entityRef: string;
  environment: string;
  /** Only this object; absent: everything of the entity in the environment. */
  resource?: DriftResourceKey;
  reason: string;
  mutedBy: string;
  mutedAt: string;
  /** When it ends by itself (ISO 8601, UTC). */
  until: string;
}

/**
 * How many drifts began on a day (UTC).
 *
 * @public
 */
export interface DriftDay {
  /** `2026-11-25`. */
  date: string;
  environment: string;
  episodes: number;
  /** Of these, set back by self-heal. */
  healed: number;
}

/**
 * What is known of an entity's drift beyond the present: what repeats, what is muted, and how many drifts each day had.
 *
 * @public
 */
export interface DriftOverview {
  entityRef: string;
  /** The window in which repeated drift is counted, and how often is repeated. */
  repeated: { count: number; windowHours: number };
  environments: Array<{
    name: string;
    repeated: RepeatedDrift[];
    mutes: DriftMute[];
    /** Whether this user may mute alerts here, and why not. */
    mayMute: { allowed: boolean; reason?: string };
    /** Whether this user may have Argo CD sync here, and why not. */
    maySync: { allowed: boolean; reason?: string };
  }>;
  /** Days with drift, oldest first. */
  days: DriftDay[];
}
