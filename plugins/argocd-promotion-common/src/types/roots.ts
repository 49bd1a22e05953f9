import { HealthState } from './application';
import { Problem } from './pipeline';

/**
 * What manages Applications: an Application (App of Apps) or an ApplicationSet. `namespace` is that of the object itself.
 *
 * @public
 */
export interface ManagerKey {
  kind: 'Application' | 'ApplicationSet';
  instance: string;
  namespace: string;
  name: string;
}

/**
 * One Application or ApplicationSet of an App of Apps.
 *
 * @public
 */
export interface RootNode extends ManagerKey {
  /** Unique within an answer. */
  id: string;
  /** `id` of what manages it; absent at the top, and for what hangs under nothing. */
  parent?: string;
  /** Its own environment, else that of what it hangs under. */
  environment?: string;
  /**
   * `live`: git and Argo CD have it. `missing`: git has it and Argo CD does not. `extra`: Argo CD has it and git no longer
   * does. `unseen`: its root says that it is there, and the token of the Instance does not show it. `named`: told by its
   * name alone, since something that one may see hangs under it.
   */
  state: 'live' | 'missing' | 'extra' | 'unseen' | 'named';
  /** Wave in which its manager syncs it; 0 unless annotated. */
  wave: number;
  /** How many Applications and ApplicationSets it manages directly, as far as one may see them. */
  children: number;
  project?: string;
  /** Link into Argo CD's own UI. */
  url?: string;
  sync?: 'Synced' | 'OutOfSync' | 'Unknown';
  health?: HealthState;
  /** The last or running operation. */
  operation?: { phase: string; failing: boolean; message?: string };
  /** What is odd about it, one sentence each. */
  notes: string[];
  staleSince?: string;
}

/**
 * Whether the waves between the children of one manager have an effect. Argo CD waits for a child to be healthy only if
 * its administrator configured a health check for Applications.
 *
 * @public
 */
export interface WaveFinding {
  /** `id` of the manager. */
  of: string;
  /** The different waves of its children, in order. */
  waves: number[];
  /**
   * `none`: all are in one wave. `effective`: Argo CD gives child Applications a health. `ineffective`: it gives them none,
   * so no wave waits for the one before. `unknown`: the tree was not read yet.
   */
  effect: 'none' | 'effective' | 'ineffective' | 'unknown';
}

/**
 * A root with numbers of what hangs under it, as far as one may see it.
 *
 * @public
 */
export interface RootSummary extends RootNode {
  /** What manages it, from the top; empty for a root at the top. */
  path: ManagerKey[];
  /** Everything beneath it that belongs to the environment it is listed under. */
  counts: {
    total: number;
    missing: number;
    extra: number;
    outOfSync: number;
    unhealthy: number;
  };
  waves: WaveFinding['effect'];
}

/**
 * Something an environment needs that would not come back from its roots.
 *
 * @public
 */
export interface UnreachableItem {
  kind:
    | 'Application'
    | 'ApplicationSet'
    | 'AppProject'
    | 'Namespace'
    | 'CustomResourceDefinition';
  instance: string;
  namespace?: string;
  name: string;
  /** Why it would not come back. */
  reason: string;
  /** What to do about it. */
  remedy: string;
  /** Names of a few Applications that need it. */
  neededBy: string[];
}

/**
 * The disaster check of an environment: whether everything it needs comes back from git when its Argo CD is lost.
 *
 * @public
 */
export interface RecoveryView {
  /** The roots at the top, which somebody must apply by hand. */
  start: ManagerKey[];
  /** How many things of each kind come back. */
  reachable: {
    applications: number;
    applicationSets: number;
    appProjects: number;
    namespaces: number;
    customResources: number;
  };
  unreachable: UnreachableItem[];
  /** Things that come back only with somebody's help, or not as they are now. */
  warnings: Problem[];
}

/**
 * The roots of one environment, and what hangs under none.
 *
 * @public
 */
export interface EnvironmentRoots {
  /** Absent for what belongs to no environment. */
  name?: string;
  roots: RootSummary[];
  /** Applications and ApplicationSets that hang under no root. */
  orphans: RootNode[];
  /** How many orphans are not in the list. */
  orphansLeftOut: number;
  /** Absent for who may see only some deployments: it would name what is not theirs. */
  recovery?: RecoveryView;
}

/**
 * App of Apps in every environment.
 *
 * @public
 */
export interface RootsView {
  /** When this answer was made (ISO 8601, UTC). */
  asOf: string;
  /** True when one sees only what belongs to the deployments that one may read. */
  partial: boolean;
  environments: EnvironmentRoots[];
  problems: Problem[];
}

/**
 * One root with everything that hangs under it.
 *
 * @public
 */
export interface RootView {
  /** When this answer was made (ISO 8601, UTC). */
  asOf: string;
  /** True when one sees only what belongs to the deployments that one may read. */
  partial: boolean;
  root: RootNode;
  /** What manages the root itself, from the top. */
  path: ManagerKey[];
  /** Everything beneath, each after what it hangs under, siblings by wave and then by name. */
  nodes: RootNode[];
  waves: WaveFinding[];
  problems: Problem[];
}
