import {
  ApplicationDetails,
  ApplicationDrift,
  DriftApplicationKey,
  DriftEpisode,
  DriftMute,
  DriftOverview,
  DriftResourceKey,
  DeploymentRecord,
  Hold,
  InstanceView,
  ManagerKey,
  ManifestSides,
  PipelineView,
  Plan,
  PlanRequest,
  Promotion,
  PromotionRequest,
  PromotionState,
  PromotionSummary,
  RenderedDifference,
  RolloutAction,
  RolloutActionResult,
  RolloutList,
  RebuildRequest,
  RebuildResult,
  Train,
  TrainPlan,
  TrainPlanRequest,
  TrainRequest,
  RootsView,
  RootView,
} from '../types';

/** Options of every call. @public */
export interface ArgocdPromotionRequestOptions {
  /** Backstage token; in the browser it is added by `fetchApi` and needs not be given. */
  token?: string;
  signal?: AbortSignal;
}

/**
 * The backend's HTTP API. Errors are thrown as `ResponseError` of `@backstage/errors`.
 * @public
 */
export interface ArgocdPromotionApi {
  getPipeline(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<PipelineView>;
  getApplication(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<ApplicationDetails>;
  /** What differs from git, field by field. Argo CD is asked once for each state of the Application. */
  getApplicationDrift(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<ApplicationDrift>;
  /** Both sides of one object that an Application manages, as YAML. */
  getManifestSides(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
      resource: {
        group?: string;
        kind: string;
        namespace?: string;
        name: string;
      };
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<ManifestSides>;
  /** The last deployments of one Application with what each changed, newest first. */
  getDeploymentHistory(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: DeploymentRecord[] }>;
  /** The Rollouts of one Application in depth. */
  getRollouts(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RolloutList>;
  /** Acts on a Rollout and waits until that shows; 409 when the Rollout is no longer as it was `seen`. */
  actOnRollout(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
      environment: string;
      rollout: { namespace?: string; name: string };
      action: RolloutAction;
      seen: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RolloutActionResult>;
  /**
   * Reads what Argo CD tells of one Application through the passage, for example `['logs']` with a query.
   *
   * @param request - `below` are the segments of the path after the Application's name
   */
  readFromArgocd(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
      below: string[];
      query?: Record<string, string>;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<unknown>;
  createPlan(
    request: PlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Plan>;
  /** What the promotion would change of what Argo CD renders; takes as long as Argo CD does. */
  getRenderedPlan(
    request: PlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RenderedDifference>;
  /** What a promotion changes of what Argo CD renders, by the commits that carry it once they are there. */
  getRenderedPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RenderedDifference>;
  createPromotion(
    request: PromotionRequest,
    /** The same key with the same body gives the same promotion again, for 30 days. */
    options: ArgocdPromotionRequestOptions & { idempotencyKey: string },
  ): Promise<Promotion>;
  listPromotions(
    filter: {
      entityRef?: string;
      environment?: string;
      state?: PromotionState;
      cursor?: string;
      limit?: number;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: PromotionSummary[]; nextCursor?: string }>;
  getPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  approvePromotion(
    id: string,
    body: { planHash: string; reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  /** Takes one's own approval back, as long as the promotion waits. */
  revokeApproval(
    id: string,
    body: { reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  /** Promotes past gates and approvals. Takes the permission `argocd-promotion.promotion.override`, and stays marked. */
  overridePromotion(
    id: string,
    body: { planHash: string; reason: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  rejectPromotion(
    id: string,
    body: { reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  cancelPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  retryPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion>;
  /** Goes back to what ran before it; `release` names an earlier release of that environment instead. */
  rollbackPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions & { release?: string },
  ): Promise<Promotion>;
  /** The joint plan of several services: all of them, or an error that says which one can't be promoted and why. */
  createTrainPlan(
    request: TrainPlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<TrainPlan>;
  /** Promotes several services as one. */
  createTrain(
    request: TrainRequest,
    /** The same key with the same body gives the same train again, for 30 days. */
    options: ArgocdPromotionRequestOptions & { idempotencyKey: string },
  ): Promise<Train>;
  getTrain(id: string, options?: ArgocdPromotionRequestOptions): Promise<Train>;
  cancelTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train>;
  /** A new train of those members that ended without success. */
  retryTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train>;
  /** A new train that takes all members that were written back to what they ran before. */
  rollbackTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train>;
  /** What repeats, what is muted, and how many drifts each day had. */
  getDriftOverview(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftOverview>;
  /** Drifts from their beginning to their end, newest first; `from` and `to` are days (UTC), both included. */
  listDriftEpisodes(
    filter: {
      entityRef: string;
      environment?: string;
      from?: string;
      to?: string;
      cursor?: string;
      limit?: number;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: DriftEpisode[]; nextCursor?: string }>;
  /** Alerts nobody of a drift until then; without `resource` of none in the environment. */
  muteDrift(
    request: {
      entityRef: string;
      environment: string;
      resource?: DriftResourceKey;
      reason: string;
      until: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftMute>;
  unmuteDrift(
    request: { entityRef: string; id: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftMute>;
  /** Has Argo CD set objects back to git; answers those that differed still. */
  syncResources(
    request: DriftApplicationKey & {
      entityRef: string;
      resources: DriftResourceKey[];
      /** Deletes those that are no longer in git. */
      prune?: boolean;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ resources: DriftResourceKey[] }>;
  /** What keeps the entity from being promoted by itself. */
  listHolds(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }>;
  /** Answers all holds of the entity. Without `environment` the whole entity is held. */
  setHold(
    request: { entityRef: string; environment?: string; reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }>;
  /** Answers the holds that are left. */
  liftHold(
    request: { entityRef: string; environment?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }>;
  /** Reads finished promotions back from git after the database was lost. */
  rebuildRecord(
    request?: RebuildRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RebuildResult>;
  listInstances(
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: InstanceView[] }>;
  /** The roots of every environment (App of Apps), and what hangs under none. */
  listRoots(options?: ArgocdPromotionRequestOptions): Promise<RootsView>;
  /** One Application or ApplicationSet with everything that hangs under it. */
  getRoot(
    root: ManagerKey,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RootView>;
}
