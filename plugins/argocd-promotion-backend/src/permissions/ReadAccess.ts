import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { deploymentReadPermission } from '@fairway/backstage-plugin-argocd-promotion-common';
import { PlacedApplications } from '../deployments/placed';
import { ResolvedPipeline } from '../deployments/types';
import { DeploymentAuthorizer } from './DeploymentAuthorizer';
import { Subgroups } from './GroupHierarchy';
import { deploymentResources } from './resources';

/** Problems of no environment that may name Applications of any. */
const TELLS_OF_APPLICATIONS = new Set([
  'no-environment-matches',
  'environment-ambiguous',
  'application-not-found',
  'application-ambiguous',
]);

/** Cuts a pipeline down to what the viewer may read, so that nothing of the rest leaks into the answer. */
export class ReadAccess {
  readonly #authorizer: DeploymentAuthorizer;
  readonly #groups: Subgroups;

  constructor(options: {
    authorizer: DeploymentAuthorizer;
    groups: Subgroups;
  }) {
    this.#authorizer = options.authorizer;
    this.#groups = options.groups;
  }

  /**
   * How much of everything somebody may see: `all`, `some` when conditions tell, or `none`. Counts over all entities are
   * for `all` alone.
   */
  async sight(
    credentials: BackstageCredentials,
  ): Promise<'all' | 'some' | 'none'> {
    const { result } = await this.decide(credentials);
    if (result === AuthorizeResult.ALLOW) return 'all';
    return result === AuthorizeResult.DENY ? 'none' : 'some';
  }

  /** What the policy says of reading deployments, with its conditions. For this viewer and this request alone. */
  async decide(credentials: BackstageCredentials): Promise<PolicyDecision> {
    return this.#authorizer.decide(credentials, deploymentReadPermission);
  }

  /**
   * The part of the pipeline that the decision lets one see, which may be empty.
   *
   * @throws `NotAllowedError` when nothing of any entity may be
   */
  readable(
    decision: PolicyDecision,
    entity: Entity,
    pipeline: ResolvedPipeline,
  ): ResolvedPipeline {
    if (decision.result === AuthorizeResult.ALLOW) return pipeline;
    // Whether there is anything is not for them either.
    if (decision.result === AuthorizeResult.DENY)
      throw new NotAllowedError(
        `You may not see the deployments of ${pipeline.entityRef}; ask for argocd-promotion.deployment.read`,
      );
    const allowed = this.environments(decision, entity, pipeline);
    return {
      ...pipeline,
      deployments: pipeline.deployments.filter(({ environment }) =>
        allowed.has(environment.name),
      ),
      // What is said of no environment may name Applications of any: without full sight only the harmless stays.
      problems: pipeline.problems.filter(({ environment, code }) =>
        environment === undefined
          ? allowed.size > 0 && !TELLS_OF_APPLICATIONS.has(code)
          : allowed.has(environment),
      ),
    };
  }

  /** Names of the entity's environments that the decision lets one see. */
  environments(
    decision: PolicyDecision,
    entity: Entity,
    placed: PlacedApplications,
  ): Set<string> {
    const resources = deploymentResources(entity, placed, this.#groups);
    const permitted = this.#authorizer.permits(decision, resources);
    return new Set(
      resources
        .filter((_, i) => permitted[i])
        .map(({ environment }) => environment),
    );
  }
}
