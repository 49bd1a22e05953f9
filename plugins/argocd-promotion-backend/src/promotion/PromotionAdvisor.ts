import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  Hold,
  PromotionOffer,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ResolvedPipeline } from '../deployments/types';

/** What the pipeline view shows of promotions, for one entity and one viewer. */
export interface PromotionAdvice {
  /** By name of the target environment, one offer an upstream; environments without upstream are absent. */
  offers: Record<string, PromotionOffer[]>;
  /** By name of the environment: the active promotion into it, else the newest that ended. */
  promotions: Record<string, PromotionSummary>;
  /** By name of the environment: what keeps it from being promoted into by itself. */
  holds: Record<string, Hold>;
  /** By name of the environment: whether the viewer may set and lift holds there. */
  mayHold: Record<string, boolean>;
  /** By name of the environments that are promoted into by themselves: why nothing is at this moment. */
  automaticWaits: Record<string, string>;
  /** Newest first, at most ten, of the environments of `pipeline.deployments`. */
  recentPromotions: PromotionSummary[];
}

/**
 * Says what may happen on each arrow. Asks the database and the permission framework, never Argo CD nor git.
 * `pipeline` holds only what the viewer may read.
 */
export interface PromotionAdvisor {
  advise(options: {
    entity: Entity;
    pipeline: ResolvedPipeline;
    credentials: BackstageCredentials;
  }): Promise<PromotionAdvice>;
}
