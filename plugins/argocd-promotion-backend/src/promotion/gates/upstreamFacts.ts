import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { createRelease } from '../../deployments/release';
import { Deployment } from '../../deployments/types';

/** What gates may know of the upstream environment. Whatever is not known for sure stays out. */
export function upstreamFacts(
  upstream: Deployment,
  release: Release,
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
  const runs = upstream.release;
  const unhealthyReason = whyNotHealthy(upstream, release, stale);
  if (unhealthyReason)
    return { hooks, stale, unhealthyReason, ...(runs ? { runs } : {}) };
  return { hooks, stale, runs, healthySince: since(upstream) };
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
  const running = createRelease(
    upstream.release.images.filter(({ repository }) => wanted.has(repository)),
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

/** The last moment at which anything changed upstream; undefined when an Application tells none. */
function since(upstream: Deployment): Date | undefined {
  let latest: number | undefined;
  for (const { application } of upstream.applications) {
    const { health, history, operationState } = application.status ?? {};
    const ownHealing =
      operationState?.operation?.sync?.autoHealAttemptsCount !== undefined;
    const times = [
      health?.lastTransitionTime,
      history?.[history.length - 1]?.deployedAt,
      ownHealing ? undefined : operationState?.finishedAt,
    ]
      .map(time => Date.parse(time ?? ''))
      .filter(time => !Number.isNaN(time));
    if (times.length === 0) return undefined;
    latest = Math.max(latest ?? 0, ...times);
  }
  return latest === undefined ? undefined : new Date(latest);
}
