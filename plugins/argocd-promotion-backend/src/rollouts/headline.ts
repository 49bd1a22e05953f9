import { RolloutView } from '@fairway/backstage-plugin-argocd-promotion-common';

type Told = Omit<RolloutView, 'headline' | 'actions' | 'seen'>;

/** What somebody who looks for the first time must know, in one sentence. */
export function headlineOf(rollout: Told): string {
  const { state, stable, update } = rollout;
  if (!update)
    return state === 'degraded' || state === 'unknown'
      ? ofOne(rollout)
      : atRest(rollout);
  if (!stable) return firstDeployment(rollout);
  if (state === 'aborted') return `${staying(rollout)}; ${refusal(rollout)}`;
  if (state === 'degraded')
    return `${staying(rollout)}; ${update.label} ${trouble(rollout)}`;
  return `${update.label} beside ${stable.label}${share(rollout)}: ${doing(
    rollout,
  )}`;
}

function atRest({ stable, state, pause }: Told): string {
  const label = stable?.label ?? 'It';
  if (pause?.reason === 'by-hand')
    return `${label} serves everything; updates are paused by hand`;
  return state === 'progressing'
    ? `${label} serves; its Pods are being replaced`
    : `${label} serves everything`;
}

function ofOne({ stable, message }: Told): string {
  return `${stable?.label ?? 'The Rollout'} is in trouble: ${
    message ?? 'the Rollout does not say why'
  }`;
}

function firstDeployment({ update, state, message }: Told): string {
  const what = `First deployment of ${update!.label}`;
  if (state === 'degraded' || state === 'aborted')
    return `${what} failed, and there is nothing stable to serve instead: ${
      message ?? 'its Pods do not get ready'
    }`;
  return `${what}: there is nothing stable to compare it with, so it goes without steps`;
}

/** That the stable Pods serve is said only while there are some. */
function staying({ stable }: Told): string {
  return stable!.pods.ready > 0
    ? `stable keeps serving ${stable!.label}`
    : `no Pod of stable ${stable!.label} is ready`;
}

function refusal({ update, analyses, message }: Told): string {
  const failed = analyses.find(({ phase }) =>
    ['Failed', 'Error'].includes(phase),
  );
  const metric =
    failed?.metrics.find(
      ({ phase, dryRun }) => !dryRun && ['Failed', 'Error'].includes(phase),
    )?.name ?? /[Mm]etric "([^"]+)" assessed/.exec(message ?? '')?.[1];
  const label = update!.label;
  if (metric) return `${label} was refused by ${metric}`;
  if (failed) return `${label} was refused by the analysis ${failed.name}`;
  const deadline = /exceeded its progressDeadline|ProgressDeadline/i;
  if (deadline.test(message ?? ''))
    return `${label} was taken back, since its Pods did not get ready in time`;
  return `${label} was aborted`;
}

function trouble({ message }: Told): string {
  if (message?.startsWith('ProgressDeadlineExceeded'))
    return 'does not get ready in time';
  return `is in trouble: ${message ?? 'the Rollout does not say why'}`;
}

function share({ weights, blueGreen }: Told): string {
  if (blueGreen)
    return blueGreen.active === 'update' ? '' : ', not switched yet';
  return weights ? ` at ${weights.update} %` : '';
}

function doing(rollout: Told): string {
  const { pause, analyses, steps, blueGreen } = rollout;
  if (pause) return waiting(pause);
  const running = analyses.find(
    ({ phase, kind }) =>
      ['Running', 'Pending'].includes(phase) && kind !== 'background',
  );
  const at = steps.findIndex(({ state }) => state === 'current');
  const where = at < 0 ? '' : `step ${at + 1} of ${steps.length}, `;
  if (running) {
    const names = running.metrics.map(({ name }) => name).join(', ');
    return `${where}${names || 'the analysis'} is measured`;
  }
  if (blueGreen?.active === 'update')
    return 'switched, the old Pods still stand by';
  return at < 0 ? 'its Pods are being started' : `${where}${steps[at].title}`;
}

function waiting(pause: NonNullable<Told['pause']>): string {
  if (pause.reason === 'by-hand')
    return 'paused by hand, until somebody resumes it';
  if (pause.reason === 'inconclusive')
    return 'its analysis was inconclusive, somebody must decide';
  if (pause.until) return `goes on at ${pause.until}`;
  return pause.reason === 'blue-green'
    ? 'waits for somebody to switch over'
    : 'waits for somebody to continue';
}
