import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { EnvironmentConfig, PromotionPluginConfig } from '../../config/types';
import {
  Deployment,
  DeploymentService,
  ResolvedPipeline,
} from '../../deployments/types';
import { Gates } from '../gates/Gates';
import { Planner } from '../plan/Planner';
import { TrainPlanner } from '../plan/TrainPlanner';
import { OnFailure } from '../automaticRollback';
import { FollowUp, PromotionPatch } from '../store/PromotionStore';
import { HoldStore } from '../store/holds';
import { TrainStore } from '../store/trains';
import { StoredApproval, StoredPromotion } from '../types';
import { butWritten } from './written';

/** What steps may use. No step keeps anything in memory that matters. */
export interface EngineContext {
  deployments: DeploymentService;
  gates: Gates;
  planner: Planner;
  trainPlanner: Pick<TrainPlanner, 'edits'>;
  trains: TrainStore;
  /** Has other promotions looked at now, here or by another replica. */
  wake(ids: string[]): Promise<void>;
  timeouts: PromotionPluginConfig['timeouts'];
  logger: LoggerService;
  now(): Date;
  getEntity(entityRef: string): Promise<Entity | undefined>;
  /** Throws `InputError` when no git host is configured for the URL. */
  repository(url: string): GitRepository;
  argocd(instance: string): ArgocdClient | undefined;
  approvals(id: string): Promise<StoredApproval[]>;
  holds: Pick<HoldStore, 'list'>;
  /** What follows a promotion that fails; absent: nothing does. */
  onFailure?: OnFailure;
}

/** What a step found: changes to store, and when to look again at the latest (`now`: go on at once). */
export interface StepResult {
  patch: PromotionPatch;
  lookAgainInMs: number;
  /** Begins in the transaction that stores the patch. */
  follow?: FollowUp;
  /**
   * The step has stored a change of these itself, as they were before: of all at once, and of the one that it was for
   * among them. The claim is gone by that, and nothing is left to be saved.
   */
  moved?: StoredPromotion[];
}

/**
 * To be asked right before anything is written outside of the database: throws `StaleClaimError` when another replica has
 * taken the promotion over, so that a process that was paused for long does not write late.
 */
export type Fence = () => Promise<void>;

/** One step of the state machine. May run twice, and then acts once. */
export type Step = (
  promotion: StoredPromotion,
  context: EngineContext,
  fence: Fence,
) => Promise<StepResult>;

/** How long a promotion may stay in a state, in milliseconds. */
export function limitOf(
  state: StoredPromotion['state'],
  timeouts: EngineContext['timeouts'],
): number {
  switch (state) {
    case 'waiting':
      return timeouts.gates;
    case 'delivering':
      return timeouts.delivery;
    case 'in-review':
      return timeouts.review;
    case 'verifying':
      return timeouts.verify;
    default:
      return timeouts.sync;
  }
}

/** Milliseconds that a promotion has been in its state. */
export function timeInState(promotion: StoredPromotion, now: Date): number {
  return now.getTime() - Date.parse(promotion.stateSince);
}

/** A duration for people. */
export function words(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} seconds`;
  return `${Math.round(ms / 60_000)} minutes`;
}

/** The configuration of the target as it is now; undefined when entity or environment are gone. */
export async function environmentOf(
  promotion: StoredPromotion,
  context: EngineContext,
): Promise<EnvironmentConfig | undefined> {
  const entity = await context.getEntity(promotion.entityRef);
  return (
    entity &&
    context.deployments
      .resolve(entity)
      .pipeline.environments.find(({ name }) => name === promotion.environment)
  );
}

/** Target and upstream of a promotion as they are now. */
export interface FoundDeployments {
  entity: Entity;
  pipeline: ResolvedPipeline;
  target: Deployment;
  upstream?: Deployment;
}

/**
 * Finds target and upstream as they are now, or says what is missing: nothing is judged nor written before all of it is
 * there again, and the target is still proven to be the entity's.
 */
export async function findDeployments(
  promotion: StoredPromotion,
  context: EngineContext,
): Promise<FoundDeployments | { missing: string }> {
  const { entityRef, environment, from } = promotion;
  const entity = await context.getEntity(entityRef);
  if (!entity)
    return { missing: `${entityRef} is not in the catalog any more` };
  const pipeline = context.deployments.resolve(entity);
  const find = (name?: string) =>
    pipeline.deployments.find(
      deployment => deployment.environment.name === name,
    );
  const upstream = find(from);
  if (from && !upstream)
    return { missing: `There is no environment ${from} any more` };
  const target = find(environment);
  if (!target)
    return { missing: `There is no environment ${environment} any more` };
  if (target.applications.length === 0)
    return {
      missing: `Argo CD tells of no Application of ${entityRef} in ${environment}. Looked for: ${pipeline.lookedFor.join(
        ', ',
      )}`,
    };
  const claimed = target.applications.find(
    ({ binding }) => binding.kind !== 'proof',
  );
  if (claimed)
    return {
      missing: `Application ${claimed.application.metadata.name} is not proven to be of ${entityRef} any more (${claimed.binding.reason})`,
    };
  return { entity, pipeline, target, ...(upstream ? { upstream } : {}) };
}

/** What is missing may come back, as after a restart; when it does not within the time of a sync, that is the end. */
export function waitForMissing(
  promotion: StoredPromotion,
  missing: string,
  context: EngineContext,
): StepResult {
  const now = context.now();
  const { missingSince = now.toISOString() } = promotion.notes;
  const limit = context.timeouts.sync;
  if (now.getTime() - Date.parse(missingSince) > limit) {
    const message = `${missing}. Waited for it ${words(limit)}${
      butWritten(promotion) || '; nothing was written'
    }`;
    return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
  }
  return {
    patch: {
      message: `Waits: ${missing}`,
      notes: { ...promotion.notes, missingSince },
    },
    lookAgainInMs: 3_000,
  };
}
