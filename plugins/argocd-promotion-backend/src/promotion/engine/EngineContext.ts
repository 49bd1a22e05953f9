import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { EnvironmentConfig, PromotionPluginConfig } from '../../config/types';
import { DeploymentService } from '../../deployments/types';
import { Gates } from '../gates/Gates';
import { Planner } from '../plan/Planner';
import { OnFailure } from '../automaticRollback';
import { FollowUp, PromotionPatch } from '../store/PromotionStore';
import { StoredApproval, StoredPromotion } from '../types';

/** What steps may use. No step keeps anything in memory that matters. */
export interface EngineContext {
  deployments: DeploymentService;
  gates: Gates;
  planner: Planner;
  timeouts: PromotionPluginConfig['timeouts'];
  logger: LoggerService;
  now(): Date;
  getEntity(entityRef: string): Promise<Entity | undefined>;
  /** Throws `InputError` when no git host is configured for the URL. */
  repository(url: string): GitRepository;
  argocd(instance: string): ArgocdClient | undefined;
  approvals(id: string): Promise<StoredApproval[]>;
  /** What follows a promotion that fails; absent: nothing does. */
  onFailure?: OnFailure;
}

/** What a step found: changes to store, and when to look again at the latest (`now`: go on at once). */
export interface StepResult {
  patch: PromotionPatch;
  lookAgainInMs: number;
  /** Begins in the transaction that stores the patch. */
  follow?: FollowUp;
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

/** Finds target and upstream of a stored promotion as they are now; undefined while the inventory does not know them. */
export async function findDeployments(
  promotion: StoredPromotion,
  context: EngineContext,
) {
  const entity = await context.getEntity(promotion.entityRef);
  if (!entity) return undefined;
  const pipeline = context.deployments.resolve(entity);
  const find = (name?: string) =>
    pipeline.deployments.find(({ environment }) => environment.name === name);
  const target = find(promotion.environment);
  if (!target || target.applications.length === 0) return undefined;
  return { entity, pipeline, target, upstream: find(promotion.from) };
}
