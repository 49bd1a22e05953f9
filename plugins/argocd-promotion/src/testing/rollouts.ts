import {
  RolloutMetric,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ago, digestOf } from './fixtures';

const REPOSITORY = 'registry.example.com/shop/checkout';

const version = (start: string, tag: string, ready: number) => ({
  label: tag,
  hash: start,
  images: [{ repository: REPOSITORY, tag, digest: digestOf(start) }],
  pods: { total: ready, ready },
});

export function metric(
  numbers: number[],
  rest: Partial<RolloutMetric> = {},
): RolloutMetric {
  return {
    name: 'success-rate',
    phase: 'Running',
    provider: 'prometheus',
    successCondition: 'result[0] >= 0.95',
    bounds: [{ operator: '>=', value: 0.95, of: 'success' }],
    count: 5,
    failureLimit: 1,
    dryRun: false,
    measurements: numbers.map((number, index) => ({
      phase: number >= 0.95 ? 'Successful' : 'Failed',
      value: `[${number}]`,
      number,
      at: ago(5 - index),
    })),
    ...rest,
  };
}

/** A canary that waits for somebody at its last step. */
export function rollout(rest: Partial<RolloutView> = {}): RolloutView {
  const available = [
    'resume',
    'skip-current-step',
    'promote-full',
    'pause',
    'abort',
  ] as const;
  return {
    namespace: 'shop-prod',
    name: 'checkout',
    state: 'paused',
    headline: '1.9.0 beside 1.8.0 at 50 %: waits for somebody to continue',
    strategy: 'canary',
    revision: '5',
    stable: version('76dfd558', '1.8.0', 2),
    update: version('51ec671a', '1.9.0', 2),
    steps: [
      { kind: 'weight', title: '25 %', state: 'done', weight: 25 },
      { kind: 'pause', title: 'Pause of 5 s', state: 'done' },
      { kind: 'analysis', title: 'Analysis success-rate', state: 'done' },
      { kind: 'weight', title: '50 %', state: 'done', weight: 50 },
      { kind: 'pause', title: 'Waits for somebody', state: 'current' },
    ],
    weights: { update: 50, stable: 50, by: 'pods' },
    pause: { reason: 'step', since: ago(4) },
    replicas: 4,
    analyses: [
      {
        name: 'checkout-51ec671a-5-2',
        kind: 'step',
        step: 2,
        phase: 'Successful',
        startedAt: ago(6),
        finishedAt: ago(5),
        metrics: [
          metric([0.993, 0.988, 0.996, 0.981, 0.99], { phase: 'Successful' }),
        ],
      },
    ],
    startedAt: ago(8),
    actions: [
      ...available.map(action => ({
        action,
        available: true,
        effect: `1.9.0 will ${action}.`,
      })),
      {
        action: 'retry' as const,
        available: false,
        reason: 'Only what was aborted can be tried again',
        effect: '1.9.0 is brought once more, from the first step.',
      },
    ],
    seen: 'abc',
    ...rest,
  };
}

/** One of each state that looks different. */
export const rollouts: Record<string, RolloutView> = {
  paused: rollout(),
  timed: rollout({
    headline: `1.9.0 beside 1.8.0 at 25 %: goes on at ${ago(-4)}`,
    weights: { update: 25, stable: 75, by: 'traffic' },
    pause: { reason: 'step', since: ago(1), until: ago(-4) },
    analyses: [],
  }),
  measuring: rollout({
    state: 'progressing',
    headline:
      '1.9.0 beside 1.8.0 at 25 %: step 3 of 5, success-rate is measured',
    pause: undefined,
    weights: { update: 25, stable: 75, by: 'traffic' },
    steps: rollout().steps.map((step, index) => ({
      ...step,
      state: (['done', 'done', 'current'] as const)[index] ?? 'waiting',
    })),
    analyses: [
      {
        name: 'checkout-51ec671a-5-2',
        kind: 'step',
        step: 2,
        phase: 'Running',
        startedAt: ago(1),
        metrics: [metric([0.984, 0.962])],
      },
      {
        name: 'checkout-51ec671a-5',
        kind: 'background',
        phase: 'Running',
        startedAt: ago(3),
        metrics: [
          metric([], {
            name: 'smoke',
            provider: 'job',
            successCondition: undefined,
            bounds: [],
            count: undefined,
            dryRun: true,
          }),
        ],
      },
    ],
  }),
  aborted: rollout({
    state: 'aborted',
    headline: 'stable keeps serving 1.8.0; 1.9.0 was refused by success-rate',
    message:
      'RolloutAborted: Rollout aborted update to revision 5: Step-based analysis phase error/failed: Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)',
    pause: undefined,
    weights: { update: 0, stable: 100, by: 'pods' },
    update: version('51ec671a', '1.9.0', 0),
    stable: version('76dfd558', '1.8.0', 4),
    steps: rollout().steps.map((step, index) => ({
      ...step,
      state: (['done', 'done', 'failed'] as const)[index] ?? 'waiting',
    })),
    analyses: [
      {
        name: 'checkout-51ec671a-5-2',
        kind: 'step',
        step: 2,
        phase: 'Failed',
        startedAt: ago(3),
        finishedAt: ago(2),
        metrics: [
          metric([0.984, 0.962, 0.913, 0.87], {
            phase: 'Failed',
            message:
              'Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)',
          }),
        ],
      },
    ],
    actions: rollout().actions.map(offer => ({
      ...offer,
      available: offer.action === 'retry',
      ...(offer.action === 'retry'
        ? { reason: undefined }
        : {
            reason: 'It was aborted: retry it, or bring another release',
          }),
    })),
  }),
  'blue-green': rollout({
    strategy: 'blue-green',
    headline:
      '1.9.0 beside 1.8.0, not switched yet: waits for somebody to switch over',
    steps: [],
    weights: undefined,
    stable: version('76dfd558', '1.8.0', 4),
    update: version('51ec671a', '1.9.0', 4),
    pause: { reason: 'blue-green', since: ago(4) },
    blueGreen: {
      active: 'stable',
      autoPromotion: false,
      scaleDownDelaySeconds: 30,
      activeService: 'checkout',
      previewService: 'checkout-preview',
    },
    analyses: [],
  }),
  inconclusive: rollout({
    headline:
      '1.9.0 beside 1.8.0 at 25 %: its analysis was inconclusive, somebody must decide',
    pause: { reason: 'inconclusive', since: ago(2) },
    weights: { update: 25, stable: 75, by: 'pods' },
    analyses: [
      {
        name: 'checkout-51ec671a-5-2',
        kind: 'step',
        step: 2,
        phase: 'Inconclusive',
        startedAt: ago(3),
        finishedAt: ago(2),
        metrics: [
          metric([0.93], {
            phase: 'Inconclusive',
            failureCondition: 'result[0] < 0.9',
            bounds: [
              { operator: '>=', value: 0.95, of: 'success' },
              { operator: '<', value: 0.9, of: 'failure' },
            ],
            measurements: [
              { phase: 'Inconclusive', value: '[0.93]', number: 0.93 },
            ],
          }),
        ],
      },
    ],
  }),
  complete: rollout({
    state: 'complete',
    headline: '1.9.0 serves everything',
    stable: version('51ec671a', '1.9.0', 4),
    update: undefined,
    pause: undefined,
    weights: { update: 0, stable: 100, by: 'pods' },
    analyses: [],
  }),
};
