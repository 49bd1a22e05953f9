import { Clock } from '../clock/Clock';
import { Timings } from '../cluster/timings';
import { selfHealDelay } from './backoff';
import { revisionFields, sourceFields, Target } from './targets';
import {
  Application,
  ApplicationStatus,
  isMultiSource,
  Operation,
} from './types';

export interface AutoSyncDecision {
  operation?: Operation;
  /** Look again after so many milliseconds. */
  retryIn?: number;
  condition?: { type: string; message: string };
}

/** Whether Argo CD syncs by itself now. */
export function decideAutoSync(
  app: Application,
  status: ApplicationStatus,
  target: Target | undefined,
  timings: Timings,
  clock: Clock,
): AutoSyncDecision | undefined {
  const policy = app.spec.syncPolicy;
  const automated = policy?.automated;
  if (!automated || automated.enabled === false || !target) return {};
  if (app.operation || app.metadata.deletionTimestamp) return undefined;
  if (status.sync.status !== 'OutOfSync') return {};
  const resources = status.resources ?? [];
  const wanting = resources.filter(item => item.status === 'OutOfSync');
  if (!automated.prune && wanting.every(item => item.requiresPruning))
    return {};
  if (
    automated.prune &&
    !automated.allowEmpty &&
    resources.length > 0 &&
    resources.every(item => item.requiresPruning)
  ) {
    return {
      condition: {
        type: 'SyncError',
        message: 'Skipping sync attempt to prevent destroying all resources',
      },
    };
  }
  const state = app.status?.operationState;
  const last = state?.syncResult?.revisions ?? [
    state?.syncResult?.revision ?? '',
  ];
  const { revision, revisions } = revisionFields(app.spec, target.revisions);
  const operation: Operation = {
    sync: {
      ...(isMultiSource(app.spec) ? {} : { revision }),
      ...(automated.prune ? { prune: true } : {}),
      ...(isMultiSource(app.spec)
        ? {}
        : { source: sourceFields(app.spec).source }),
      ...(policy?.syncOptions ? { syncOptions: policy.syncOptions } : {}),
      ...(isMultiSource(app.spec)
        ? { sources: app.spec.sources, revisions }
        : {}),
    },
    initiatedBy: { automated: true },
    retry: policy?.retry ?? { limit: 5 },
  };
  if (
    !state?.syncResult ||
    JSON.stringify(last) !== JSON.stringify(target.revisions)
  )
    return { operation };
  if (state.phase === 'Failed' || state.phase === 'Error') {
    return {
      condition: {
        type: 'SyncError',
        message: `Failed last sync attempt to [${target.revisions.join(
          ' ',
        )}]: ${state.message ?? ''}`,
      },
    };
  }
  if (!automated.selfHeal) return {};
  const attempts = state.operation.sync.autoHealAttemptsCount ?? 0;
  const pause = selfHealDelay(attempts, timings.selfHealBackoff);
  if (Date.parse(state.finishedAt ?? '') + clock.scale(pause) > clock.now())
    return { retryIn: pause };
  operation.sync.autoHealAttemptsCount = attempts + 1;
  operation.sync.resources = resources
    .filter(item => item.status !== 'Synced')
    .map(item => ({
      ...(item.group ? { group: item.group } : {}),
      kind: item.kind,
      name: item.name,
    }));
  return { operation };
}
