import {
  Release,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { revisionsOf } from '../../argocd/parseApplication';
import { Application } from '../../argocd/types';
import { chartKey } from '../../deployments/charts';
import { createRelease } from '../../deployments/release';
import { DeployedApplication, Deployment } from '../../deployments/types';

/** Since when an Application is seen to run an image; undefined when nobody saw it begin. */
export type RunsSince = (
  application: DeployedApplication,
  image: ReleaseImage,
) => string | undefined;

/** What gates may know of the upstream environment. Whatever is not known for sure stays out. */
export function upstreamFacts(
  upstream: Deployment,
  release: Release,
  runsSince: RunsSince = () => undefined,
): GateContext['upstream'] {
  const stale = upstream.applications.some(
    ({ staleSince }) => staleSince !== undefined,
  );
  const hooks = upstream.applications.flatMap(({ application }) =>
    (application.status?.operationState?.syncResult?.resources ?? [])
      .filter(({ hookType }) => hookType)
      .map(({ name, hookType, hookPhase, message }) => ({
        name,
        hookType: hookType!,
        phase: hookPhase ?? 'Unknown',
        ...(message ? { message } : {}),
      })),
  );
  const untold = upstream.applications.find(({ application }) =>
    lacksHooks(application),
  )?.application.metadata.name;
  const runs = upstream.release;
  const unhealthyReason = whyNotHealthy(upstream, release, stale);
  const applications = upstream.applications.map(
    ({ instance, application: { metadata, spec } }) => ({
      instance,
      namespace: metadata.namespace,
      name: metadata.name,
      project: spec.project,
    }),
  );
  const facts = {
    hooks,
    stale,
    applications,
    ...(untold ? { hooksUnknownOf: untold } : {}),
  };
  if (unhealthyReason)
    return { ...facts, unhealthyReason, ...(runs ? { runs } : {}) };
  return { ...facts, runs, healthySince: since(upstream, release, runsSince) };
}

/**
 * Whether the last operation ran no hooks because it was about some resources only, such as a self-heal, and the sync
 * before it is not known to have succeeded. Those that did, and no others, are in the history.
 */
function lacksHooks({ status }: Application): boolean {
  const { operation, syncResult } = status?.operationState ?? {};
  const { resources, autoHealAttemptsCount = 0 } = operation?.sync ?? {};
  if (!resources?.length && autoHealAttemptsCount === 0) return false;
  const { history } = status ?? {};
  const last = revisionsOf(history?.[history.length - 1]);
  return (
    last.length === 0 || last.join('\n') !== revisionsOf(syncResult).join('\n')
  );
}

function whyNotHealthy(
  upstream: Deployment,
  release: Release,
  stale: boolean,
): string | undefined {
  const { name } = upstream.environment;
  if (stale) return `what is known of ${name} is old`;
  if (!upstream.release)
    return upstream.releaseUnknownReason ?? `what runs in ${name} is not known`;
  const wanted = new Set(release.images.map(({ repository }) => repository));
  const charts = new Set((release.charts ?? []).map(chartKey));
  const running = createRelease(
    upstream.release.images.filter(({ repository }) => wanted.has(repository)),
    upstream.release.charts?.filter(chart => charts.has(chartKey(chart))),
  );
  if (running.id !== release.id) return `${name} runs another release by now`;
  if (upstream.applications.length === 0)
    return `there is no Application in ${name}`;
  for (const { application } of upstream.applications) {
    const { sync, health, operationState } = application.status ?? {};
    if (sync?.status !== 'Synced')
      return `${application.metadata.name} is ${
        sync?.status ?? 'not compared yet'
      }`;
    if (health?.status !== 'Healthy')
      return `${application.metadata.name} is ${
        health?.status ?? 'of unknown health'
      }`;
    if (operationState && operationState.phase !== 'Succeeded') {
      return `the last operation of ${application.metadata.name} is ${operationState.phase}`;
    }
  }
  return undefined;
}

/**
 * The last moment at which anything changed upstream; undefined when an Application tells none. A tag that was pushed
 * anew changes what runs without any operation: only who has seen it knows since when.
 */
function since(
  upstream: Deployment,
  release: Release,
  runsSince: RunsSince,
): Date | undefined {
  let latest: number | undefined;
  for (const deployed of upstream.applications) {
    const { application } = deployed;
    const { health, history, operationState } = application.status ?? {};
    const ownHealing =
      operationState?.operation?.sync?.autoHealAttemptsCount !== undefined;
    const times = [
      health?.lastTransitionTime,
      history?.[history.length - 1]?.deployedAt,
      ownHealing ? undefined : operationState?.finishedAt,
      ...release.images.map(image => runsSince(deployed, image)),
    ]
      .map(time => Date.parse(time ?? ''))
      .filter(time => !Number.isNaN(time));
    if (times.length === 0) return undefined;
    latest = Math.max(latest ?? 0, ...times);
  }
  return latest === undefined ? undefined : new Date(latest);
}
