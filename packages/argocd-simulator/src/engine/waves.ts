import { KubernetesObject } from '../ports';
import { annotationsOf, ObjectRef, refOf } from '../cluster/objects';
import { SyncPhase } from './types';

const PHASES: SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

const KIND_ORDER = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];

export const HOOK = 'argocd.argoproj.io/hook';
export const HOOK_DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';
export const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';

/** Something to be done in a sync. */
export interface SyncTask {
  phase: SyncPhase;
  wave: number;
  ref: ObjectRef;
  target?: KubernetesObject;
  hookType?: SyncPhase;
}

export function waveOf(object: KubernetesObject): number {
  const wave = Number(annotationsOf(object)[SYNC_WAVE]);
  return Number.isInteger(wave) ? wave : 0;
}

/** Hook types of a manifest; `Skip` is returned as an empty list with `skip`. */
export function hookTypes(object: KubernetesObject): string[] {
  const text =
    annotationsOf(object)[HOOK] ??
    helmHook(annotationsOf(object)['helm.sh/hook']);
  return text ? text.split(',').map(type => type.trim()) : [];
}

function helmHook(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const map: Record<string, string> = {
    'pre-install': 'PreSync',
    'pre-upgrade': 'PreSync',
    'post-install': 'PostSync',
    'post-upgrade': 'PostSync',
  };
  const types = new Set(
    text
      .split(',')
      .map(type => map[type.trim()])
      .filter(Boolean),
  );
  return types.size > 0 ? [...types].join(',') : undefined;
}

export function isHook(object: KubernetesObject): boolean {
  return hookTypes(object).some(type => type !== 'Skip');
}

export function deletePolicies(object: KubernetesObject): string[] {
  const text = annotationsOf(object)[HOOK_DELETE_POLICY];
  return text
    ? text.split(',').map(policy => policy.trim())
    : ['BeforeHookCreation'];
}

/** Every task of a sync in the order it is to be done. */
export function planTasks(options: {
  targets: KubernetesObject[];
  prune: KubernetesObject[];
  hooks: boolean;
}): SyncTask[] {
  const tasks: SyncTask[] = [];
  for (const target of options.targets) {
    const types = hookTypes(target);
    const wave = waveOf(target);
    if (types.length === 0)
      tasks.push({ phase: 'Sync', wave, ref: refOf(target), target });
    if (!options.hooks) continue;
    for (const type of types) {
      const phase = PHASES.find(known => known === type);
      if (phase)
        tasks.push({
          phase,
          wave,
          ref: refOf(target),
          target,
          hookType: phase,
        });
    }
  }
  // What is pruned goes in the opposite order of its waves
  const waves = [...new Set(options.prune.map(waveOf))].sort((a, b) => a - b);
  for (const live of options.prune) {
    const wave = waves[waves.length - 1 - waves.indexOf(waveOf(live))];
    tasks.push({ phase: 'Sync', wave, ref: refOf(live) });
  }
  return tasks.sort(compareTasks);
}

function rank(kind: string): number {
  const index = KIND_ORDER.indexOf(kind);
  return index < 0 ? KIND_ORDER.length : index;
}

export function compareTasks(a: SyncTask, b: SyncTask): number {
  return (
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
    a.wave - b.wave ||
    rank(a.ref.kind) - rank(b.ref.kind) ||
    a.ref.kind.localeCompare(b.ref.kind) ||
    a.ref.name.localeCompare(b.ref.name)
  );
}
