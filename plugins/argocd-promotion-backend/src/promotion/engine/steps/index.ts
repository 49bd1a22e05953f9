import { PromotionState } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Step } from '../EngineContext';
import { delivering } from './delivering';
import { following } from './following';
import { inReview } from './inReview';
import { waiting } from './waiting';

/** The step of each active state. */
export const steps: Partial<Record<PromotionState, Step>> = {
  waiting,
  delivering,
  'in-review': inReview,
  syncing: following,
  verifying: following,
};
