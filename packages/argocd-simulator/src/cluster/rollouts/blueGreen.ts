import { at, numberAt, uidOf } from '../objects';
import { analyse, pause, RolloutTools, select, shareOut } from './tools';
import { Analysis, RolloutPass } from './types';

const SCALE_DOWN_DELAY_S = 30;

/** Takes a blue-green update as far as it goes now. Answers when to look again, where time alone moves it. */
export function blueGreenPass(
  tools: RolloutTools,
  pass: RolloutPass,
): number | undefined {
  const { rollout, status, hash, replicas } = pass;
  const strategy = at(rollout, 'spec', 'strategy', 'blueGreen');
  const active = status.blueGreen?.activeSelector ?? status.stableRS;
  const shown = (selector: string | undefined) => {
    status.blueGreen = {
      ...(selector ? { activeSelector: selector } : {}),
      previewSelector: hash,
    };
    select(tools, pass, at(strategy, 'activeService'), selector);
    select(tools, pass, at(strategy, 'previewService'), hash);
  };
  if (!status.stableRS) {
    shown(hash);
    if (shareOut(tools, pass, { current: replicas, stable: 0 }))
      status.stableRS = hash;
    return undefined;
  }
  if (status.abort) {
    shown(status.stableRS);
    shareOut(tools, pass, { current: 0, stable: replicas });
    return undefined;
  }
  if (status.stableRS === hash) {
    shown(hash);
    return scaleDown(tools, pass, strategy);
  }
  if (at(rollout, 'spec', 'paused') === true) return undefined;
  shown(active);
  if (!shareOut(tools, pass, { current: replicas, stable: replicas }))
    return undefined;
  if (active !== hash) {
    const before = at(strategy, 'prePromotionAnalysis') as Analysis | undefined;
    if (
      before &&
      !status.promoteFull &&
      !analyse(tools, pass, before, {
        suffix: 'pre',
        what: 'Pre-promotion analysis',
      })
    )
      return undefined;
    const seconds = numberAt(strategy, 'autoPromotionSeconds');
    const waits =
      at(strategy, 'autoPromotionEnabled') === false || seconds !== undefined;
    if (waits && !status.promoteFull) {
      const over = pause(
        tools,
        pass,
        'BlueGreenPause',
        seconds === undefined ? undefined : seconds * 1_000,
      );
      if (over !== 'over') return over;
    }
    shown(hash);
  }
  const after = at(strategy, 'postPromotionAnalysis') as Analysis | undefined;
  if (
    after &&
    !status.promoteFull &&
    !analyse(tools, pass, after, {
      suffix: 'post',
      what: 'Post-promotion analysis',
    })
  )
    return undefined;
  status.stableRS = hash;
  delete status.promoteFull;
  delete status.pauseConditions;
  delete status.controllerPause;
  delete status.canary;
  return undefined;
}

/** The old Pods stay for a while, so that a step back is quick. */
function scaleDown(
  tools: RolloutTools,
  pass: RolloutPass,
  strategy: unknown,
): number | undefined {
  const { clock, waits, store } = tools;
  const key = `${uidOf(pass.rollout)}/${pass.hash}`;
  const seconds =
    numberAt(strategy, 'scaleDownDelaySeconds') ?? SCALE_DOWN_DELAY_S;
  const serving = pass.others.some(
    set => (numberAt(set, 'spec', 'replicas') ?? 0) > 0,
  );
  if (!serving) {
    waits.delete(key);
    shareOut(tools, pass, { current: pass.replicas, stable: 0 });
    return undefined;
  }
  const since = waits.get(key) ?? clock.now();
  waits.set(key, since);
  const due = since + clock.scale(seconds * 1_000);
  if (clock.now() < due) {
    store.change(
      {
        group: 'apps',
        kind: 'ReplicaSet',
        namespace: pass.current.metadata.namespace ?? '',
        name: pass.current.metadata.name,
      },
      draft => {
        (draft.spec as Record<string, unknown>).replicas = pass.replicas;
      },
    );
    return due;
  }
  shareOut(tools, pass, { current: pass.replicas, stable: 0 });
  return undefined;
}
