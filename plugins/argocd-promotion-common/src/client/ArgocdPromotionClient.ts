import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import {
  ArgocdPromotionApi,
  ArgocdPromotionRequestOptions,
} from './ArgocdPromotionApi';
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

/**
 * Default implementation of {@link ArgocdPromotionApi} over `fetch`; works in the browser and in Node.
 * @public
 */
export class ArgocdPromotionClient implements ArgocdPromotionApi {
  readonly #discovery: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetch: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi?: { fetch: typeof fetch };
  }) {
    this.#discovery = options.discoveryApi;
    this.#fetch = options.fetchApi ?? { fetch: (...args) => fetch(...args) };
  }

  getPipeline(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<PipelineView> {
    return this.#request('GET', entityPath(entityRef), options);
  }

  getApplication(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<ApplicationDetails> {
    return this.#request('GET', applicationPath(request), options);
  }

  getApplicationDrift(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<ApplicationDrift> {
    return this.#request('GET', `${applicationPath(request)}/drift`, options);
  }

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
  ): Promise<ManifestSides> {
    const { group = '', kind, namespace = '', name } = request.resource;
    const query = new URLSearchParams({ group, kind, namespace, name });
    return this.#request(
      'GET',
      `${applicationPath(request)}/drift/manifests?${query}`,
      options,
    );
  }

  getDeploymentHistory(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: DeploymentRecord[] }> {
    return this.#request('GET', `${applicationPath(request)}/history`, options);
  }

  getRollouts(
    request: {
      entityRef: string;
      instance: string;
      namespace: string;
      name: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RolloutList> {
    return this.#request(
      'GET',
      `${applicationPath(request)}/rollouts`,
      options,
    );
  }

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
  ): Promise<RolloutActionResult> {
    const { environment, rollout, action, seen } = request;
    return this.#request(
      'POST',
      `${applicationPath(request)}/rollouts/actions`,
      options,
      { environment, ...rollout, action, seen },
    );
  }

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
  ): Promise<unknown> {
    const { entityRef, instance, namespace, name, below } = request;
    const path = [name, ...below].map(encodeURIComponent).join('/');
    const query = new URLSearchParams({
      appNamespace: namespace,
      ...request.query,
    });
    return this.#request(
      'GET',
      `${entityPath(entityRef)}/proxy/${encodeURIComponent(
        instance,
      )}/api/v1/applications/${path}?${query}`,
      options,
    );
  }

  createPlan(
    request: PlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Plan> {
    return this.#request('POST', '/v1/plans', options, request);
  }

  getRenderedPlan(
    request: PlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RenderedDifference> {
    return this.#request('POST', '/v1/plans/rendered', options, request);
  }

  getRenderedPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RenderedDifference> {
    return this.#request('GET', promotionPath(id, 'rendered'), options);
  }

  createPromotion(
    request: PromotionRequest,
    options: ArgocdPromotionRequestOptions & { idempotencyKey: string },
  ): Promise<Promotion> {
    return this.#request('POST', '/v1/promotions', options, request, {
      'Idempotency-Key': options.idempotencyKey,
    });
  }

  listPromotions(
    filter: {
      entityRef?: string;
      environment?: string;
      state?: string;
      cursor?: string;
      limit?: number;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: PromotionSummary[]; nextCursor?: string }> {
    return this.#request('GET', `/v1/promotions${queryOf(filter)}`, options);
  }

  getPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('GET', promotionPath(id), options);
  }

  approvePromotion(
    id: string,
    body: { planHash: string; reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'approve'), options, body);
  }

  revokeApproval(
    id: string,
    body: { reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'revoke'), options, body);
  }

  overridePromotion(
    id: string,
    body: { planHash: string; reason: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'override'), options, body);
  }

  rejectPromotion(
    id: string,
    body: { reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'reject'), options, body);
  }

  cancelPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'cancel'), options, {});
  }

  retryPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Promotion> {
    return this.#request('POST', promotionPath(id, 'retry'), options, {});
  }

  rollbackPromotion(
    id: string,
    options?: ArgocdPromotionRequestOptions & { release?: string },
  ): Promise<Promotion> {
    const { release } = options ?? {};
    return this.#request(
      'POST',
      promotionPath(id, 'rollback'),
      options,
      release === undefined ? {} : { release },
    );
  }

  createTrainPlan(
    request: TrainPlanRequest,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<TrainPlan> {
    return this.#request('POST', '/v1/trains/plans', options, request);
  }

  createTrain(
    request: TrainRequest,
    options: ArgocdPromotionRequestOptions & { idempotencyKey: string },
  ): Promise<Train> {
    return this.#request('POST', '/v1/trains', options, request, {
      'Idempotency-Key': options.idempotencyKey,
    });
  }

  getTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train> {
    return this.#request('GET', trainPath(id), options);
  }

  cancelTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train> {
    return this.#request('POST', trainPath(id, 'cancel'), options, {});
  }

  retryTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train> {
    return this.#request('POST', trainPath(id, 'retry'), options, {});
  }

  rollbackTrain(
    id: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<Train> {
    return this.#request('POST', trainPath(id, 'rollback'), options, {});
  }

  getDriftOverview(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftOverview> {
    return this.#request('GET', `${entityPath(entityRef)}/drift`, options);
  }

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
  ): Promise<{ items: DriftEpisode[]; nextCursor?: string }> {
    const { entityRef, ...others } = filter;
    return this.#request(
      'GET',
      `${entityPath(entityRef)}/drift/episodes${queryOf(others)}`,
      options,
    );
  }

  muteDrift(
    request: {
      entityRef: string;
      environment: string;
      resource?: DriftResourceKey;
      reason: string;
      until: string;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftMute> {
    const { entityRef, ...body } = request;
    return this.#request(
      'POST',
      `${entityPath(entityRef)}/drift/mutes`,
      options,
      body,
    );
  }

  unmuteDrift(
    request: { entityRef: string; id: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<DriftMute> {
    const { entityRef, id } = request;
    return this.#request(
      'DELETE',
      `${entityPath(entityRef)}/drift/mutes/${encodeURIComponent(id)}`,
      options,
    );
  }

  syncResources(
    request: DriftApplicationKey & {
      entityRef: string;
      resources: DriftResourceKey[];
      prune?: boolean;
    },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ resources: DriftResourceKey[] }> {
    const { resources, prune } = request;
    return this.#request('POST', `${applicationPath(request)}/sync`, options, {
      resources,
      ...(prune === undefined ? {} : { prune }),
    });
  }

  listHolds(
    entityRef: string,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }> {
    const query = new URLSearchParams({ entityRef });
    return this.#request('GET', `/v1/holds?${query}`, options);
  }

  setHold(
    request: { entityRef: string; environment?: string; reason?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }> {
    return this.#request('POST', '/v1/holds', options, request);
  }

  liftHold(
    request: { entityRef: string; environment?: string },
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: Hold[] }> {
    const query = new URLSearchParams(request);
    return this.#request('DELETE', `/v1/holds?${query}`, options);
  }

  rebuildRecord(
    request: RebuildRequest = {},
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RebuildResult> {
    return this.#request('POST', '/v1/record/rebuild', options, request);
  }

  listRoots(options?: ArgocdPromotionRequestOptions): Promise<RootsView> {
    return this.#request('GET', '/v1/roots', options);
  }

  getRoot(
    { kind, instance, namespace, name }: ManagerKey,
    options?: ArgocdPromotionRequestOptions,
  ): Promise<RootView> {
    const path = [instance, namespace, name].map(encodeURIComponent).join('/');
    const query = kind === 'Application' ? '' : `?managerKind=${kind}`;
    return this.#request('GET', `/v1/roots/${path}${query}`, options);
  }

  listInstances(
    options?: ArgocdPromotionRequestOptions,
  ): Promise<{ items: InstanceView[] }> {
    return this.#request('GET', '/v1/instances', options);
  }

  async #request<T>(
    method: string,
    route: string,
    options: ArgocdPromotionRequestOptions = {},
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const base = await this.#discovery.getBaseUrl('argocd-promotion');
    const response = await this.#fetch.fetch(`${base}${route}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    return (await response.json()) as T;
  }
}

/** What is set of a filter, with its question mark. */
function queryOf(filter: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) {
    if (value !== undefined) query.set(key, String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}

function entityPath(entityRef: string): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return `/v1/entities/${[kind, namespace, name]
    .map(encodeURIComponent)
    .join('/')}`;
}

function applicationPath(request: {
  entityRef: string;
  instance: string;
  namespace: string;
  name: string;
}): string {
  const { entityRef, instance, namespace, name } = request;
  const application = [instance, namespace, name]
    .map(encodeURIComponent)
    .join('/');
  return `${entityPath(entityRef)}/applications/${application}`;
}

function promotionPath(id: string, verb?: string): string {
  return `/v1/promotions/${encodeURIComponent(id)}${verb ? `/${verb}` : ''}`;
}

function trainPath(id: string, verb?: string): string {
  return `/v1/trains/${encodeURIComponent(id)}${verb ? `/${verb}` : ''}`;
}
