import {
  OperationPhase,
  OperationStep,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application, ResourceResult, ResourceStatus } from '../argocd/types';

const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'] as const;

interface Identity {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}

const identity = ({ group, kind, namespace, name }: Identity) =>
  JSON.stringify([group ?? '', kind, namespace ?? '', name]);

/**
 * The last or running operation as a story: its phases in their order, in each the waves, in each what was done. What a
 * running operation has not reached yet is told too, as far as Argo CD tells it. Argo CD keeps no waves with its results:
 * they come from the resources that still exist, and a hook that was deleted has none.
 */
export function storyOf({ status, operation }: Application): OperationPhase[] {
  const { operationState, resources } = status ?? {};
  const results = operationState?.syncResult?.resources ?? [];
  const known = new Map(
    (resources ?? []).map(resource => [identity(resource), resource]),
  );
  const steps = results.map(result => ({
    phase: PHASES.find(name => name === result.syncPhase) ?? 'Sync',
    wave: known.get(identity(result))?.syncWave ?? waveless(result, known),
    step: stepOf(result, operationState?.phase === 'Succeeded'),
  }));
  const isRunning =
    operationState?.phase === 'Running' ||
    (operation !== undefined && operationState?.phase === undefined);
  // A sync of some resources only reaches no others.
  const isWhole = !operationState?.operation?.sync?.resources?.length;
  if (isRunning && isWhole) {
    const reached = new Set(results.map(identity));
    for (const resource of resources ?? []) {
      if (resource.hook || reached.has(identity(resource))) continue;
      steps.push({
        phase: 'Sync',
        wave: resource.syncWave ?? 0,
        step: { ...keyOf(resource), hook: false, state: 'waiting' },
      });
    }
  }
  return PHASES.flatMap(phase => {
    const own = steps.filter(step => step.phase === phase);
    return own.length > 0 ? [{ phase, waves: wavesOf(own) }] : [];
  });
}

/** What exists and has no wave is of wave 0; of what is gone nobody knows. */
function waveless(
  result: ResourceResult,
  known: Map<string, ResourceStatus>,
): number | undefined {
  return known.has(identity(result)) ? 0 : undefined;
}

function keyOf({ group, kind, namespace, name }: Identity): Identity {
  return {
    ...(group ? { group } : {}),
    kind,
    ...(namespace ? { namespace } : {}),
    name,
  };
}

function stepOf(result: ResourceResult, over: boolean): OperationStep {
  const { hookType, message } = result;
  return {
    ...keyOf(result),
    hook: hookType !== undefined && hookType !== '',
    state: stateOf(result, over),
    ...(message ? { message } : {}),
  };
}

function stateOf(
  { hookPhase, hookType, status }: ResourceResult,
  over: boolean,
): OperationStep['state'] {
  if (hookPhase === 'Failed' || hookPhase === 'Error') return 'failed';
  if (status === 'SyncFailed') return 'failed';
  // A sync that needed not wait for the health of what it applied ends with these still noted as running.
  const waited = hookType || !over;
  if (waited && (hookPhase === 'Running' || hookPhase === 'Terminating'))
    return 'running';
  if (status === 'Pruned') return 'pruned';
  return 'done';
}

function wavesOf(
  steps: Array<{ wave?: number; step: OperationStep }>,
): OperationPhase['waves'] {
  const waves = new Map<number | undefined, OperationStep[]>();
  for (const { wave, step } of steps)
    waves.set(wave, [...(waves.get(wave) ?? []), step]);
  return [...waves]
    .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([wave, inWave]) => ({
      ...(wave === undefined ? {} : { wave }),
      steps: inWave,
    }));
}
