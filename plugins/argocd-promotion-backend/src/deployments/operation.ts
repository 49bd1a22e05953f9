import { OperationState } from '@fairway/backstage-plugin-argocd-promotion-common';
import { revisionsOf } from '../argocd/parseApplication';
import { Application, ApplicationOperationState } from '../argocd/types';

const FAILED_HOOK = new Set(['Failed', 'Error']);
const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration such as `1m30s`; a bare number counts seconds, as in Argo CD. */
export function goDuration(text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    return fallback;
  return parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit],
    0,
  );
}

/**
 * When Argo CD tries a failed operation again. Its message tells a time without date or zone, so it is computed from
 * when the attempt ended and the back-off (Argo CD's defaults: 5 s, doubled, at most 3 minutes).
 */
export function nextAttempt(
  state: ApplicationOperationState,
): string | undefined {
  const { phase, finishedAt, retryCount = 0, operation } = state;
  if (phase !== 'Running' || !finishedAt || retryCount < 1) return undefined;
  const finished = Date.parse(finishedAt);
  if (Number.isNaN(finished)) return undefined;
  const { backoff } = operation?.retry ?? {};
  const first = goDuration(backoff?.duration, 5_000);
  const longest = goDuration(backoff?.maxDuration, 180_000);
  return new Date(
    finished + Math.min(first * (backoff?.factor ?? 2) ** retryCount, longest),
  ).toISOString();
}

/** The operation that runs, waits for its next attempt, or ran last. */
export function operationOf(
  application: Application,
): OperationState | undefined {
  const state = application.status?.operationState;
  const pending = application.operation as
    | ApplicationOperationState['operation']
    | undefined;
  // Argo CD clears the state of the last operation before it takes up the next: then only the request is there.
  if (!state?.phase) {
    return pending
      ? {
          phase: 'Running',
          revisions: revisionsOf(pending.sync),
          failing: false,
          hooks: [],
          initiatedBy: initiator(pending),
        }
      : undefined;
  }
  const hooks = (state.syncResult?.resources ?? []).flatMap(resource =>
    resource.hookType
      ? [
          {
            kind: resource.kind,
            name: resource.name,
            hookType: resource.hookType,
            phase: resource.hookPhase ?? 'Running',
            ...(resource.message ? { message: resource.message } : {}),
          },
        ]
      : [],
  );
  const retryCount = state.retryCount ?? 0;
  const nextAt = nextAttempt(state);
  const revisions = revisionsOf(state.syncResult);
  return {
    phase: phaseOf(state.phase),
    ...(state.message ? { message: state.message } : {}),
    ...(state.startedAt ? { startedAt: state.startedAt } : {}),
    ...(state.finishedAt ? { finishedAt: state.finishedAt } : {}),
    revisions:
      revisions.length > 0 ? revisions : revisionsOf(state.operation?.sync),
    ...(retryCount > 0
      ? {
          retry: {
            count: retryCount,
            limit: state.operation?.retry?.limit ?? 0,
            ...(nextAt ? { nextAt } : {}),
          },
        }
      : {}),
    // A retried operation stays `Running` for minutes though it has failed; so does one whose PostSync hook failed.
    failing:
      ['Failed', 'Error'].includes(state.phase) ||
      (state.phase === 'Running' &&
        (retryCount > 0 || hooks.some(({ phase }) => FAILED_HOOK.has(phase)))),
    hooks,
    initiatedBy: initiator(state.operation),
  };
}

function initiator(
  operation: ApplicationOperationState['operation'],
): OperationState['initiatedBy'] {
  const { username, automated } = operation?.initiatedBy ?? {};
  return {
    ...(username ? { username } : {}),
    automated: automated === true,
    selfHeal: (operation?.sync?.autoHealAttemptsCount ?? 0) > 0,
  };
}

function phaseOf(phase: string): OperationState['phase'] {
  return phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Error' ||
    phase === 'Terminating'
    ? phase
    : 'Running';
}
