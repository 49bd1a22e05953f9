import {
  Gate,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/**
 * What a gate may look at. Facts only: nothing here asks Argo CD or git.
 *
 * @public
 */
export interface GateContext {
  entityRef: string;
  environment: string;
  /** Upstream environment of the promotion. */
  from: string;
  release: Release;
  now: Date;
  upstream: {
    /** Since when the upstream runs exactly this release, everything synced and healthy; undefined when it does not or is not known. */
    healthySince?: Date;
    /** Why it is not, in words for people. */
    unhealthyReason?: string;
    runs?: Release;
    hooks: Array<{
      name: string;
      hookType: string;
      phase: string;
      message?: string;
    }>;
    /** An Application whose last operation ran no hooks since it was about some resources only, and the one before is not known. */
    hooksUnknownOf?: string;
    stale: boolean;
    applications?: Array<{
      instance: string;
      namespace: string;
      name: string;
      project: string;
    }>;
  };
  /** The environment that is promoted into. */
  target: {
    /** Resources whose live state differs from git, are missing, or would be pruned. */
    drift: { differs: number; missing: number; extra: number };
    /** Whether what is known of it is old. */
    stale: boolean;
    applications: Array<{
      instance: string;
      namespace: string;
      name: string;
      project: string;
      destination: { server?: string; name?: string; namespace?: string };
      /** Whether Argo CD syncs it by itself. */
      automated?: boolean;
    }>;
  };
  approvals: Array<{ by: string; at: Date }>;
  approvalsRequired: number;
  /** Groups and users who may approve, as entity refs; whoever asked for the promotion may not, also when among them. */
  approvers?: string[];
  /** The gate's own entry under `environments[].gates[]`. */
  config: Record<string, unknown>;
}

/**
 * One kind of gate, registered through `argocdPromotionGatesExtensionPoint`.
 *
 * @public
 */
export interface GateEvaluator {
  /** As in `gates: [{ kind }]`. */
  readonly kind: string;
  evaluate(context: GateContext): Promise<Gate> | Gate;
}
