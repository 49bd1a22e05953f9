/**
 * Signal channel of the plugin. Signals may be heard by any signed-in user, so they carry keys only.
 * @public
 */
export const SIGNAL_CHANNEL = 'argocd-promotion';

/**
 * What a signal says: these entities changed, fetch again with your own rights.
 * @public
 */
export type ArgocdPromotionSignal = {
  type: 'changed';
  /** Full entity refs, lower case, such as `component:default/checkout`. */
  entityRefs: string[];
  /** Set when anything changed and somebody looks at App of Apps. */
  roots?: true;
};
