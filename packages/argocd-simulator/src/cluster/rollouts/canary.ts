import { at, listAt } from '../objects';
import { canaryPods, durationMs, weightAt } from './steps';
import { analyse, pause, RolloutTools, select, shareOut } from './tools';
import { CanaryStep, RolloutPass } from './types';

export function stepsOf({
  rollout,
}: Pick<RolloutPass, 'rollout'>): CanaryStep[] {
  return listAt(rollout, 'spec', 'strategy', 'canary', 'steps') as CanaryStep[];
}

/** Takes a canary as far as it goes now. Answers when to look again, where time alone moves it. */
export function canaryPass(
  tools: RolloutTools,
  pass: RolloutPass,
): number | undefined {
  const { rollout, status, hash, replicas } = pass;
  const steps = stepsOf(pass);
  const strategy = at(rollout, 'spec', 'strategy', 'canary');
  select(tools, pass, at(strategy, 'canaryService'), hash);
  select(tools, pass, at(strategy, 'stableService'), status.stableRS ?? hash);
  if (!status.stableRS || status.stableRS === hash) {
    status.currentStepIndex = steps.length;
    if (shareOut(tools, pass, { current: replicas, stable: 0 }))
      status.stableRS = hash;
    return undefined;
  }
  if (status.abort) {
    status.currentStepIndex = 0;
    shareOut(tools, pass, { current: 0, stable: replicas });
    return undefined;
  }
  if (at(rollout, 'spec', 'paused') === true) return undefined;
  if (status.promoteFull) {
    status.currentStepIndex = steps.length;
    delete status.pauseConditions;
    delete status.controllerPause;
  }
  return step(tools, pass, steps);
}

function step(
  tools: RolloutTools,
  pass: RolloutPass,
  steps: CanaryStep[],
): number | undefined {
  const { status, hash, replicas } = pass;
  const index = status.currentStepIndex ?? 0;
  const current = canaryPods(weightAt(steps, index), replicas);
  const settled = shareOut(tools, pass, {
    current,
    stable: replicas - current,
  });
  if (index >= steps.length) {
    if (settled) {
      status.stableRS = hash;
      delete status.promoteFull;
    }
    return undefined;
  }
  const doing = steps[index];
  let done = settled;
  if (doing.pause) {
    const { duration } = doing.pause;
    const over = pause(
      tools,
      pass,
      'CanaryPauseStep',
      duration === undefined ? undefined : durationMs(duration),
    );
    if (over !== 'over') return over;
    done = true;
  } else if (doing.analysis) {
    done = analyse(tools, pass, doing.analysis, {
      suffix: String(index),
      what: 'Step-based analysis',
    });
  }
  if (done) {
    status.currentStepIndex = index + 1;
    delete status.canary;
  }
  return undefined;
}
