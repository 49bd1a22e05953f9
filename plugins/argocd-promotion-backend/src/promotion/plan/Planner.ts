import { Entity } from '@backstage/catalog-model';
import {
  Plan,
  Problem,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GitRepository,
  ManifestEditor,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { chartsOf } from '../../deployments/charts';
import {
  DeployedApplication,
  Deployment,
  DeploymentService,
  ResolvedPipeline,
} from '../../deployments/types';
import { PlanApplication, planEdits, PlannedEdits } from '../../manifests';
import { Gates } from '../gates/Gates';
import { SourceChanges } from '../sources/SourceChanges';
import { FollowedApplication } from '../types';
import { followedApplications, sourcesOf } from './followedApplications';
import { branchProblems } from './branchProblems';
import { planHash } from './planHash';
import { ownersOf } from '../../permissions/ownersOf';
import { replacedRelease } from './release';
import { selectRelease, selectTarget, selectUpstream } from './selectRelease';

/** A plan with the bytes that the contract's plan leaves out. */
export interface PlannedPromotion {
  plan: Plan;
  files: PlannedEdits['edits'];
  target: Deployment;
  upstream?: Deployment;
  applications: FollowedApplication[];
}

/** What is planned; `rollbackTo` replaces the question what upstream runs. */
export interface PlanOptions {
  entity: Entity;
  environment: string;
  from?: string;
  release?: string;
  rollbackTo?: Release;
}

/** Computes plans. Reads git and the inventory; writes nothing. */
export class Planner {
  readonly #deployments: DeploymentService;
  readonly #gates: Gates;
  readonly #editors: ManifestEditor[];
  readonly #getRepository: (url: string) => GitRepository | undefined;
  readonly #sources?: Pick<SourceChanges, 'between'>;
  readonly #planEdits: typeof planEdits;

  constructor(options: {
    deployments: DeploymentService;
    gates: Gates;
    editors: ManifestEditor[];
    getRepository(url: string): GitRepository | undefined;
    /** Without it, plans tell no commits of the source code. */
    sources?: Pick<SourceChanges, 'between'>;
    planEdits?: typeof planEdits;
  }) {
    this.#deployments = options.deployments;
    this.#gates = options.gates;
    this.#editors = options.editors;
    this.#getRepository = options.getRepository;
    this.#sources = options.sources;
    this.#planEdits = options.planEdits ?? planEdits;
  }

  /** The plan of a request; `getRepository` replaces the planner's own for this plan. */
  async plan(
    options: PlanOptions,
    getRepository = this.#getRepository,
  ): Promise<PlannedPromotion> {
    const { pipeline, target, upstream, release, edits, applications } =
      await this.draft(options, getRepository);
    const gates = await this.#gates.evaluate({
      owners: ownersOf(options.entity),
      target,
      upstream,
      release,
      approvals: [],
      deployments: pipeline.deployments,
    });
    const replaces = replacedRelease(release, target);
    const sourceChanges = await this.#sources?.between({
      entity: options.entity,
      before: replaces,
      after: release,
    });
    const files = edits.edits.map(
      ({ repo, branch, path, patch, blobBefore, blobAfter }) => ({
        repo,
        branch,
        path,
        patch,
        blobBefore,
        blobAfter,
      }),
    );
    const { entityRef } = pipeline;
    const { name: environment, delivery } = target.environment;
    const plan: Plan = {
      hash: planHash({ entityRef, environment, release, edits: files }),
      entityRef,
      environment,
      ...(upstream ? { from: upstream.environment.name } : {}),
      base: edits.base,
      edits: files,
      release,
      ...(replaces ? { replaces } : {}),
      changes: edits.changes,
      ...(edits.chartChanges ? { chartChanges: edits.chartChanges } : {}),
      ...(sourceChanges ? { sourceChanges } : {}),
      gates,
      delivery,
      problems: [
        ...planProblems(target, edits),
        ...(await branchProblems({
          environment,
          delivery,
          branches: edits.base.filter(({ repo, branch }) =>
            files.some(file => file.repo === repo && file.branch === branch),
          ),
          getRepository,
        })),
      ],
    };
    return { plan, files: edits.edits, target, upstream, applications };
  }

  /** What a plan is made of, before anybody else is asked about it. */
  async draft(
    options: PlanOptions,
    getRepository = this.#getRepository,
  ): Promise<{
    pipeline: ResolvedPipeline;
    target: Deployment;
    upstream?: Deployment;
    release: Release;
    edits: PlannedEdits;
    applications: FollowedApplication[];
  }> {
    const pipeline = this.#deployments.resolve(options.entity);
    const target = selectTarget(pipeline, options.environment);
    const upstream = options.rollbackTo
      ? undefined
      : selectUpstream(pipeline, target, options.from);
    const release =
      options.rollbackTo ?? selectRelease(upstream!, target, options.release);
    const edits = await this.edits(
      options.entity,
      pipeline,
      target,
      release,
      getRepository,
    );
    const applications = followedApplications(
      target,
      release,
      edits.edits,
      this.#deployments,
    );
    return { pipeline, target, upstream, release, edits, applications };
  }

  /** The edits alone, at the heads of the branches as they are now. */
  async edits(
    entity: Entity,
    pipeline: ResolvedPipeline,
    target: Deployment,
    release: Release,
    getRepository = this.#getRepository,
  ): Promise<PlannedEdits> {
    const promoted = new Set(
      release.images.map(({ repository }) => repository),
    );
    return this.#planEdits({
      applications: target.applications.map(application =>
        this.#planApplication(application, promoted),
      ),
      otherApplications: pipeline.deployments
        .filter(deployment => deployment !== target)
        .flatMap(({ applications }) => applications)
        .map(deployed => ({
          name: deployed.application.metadata.name,
          sources: manifestSources(deployed),
        })),
      images: release.images,
      ...(release.charts ? { charts: release.charts } : {}),
      annotations: entity.metadata.annotations ?? {},
      environment: target.environment.name,
      editors: this.#editors,
      getRepository,
    });
  }

  #planApplication(
    deployed: DeployedApplication,
    promoted: Set<string>,
  ): PlanApplication {
    const { metadata, status } = deployed.application;
    const parent =
      deployed.parent && this.#deployments.getApplication(deployed.parent);
    const generator = metadata.ownerReferences?.find(
      ({ kind }) => kind === 'ApplicationSet',
    );
    const hydrator = status?.sourceHydrator as
      | Record<string, unknown>
      | undefined;
    return {
      name: metadata.name,
      namespace: metadata.namespace,
      sources: manifestSources(deployed),
      sourceTypes: status?.sourceTypes ?? [status?.sourceType ?? ''],
      charts: chartsOf(deployed.application),
      runs: deployed.images
        .map(({ repository }) => repository)
        .filter(repository => promoted.has(repository)),
      ...(parent
        ? {
            parent: {
              name: parent.application.metadata.name,
              sources: manifestSources(parent),
            },
          }
        : {}),
      ...(generator ? { applicationSet: generator.name } : {}),
      // Argo CD sends an empty object where nothing is hydrated.
      ...(hydrator && Object.keys(hydrator).length > 0
        ? { hydrated: true }
        : {}),
    };
  }
}

function manifestSources(
  state: Pick<DeployedApplication, 'application'>,
): PlanApplication['sources'] {
  return sourcesOf(state).map(source => ({
    ...source,
    targetRevision: source.targetRevision ?? 'HEAD',
  }));
}

function planProblems(target: Deployment, edits: PlannedEdits): Problem[] {
  const environment = target.environment.name;
  const problems: Problem[] = [];
  if (edits.edits.length === 0) {
    problems.push({
      code: 'unchanged',
      environment,
      message: `Git pins these digests for ${environment} already.`,
      remedy:
        'Nothing needs to be promoted; if other digests run, look at the sync state of its Applications.',
    });
  }
  for (const { application, staleSince } of target.applications) {
    if (!staleSince) continue;
    problems.push({
      code: 'instance-stale',
      environment,
      message: `What is known of ${application.metadata.name} is old, since ${staleSince}.`,
      remedy:
        'The promotion can be written, and is verified once its Argo CD answers again.',
    });
  }
  return problems;
}
