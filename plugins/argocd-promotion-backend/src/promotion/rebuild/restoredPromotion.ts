import { Entity } from '@backstage/catalog-model';
import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitCommit } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Deployment, DeploymentService } from '../../deployments/types';
import { CommitRecord } from '../engine/recordTrailers';
import { followedApplications, sourcesOf } from '../plan/followedApplications';
import { planHash } from '../plan/planHash';
import { ownersOf } from '../../permissions/ownersOf';
import { repositoryKey } from '../repositoryUrl';
import { FollowedApplication, StoredPromotion } from '../types';

/** A commit that carries a promotion, where it was found. */
export interface FoundCommit {
  repo: string;
  branch: string;
  commit: GitCommit;
  url: string;
}

/**
 * What a record says is only taken when Argo CD's own state agrees: the entity has a proven deployment in that
 * environment that reads the repository the commit is in. Else whoever writes to any repository could make history up for
 * another team.
 */
export function targetOf(
  record: CommitRecord,
  entity: Entity,
  deployments: DeploymentService,
  commits: FoundCommit[],
): { deployment: Deployment; commits: FoundCommit[] } | { reason: string } {
  const { entityRef, environment } = record;
  const deployment = deployments
    .resolve(entity)
    .deployments.find(({ environment: { name } }) => name === environment);
  if (!deployment || deployment.applications.length === 0)
    return { reason: `${entityRef} has no Application in ${environment}` };
  if (deployment.applications.some(({ binding }) => binding.kind !== 'proof'))
    return {
      reason: `The Applications of ${entityRef} in ${environment} are only claimed by it`,
    };
  const read = new Set(
    deployment.applications
      .flatMap(deployed => {
        const root =
          deployed.parent && deployments.getApplication(deployed.parent);
        return [...sourcesOf(deployed), ...(root ? sourcesOf(root) : [])];
      })
      .map(({ repoURL }) => repositoryKey(repoURL)),
  );
  const own = commits.filter(({ repo }) => read.has(repositoryKey(repo)));
  return own.length > 0
    ? { deployment, commits: own }
    : {
        reason: `No Application of ${entityRef} in ${environment} reads ${commits[0].repo}`,
      };
}

/** The promotion as git tells it: ended, and marked as read back. */
export function restoredPromotion(
  record: CommitRecord,
  entity: Entity,
  deployment: Deployment,
  from: {
    commits: FoundCommit[];
    deployments: Pick<DeploymentService, 'getApplication'>;
    applicationUrl(application: FollowedApplication): string | undefined;
  },
): StoredPromotion {
  const { commits, deployments, applicationUrl } = from;
  const { replaces, overridden, ...facts } = record;
  const { entityRef, environment, release, delivery } = record;
  const [{ commit }] = commits;
  const at = new Date(commit.committedAt).toISOString();
  const owner = ownersOf(entity)[0];
  const plan: Plan = {
    hash: planHash({ entityRef, environment, release, edits: [] }),
    entityRef,
    environment,
    ...(record.from ? { from: record.from } : {}),
    base: commits.map(found => ({
      repo: found.repo,
      branch: found.branch,
      commit: found.commit.parents[0] ?? found.commit.sha,
    })),
    // The commit itself shows them.
    edits: [],
    release,
    ...(replaces ? { replaces } : {}),
    changes: release.images.map(({ repository, digest, tag }) => {
      const before = replaces?.images.find(
        image => image.repository === repository,
      );
      return {
        repository,
        ...(before
          ? {
              from: {
                digest: before.digest,
                ...(before.tag ? { tag: before.tag } : {}),
              },
            }
          : {}),
        to: { digest, ...(tag ? { tag } : {}) },
      };
    }),
    gates: [],
    delivery,
    problems: [],
  };
  return {
    ...facts,
    state: 'succeeded',
    message: `Read back from git, where commit ${commit.sha.slice(
      0,
      7,
    )} carries it; whether it was verified is not written there`,
    rebuilt: true,
    // The mark stays for good; which gates it passed is not in git.
    ...(overridden
      ? { override: { ...overridden, at, skipped: [], planHash: plan.hash } }
      : {}),
    plan,
    author: commit.author,
    ...(owner ? { owner } : {}),
    createdAt: at,
    updatedAt: at,
    stateSince: at,
    endedAt: at,
    gates: [],
    deliveries: commits.map(({ repo, branch, commit: { sha }, url }) => ({
      repo,
      branch,
      commit: { sha, ...(url ? { url } : {}) },
    })),
    applications: followedApplications(
      deployment,
      release,
      [],
      deployments,
    ).map(application => {
      const url = applicationUrl(application);
      return url ? { ...application, url } : application;
    }),
    notes: {},
  };
}
