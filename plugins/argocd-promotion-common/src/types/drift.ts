import { DriftedResource } from './application';

/**
 * One field in which the cluster differs from git.
 *
 * @public
 */
export interface FieldDifference {
  /**
   * Where, with items of lists by their keys: `spec.template.spec.containers[checkout].env[LOG_LEVEL].value`. Fields
   * with dots or slashes are quoted: `metadata.annotations["example.com/owner"]`.
   */
  path: string;
  /** `changed`: both have it; `added`: only the cluster has it; `removed`: only git has it. */
  difference: 'changed' | 'added' | 'removed';
  /** What git asks for: text, or JSON of anything else; cut when long. Absent when it is hidden or git has none. */
  git?: string;
  /** What the cluster has. Absent when it is hidden or the cluster has none. */
  live?: string;
  /** Set when the values are not told: a secret, or binary data. */
  hidden?: 'secret' | 'binary';
  /** Who wrote the live value last, as `metadata.managedFields` tell; absent when only Argo CD owns it. */
  changedBy?: {
    /** Name of the field manager, for example `kubectl-edit`. */
    manager: string;
    /** ISO 8601, UTC. */
    at?: string;
  };
}

/**
 * How one object differs from git. `fields` is empty for objects that are missing or would be pruned.
 *
 * @public
 */
export interface ResourceDrift extends DriftedResource {
  fields: FieldDifference[];
  /** How many fields differ beyond those that are listed. */
  more?: number;
}

/**
 * What differs from git in one Application, field by field, as Argo CD's own comparison does: normalized live state
 * against predicted live state, `ignoreDifferences` respected, hooks left out.
 *
 * @public
 */
export interface ApplicationDrift {
  /** When Argo CD told it (ISO 8601, UTC). */
  comparedAt: string;
  resources: ResourceDrift[];
  /** Set when Argo CD could not be asked anew: why, and then `comparedAt` tells the age. */
  staleReason?: string;
}

/**
 * Both sides of one object as YAML with sorted keys. Secret values are hidden. `git` is absent for an object that is
 * no longer in git, `live` for one that is missing in the cluster.
 *
 * @public
 */
export interface ManifestSides {
  git?: string;
  live?: string;
}
