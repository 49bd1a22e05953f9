import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  PlanRequest,
  RenderedDifference,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { DeploymentService } from '../../deployments/types';
import { isCommitOf, pullRequestBranch } from '../engine/trailers';
import { Planner } from '../plan/Planner';
import { PromotionAccess } from '../PromotionAccess';
import { PromotionLookup, refuse } from '../PromotionLookup';
import { DeliveryTarget, StoredPromotion } from '../types';
import { RenderedDifferences } from './RenderedDifferences';
import { BranchCommit } from './revisionsOf';

/** How many commits of a pull request's branch are searched for the promotion's. */
const SEARCH_DEPTH = 50;

/** Rendered differences for people; authorizes before it asks anything. */
export class RenderedService {
  readonly #options: {
    lookup: PromotionLookup;
    access: PromotionAccess;
    planner: Planner;
    deployments: DeploymentService;
    differences: RenderedDifferences;
    getRepository(url: string): GitRepository | undefined;
  };

  constructor(options: {
    lookup: PromotionLookup;
    access: PromotionAccess;
    planner: Planner;
    deployments: DeploymentService;
    differences: RenderedDifferences;
    getRepository(url: string): GitRepository | undefined;
  }) {
    this.#options = options;
  }

  /** Of a plan that is not written. Whoever may ask for the promotion may see it. */
  async ofPlan(
    request: PlanRequest,
    credentials: BackstageCredentials,
  ): Promise<RenderedDifference> {
    const { lookup, access, planner, differences } = this.#options;
    const entity = await lookup.entity(request.entityRef, credentials);
    const environment = lookup.environment(entity, request.environment);
    const asker = await access.identify(credentials);
    refuse(await access.whyNotCreate(credentials, asker, entity, environment));
    const { applications, release, edits } = await planner.draft({
      ...request,
      entity,
    });
    return differences.between({ applications, release, before: edits.base });
  }

  /** Of a promotion, as it stands in git by now. Details of the cluster need proof that the Applications are the entity's. */
  async ofPromotion(
    id: string,
    credentials: BackstageCredentials,
  ): Promise<RenderedDifference> {
    const { lookup, deployments, differences } = this.#options;
    const { promotion } = await lookup.life(id, credentials);
    const entity = await lookup.entity(promotion.entityRef, credentials);
    const proven = new Set(
      deployments
        .resolve(entity)
        .deployments.filter(
          ({ environment }) => environment.name === promotion.environment,
        )
        .flatMap(({ applications }) => applications)
        .filter(({ binding }) => binding.kind === 'proof')
        .map(({ application }) => application.metadata.name),
    );
    const claimed = promotion.applications.find(
      ({ name, images }) => images.length > 0 && !proven.has(name),
    );
    if (claimed)
      throw new NotAllowedError(
        `Nothing proves any more that the Application ${claimed.name} is of ${promotion.entityRef}; label it with backstage.io/kubernetes-id`,
      );
    const sides = await Promise.all(
      promotion.deliveries.map(delivery => this.#written(promotion, delivery)),
    );
    const base = promotion.plan.base.filter(
      ({ repo, branch }) =>
        !sides.some(
          side => side?.before.repo === repo && side.before.branch === branch,
        ),
    );
    return differences.between({
      applications: promotion.applications,
      release: promotion.release,
      before: [...base, ...sides.flatMap(side => side?.before ?? [])],
      after: sides.flatMap(side => side?.after ?? []),
    });
  }

  /** The commit that carries the promotion and the one before it; undefined while there is none, or git does not tell. */
  async #written(
    promotion: StoredPromotion,
    { repo, branch, commit, pullRequest }: DeliveryTarget,
  ): Promise<{ before: BranchCommit; after: BranchCommit } | undefined> {
    const repository = this.#options.getRepository(repo);
    if (!repository || !(commit ?? pullRequest)) return undefined;
    try {
      const head =
        commit?.sha ??
        (await repository.getBranchHead(pullRequestBranch(promotion)));
      const commits = await repository.listCommits({
        ref: head,
        limit: SEARCH_DEPTH,
      });
      const own =
        commits.find(({ message }) => isCommitOf(promotion.id, message)) ??
        commits.find(({ sha }) => sha === head);
      const parent = own?.parents[0];
      return parent
        ? {
            before: { repo, branch, commit: parent },
            after: { repo, branch, commit: head },
          }
        : undefined;
    } catch {
      // A branch that is gone, or a host that does not answer: what was planned is computed instead.
      return undefined;
    }
  }
}
