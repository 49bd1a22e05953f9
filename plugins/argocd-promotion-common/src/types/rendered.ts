/**
 * How one object changes of those that Argo CD renders.
 *
 * @public
 */
export interface RenderedChange {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  change: 'added' | 'removed' | 'changed';
  /** Unified diff of its YAML with sorted keys; secrets are masked. */
  patch?: string;
  /** Why there is no patch: only secret values differ (`hidden`), or it is too large to be read. */
  omitted?: 'too-large' | 'hidden';
}

/**
 * What a promotion changes in one Application.
 *
 * @public
 */
export interface RenderedApplication {
  instance: string;
  namespace: string;
  name: string;
  /**
   * `rendered`: Argo CD has rendered the commits before and after. `computed`: it has rendered what is in git, and the
   * promotion's images were put into that. `failed`: it could not, for `reason`.
   */
  state: 'rendered' | 'computed' | 'failed';
  reason?: string;
  objects: RenderedChange[];
  /** How many objects change that are not listed. */
  more?: number;
}

/**
 * What a promotion changes in the clusters. For people: it decides nothing.
 *
 * @public
 */
export interface RenderedDifference {
  applications: RenderedApplication[];
  /** How many Applications were not looked at. */
  more?: number;
}
