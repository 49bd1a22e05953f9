import { AuthService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  RebuildRequest,
  RebuildResult,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Application, ApplicationSource } from '../../argocd/types';
import { DeploymentService } from '../../deployments/types';
import { CommitRecord } from '../engine/recordTrailers';
import { sourcesOf } from '../plan/followedApplications';
import { repositoryKey } from '../repositoryUrl';
import { PromotionStore } from '../store/PromotionStore';
import { FollowedApplication } from '../types';
import { recordsOfCommit } from './recordsOfCommit';
import { FoundCommit, restoredPromotion, targetOf } from './restoredPromotion';

const DEFAULT_COMMITS = 1_000;
/** What is wrong with more of them is wrong with all. */
const MAX_SKIPPED = 100;

/**
 * Reads finished promotions back from git when the database was lost: walks the branches that the known Applications
 * follow, newest commit first, and restores what their trailers tell. What is in the database already stays as it is, so
 * that it may be run at any time and again. It never makes a promotion that is under way.
 */
export class RecordRebuilder {
  readonly #options: {
    applications(): Iterable<{ application: Application }>;
    deployments: DeploymentService;
    catalog: Pick<CatalogService, 'getEntityByRef'>;
    auth: AuthService;
    store: Pick<PromotionStore, 'restore'>;
    getRepository(url: string): GitRepository | undefined;
    applicationUrl(application: FollowedApplication): string | undefined;
  };

  constructor(options: {
    applications(): Iterable<{ application: Application }>;
    deployments: DeploymentService;
    catalog: Pick<CatalogService, 'getEntityByRef'>;
    auth: AuthService;
    store: Pick<PromotionStore, 'restore'>;
    getRepository(url: string): GitRepository | undefined;
    applicationUrl(application: FollowedApplication): string | undefined;
  }) {
    this.#options = options;
  }

  async rebuild(request: RebuildRequest): Promise<RebuildResult> {
    const result: RebuildResult = {
      branches: [],
      found: 0,
      restored: 0,
      known: 0,
      skipped: [],
    };
    const records = new Map<
      string,
      { record: CommitRecord; commits: FoundCommit[] }
    >();
    for (const source of this.#branches()) {
      const { branch, commits, error } = await this.#walk(
        source,
        request.commits ?? DEFAULT_COMMITS,
      );
      result.branches.push({
        repo: source.repoURL,
        branch,
        commits: commits.length,
        ...(error ? { error } : {}),
      });
      for (const { commit, url, records: told } of commits)
        for (const record of told) {
          const known = records.get(record.id) ?? { record, commits: [] };
          records.set(record.id, known);
          // A merge may carry the trailers of the commit that it merges: the newest is what Argo CD compared.
          const same = known.commits.some(
            target =>
              target.repo === source.repoURL && target.branch === branch,
          );
          if (!same)
            known.commits.push({ repo: source.repoURL, branch, commit, url });
        }
    }
    result.found = records.size;
    for (const { record, commits } of records.values())
      await this.#restore(record, commits, request, result);
    return result;
  }

  /** Each repository and revision that an Application follows, once. */
  #branches(): ApplicationSource[] {
    const found = new Map<string, ApplicationSource>();
    for (const { application } of this.#options.applications())
      for (const source of sourcesOf({ application })) {
        if (source.chart) continue;
        const { repoURL, targetRevision = 'HEAD' } = source;
        found.set(JSON.stringify([repositoryKey(repoURL), targetRevision]), {
          ...source,
          targetRevision,
        });
      }
    return [...found.values()];
  }

  async #walk(
    { repoURL, targetRevision = 'HEAD' }: ApplicationSource,
    limit: number,
  ): Promise<{
    branch: string;
    commits: Array<{
      commit: GitCommit;
      url: string;
      records: CommitRecord[];
    }>;
    error?: string;
  }> {
    try {
      const repository = this.#options.getRepository(repoURL);
      if (!repository)
        return {
          branch: targetRevision,
          commits: [],
          error: 'No git host is configured for it',
        };
      const branch =
        targetRevision === 'HEAD' || targetRevision === ''
          ? await repository.getDefaultBranch()
          : targetRevision.replace(/^refs\/heads\//, '');
      const commits = [];
      for (const commit of await repository.listCommits({ ref: branch, limit }))
        commits.push({
          commit,
          url: repository.commitUrl(commit.sha),
          records: await recordsOfCommit(commit, repository),
        });
      return { branch, commits };
    } catch (error) {
      const reason = isError(error) ? error.message : String(error);
      return { branch: targetRevision, commits: [], error: reason };
    }
  }

  async #restore(
    record: CommitRecord,
    commits: FoundCommit[],
    request: RebuildRequest,
    result: RebuildResult,
  ): Promise<void> {
    const { deployments, store, applicationUrl } = this.#options;
    const entity = await this.#entity(record.entityRef);
    const target = entity
      ? targetOf(record, entity, deployments, commits)
      : { reason: `${record.entityRef} is not in the catalog` };
    if (!entity || 'reason' in target) {
      const { reason } = target as { reason: string };
      if (result.skipped.length < MAX_SKIPPED)
        result.skipped.push({
          id: record.id,
          commit: commits[0].commit.sha,
          reason,
        });
      return;
    }
    const promotion = restoredPromotion(record, entity, target.deployment, {
      commits: target.commits,
      deployments,
      applicationUrl,
    });
    const restored = await store.restore(promotion, {
      dryRun: request.dryRun ?? false,
    });
    if (restored) result.restored += 1;
    else result.known += 1;
  }

  async #entity(entityRef: string): Promise<Entity | undefined> {
    const { catalog, auth } = this.#options;
    return catalog.getEntityByRef(entityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
  }
}
