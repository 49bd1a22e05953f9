import {
  ApplicationDetails,
  ApplicationView,
  EnvironmentView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { revisionsOf } from '../argocd/parseApplication';
import { Application } from '../argocd/types';
import { countDrift, driftedResources, healthOf } from '../drift/resources';
import { InventoryApplication } from '../inventory/Inventory';
import { OwnCommit } from '../inventory/OwnCommits';
import { Sighting } from '../inventory/ReleaseSightings';
import { rolloutView, summaryOf } from '../rollouts/rolloutView';
import { tagsOf } from '../rollouts/tags';
import { TagOf } from '../rollouts/versions';
import { sourcesOf } from './environments';
import { lastChangeOf } from './lastChange';
import { operationOf } from './operation';
import { lagOf, sinceOf } from './lag';
import { orderBetween, orderProblems } from './order';
import { storyOf } from './story';
import { withoutCredentials } from './withoutCredentials';
import { DeployedApplication, Deployment } from './types';

export interface ViewContext {
  frontendUrl(instance: string): string | undefined;
  lastCommit(
    application: DeployedApplication,
  ): InventoryApplication['lastCommit'];
  /** The newest commit about the Application's own files; absent until git was asked, and where it cannot be. */
  ownCommit(application: DeployedApplication): OwnCommit | undefined;
  /** The digests of a repository that the Application was seen to run, oldest first. */
  sightings(application: DeployedApplication, repository: string): Sighting[];
  /** The other Applications of its root that deploy to the same cluster. */
  siblings?(deployed: DeployedApplication): Application[];
  /** The tag of a digest, where another environment writes it. */
  tagOf?: TagOf;
  /** What it hangs under, and whether others hang under it. */
  place(
    application: DeployedApplication,
  ): Pick<ApplicationView, 'managedBy' | 'manages'>;
  /** Page of a commit, when its host is configured. */
  commitUrl(repoURL: string, revision: string): string | undefined;
}

export function environmentView(
  deployment: Deployment,
  all: Deployment[],
  context: ViewContext,
): Omit<EnvironmentView, 'offers' | 'promotion'> {
  const tagOf = tagsOf({ deployments: all });
  const applications = deployment.applications.map(deployed =>
    applicationView(deployed, { ...context, tagOf }),
  );
  const since = sinceOf(deployment, context);
  const lag = lagOf(deployment, all, context);
  return {
    name: deployment.environment.name,
    promotesFrom: deployment.environment.promotesFrom,
    applications,
    ...(deployment.release ? { release: deployment.release } : {}),
    ...(deployment.release && since ? { releaseSince: since } : {}),
    ...(lag ? { lag } : {}),
    drift: {
      differs: sum(applications.map(({ drift }) => drift.differs)),
      missing: sum(applications.map(({ drift }) => drift.missing)),
      extra: sum(applications.map(({ drift }) => drift.extra)),
    },
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

export function applicationView(
  deployed: DeployedApplication,
  context: ViewContext,
): ApplicationView {
  const { application, instance, binding, images, staleSince, staleReason } =
    deployed;
  const { metadata, spec, status = {} } = application;
  const frontendUrl = context.frontendUrl(instance);
  const operation = operationOf(application);
  const lastChange = lastChangeOf(deployed, context);
  const automated = spec.syncPolicy?.automated;
  return {
    instance,
    namespace: metadata.namespace,
    name: metadata.name,
    project: spec.project,
    ...(frontendUrl
      ? {
          url: `${frontendUrl}/applications/${encodeURIComponent(
            metadata.namespace,
          )}/${encodeURIComponent(metadata.name)}`,
        }
      : {}),
    binding,
    sync: {
      status:
        status.sync?.status === 'Synced' || status.sync?.status === 'OutOfSync'
          ? status.sync.status
          : 'Unknown',
      revisions: revisionsOf(status.sync),
      ...(status.reconciledAt ? { comparedAt: status.reconciledAt } : {}),
    },
    health: healthOf(status.health),
    ...(operation ? { operation } : {}),
    images,
    ...rolloutsOf(deployed, context),
    drift: countDrift(driftedResources(application)),
    conditions: (status.conditions ?? []).map(
      ({ type, message, lastTransitionTime }) => ({
        type,
        message,
        ...(lastTransitionTime ? { lastTransitionTime } : {}),
      }),
    ),
    automated: {
      enabled: Boolean(automated) && automated?.enabled !== false,
      selfHeal: automated?.selfHeal === true,
      prune: automated?.prune === true,
    },
    sources: sourcesOf(application).map(
      ({ repoURL, path, chart, targetRevision, ref }) => ({
        repoURL: withoutCredentials(repoURL),
        ...(path ? { path } : {}),
        ...(chart ? { chart } : {}),
        targetRevision: targetRevision || 'HEAD',
        ...(ref ? { ref } : {}),
      }),
    ),
    ...(lastChange ? { lastChange } : {}),
    ...context.place(deployed),
    ...(staleSince ? { staleSince } : {}),
    ...(staleReason ? { staleReason } : {}),
  };
}

/** A claim lets one see state, not what stands in the cluster. */
function rolloutsOf(
  { rollouts, binding }: DeployedApplication,
  { tagOf }: ViewContext,
): Pick<ApplicationView, 'rollouts'> {
  if (!rollouts || binding.kind !== 'proof') return {};
  return {
    rollouts: rollouts.rollouts.map(facts =>
      summaryOf(rolloutView(facts, tagOf)),
    ),
  };
}

export function applicationDetails(
  deployed: DeployedApplication,
  context: ViewContext,
): ApplicationDetails {
  const { status = {} } = deployed.application;
  // A claim lets one see state, not what differs inside the cluster.
  const proven = deployed.binding.kind === 'proof';
  return {
    ...applicationView(deployed, context),
    drifted: proven ? driftedResources(deployed.application) : [],
    story: proven ? storyOf(deployed.application) : [],
    orderProblems: proven
      ? [
          ...orderProblems(deployed.application),
          ...orderBetween(
            deployed.application,
            () => context.siblings?.(deployed) ?? [],
          ),
        ]
      : [],
    resources: (proven ? status.resources ?? [] : []).map(resource => ({
      ...(resource.group ? { group: resource.group } : {}),
      ...(resource.version ? { version: resource.version } : {}),
      kind: resource.kind,
      ...(resource.namespace ? { namespace: resource.namespace } : {}),
      name: resource.name,
      ...(resource.status ? { sync: resource.status } : {}),
      ...(resource.health ? { health: healthOf(resource.health) } : {}),
      hook: resource.hook === true,
      ...(resource.syncWave === undefined
        ? {}
        : { syncWave: resource.syncWave }),
      ...(resource.requiresPruning ? { requiresPruning: true } : {}),
    })),
    history: [...(status.history ?? [])].reverse().map(entry => ({
      id: entry.id ?? 0,
      revisions: revisionsOf(entry),
      deployedAt: entry.deployedAt,
      ...(entry.deployStartedAt
        ? { deployStartedAt: entry.deployStartedAt }
        : {}),
      ...(entry.initiatedBy?.username
        ? { initiatedBy: entry.initiatedBy.username }
        : {}),
    })),
  };
}
