import { KubernetesObject } from '../ports';
import { refOf, versionOf } from '../cluster/objects';
import { ManagedResource } from './compare';
import { hasHealth, healthOf, isWorse } from './health';
import { revisionFields, sourceFields, Target } from './targets';
import { summaryImages } from './tree';
import { Application, ApplicationStatus, ResourceStatus } from './types';

/** The status an Application has, given what was compared. */
export function assess(
  app: Application,
  before: ApplicationStatus,
  found: { target?: Target; managed: ManagedResource[] },
  objects: KubernetesObject[],
  options: {
    failure?: string;
    now: string;
    level: 'tree' | 'recent' | 'latest';
  },
): ApplicationStatus {
  const next: ApplicationStatus = { ...before };
  const resources = found.managed.map(resourceStatus);
  const health = aggregate(found.managed);
  next.health =
    before.health.status === health.status
      ? {
          ...(health.message
            ? { status: health.status, message: health.message }
            : { status: health.status }),
          lastTransitionTime: before.health.lastTransitionTime,
        }
      : { ...health, lastTransitionTime: options.now };
  const images = summaryImages(objects);
  const children = found.managed.some(
    item => (item.target ?? item.live)?.kind === 'Application',
  );
  next.summary = {
    ...(images.length ? { images } : {}),
    ...(children ? { isAppOfApps: true } : {}),
  };
  next.resourceHealthSource = 'appTree';
  next.controllerNamespace = 'argocd';
  if (resources.length > 0 && !options.failure) next.resources = resources;
  else delete next.resources;
  if (options.level === 'latest') next.reconciledAt = options.now;
  if (options.level === 'tree') return next;
  const comparedTo = {
    ...sourceFields(app.spec),
    destination: app.spec.destination,
  };
  if (options.failure || !found.target) {
    const revisions = app.spec.sources?.map(
      source => source.targetRevision ?? 'HEAD',
    ) ?? [app.spec.source?.targetRevision ?? 'HEAD'];
    next.sync = {
      status: 'Unknown',
      comparedTo,
      ...revisionFields(app.spec, revisions),
    };
    return next;
  }
  const outOfSync = resources.some(item => item.status === 'OutOfSync');
  next.sync = {
    status: outOfSync ? 'OutOfSync' : 'Synced',
    comparedTo,
    ...revisionFields(app.spec, found.target.revisions),
  };
  if (app.spec.sources?.length) next.sourceTypes = found.target.sourceTypes;
  else next.sourceType = found.target.sourceTypes[0];
  return next;
}

function resourceStatus(item: ManagedResource): ResourceStatus {
  const object = (item.target ?? item.live) as KubernetesObject;
  const ref = refOf(object);
  const health = item.live ? healthOf(item.live) : undefined;
  return {
    ...(ref.group ? { group: ref.group } : {}),
    version: versionOf(object.apiVersion),
    kind: ref.kind,
    ...(ref.namespace ? { namespace: ref.namespace } : {}),
    name: ref.name,
    ...(item.hook
      ? {}
      : {
          status:
            item.synced && item.target
              ? ('Synced' as const)
              : ('OutOfSync' as const),
        }),
    ...(health ? { health } : {}),
    ...(!item.live && !item.hook && hasHealth(ref.kind)
      ? { health: { status: 'Missing' } }
      : {}),
    ...(item.hook ? { hook: true } : {}),
    ...(item.hook || !item.target ? { requiresPruning: true } : {}),
    ...(item.wave ? { syncWave: item.wave } : {}),
  };
}

function aggregate(managed: ManagedResource[]): {
  status: string;
  message?: string;
} {
  let worst: { status: string; message?: string } = { status: 'Healthy' };
  const resources = managed.filter(item => !item.hook);
  if (resources.length > 0 && resources.every(item => !item.live))
    return { status: 'Missing' };
  for (const item of resources) {
    const health = item.live && healthOf(item.live);
    if (!health || !item.live || !isWorse(worst.status, health.status))
      continue;
    const ref = refOf(item.live);
    worst = {
      status: health.status,
      message: `Caused by ${ref.group ? `${ref.group}/` : ''}${ref.kind}:${
        ref.namespace
      }/${ref.name}`,
    };
  }
  return worst;
}
