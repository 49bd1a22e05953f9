import {
  DriftedResource,
  HealthState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application, ResourceStatus } from '../argocd/types';

const HEALTHS = [
  'Healthy',
  'Progressing',
  'Degraded',
  'Suspended',
  'Missing',
] as const;

export function healthOf(
  health: { status?: string; message?: string } | undefined,
): HealthState {
  const status = HEALTHS.find(known => known === health?.status) ?? 'Unknown';
  return { status, ...(health?.message ? { message: health.message } : {}) };
}

/**
 * The resources whose live state is not what git says. Hooks are left out: they have no sync status, and one that was
 * run stays marked for pruning until the next sync.
 */
export function driftedResources(application: Application): DriftedResource[] {
  return (application.status?.resources ?? []).flatMap(resource => {
    if (resource.hook) return [];
    const difference = differenceOf(resource);
    if (!difference) return [];
    const { group, version, kind, namespace, name, health } = resource;
    return [
      {
        ...(group ? { group } : {}),
        ...(version ? { version } : {}),
        kind,
        ...(namespace ? { namespace } : {}),
        name,
        difference,
        ...(health ? { health: healthOf(health) } : {}),
      },
    ];
  });
}

function differenceOf(
  resource: ResourceStatus,
): DriftedResource['difference'] | undefined {
  if (resource.requiresPruning) return 'extra';
  if (resource.status !== 'OutOfSync') return undefined;
  return resource.health?.status === 'Missing' ? 'missing' : 'differs';
}

export function countDrift(resources: DriftedResource[]): {
  differs: number;
  missing: number;
  extra: number;
} {
  const count = (difference: DriftedResource['difference']) =>
    resources.filter(resource => resource.difference === difference).length;
  return {
    differs: count('differs'),
    missing: count('missing'),
    extra: count('extra'),
  };
}
