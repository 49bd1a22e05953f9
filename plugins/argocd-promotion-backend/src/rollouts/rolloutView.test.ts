import { boundsOf, isOfUpdate, parseAnalysisRun } from './analysis';
import { parseRollout, ReplicaSetFacts, RolloutFacts } from './facts';
import { rolloutView } from './rolloutView';
import { spell } from './steps';

const image = (tag: string) => ({ repository: 'docker.io/reg/shop', tag });
const set = (hash: string, tag: string, ready: number): ReplicaSetFacts => ({
  hash,
  images: [image(tag)],
  pods: { total: ready, ready },
});

interface Given {
  spec?: object;
  status?: object;
  generation?: number;
  sets?: ReplicaSetFacts[];
  runs?: object[];
}

function told({
  spec = {},
  status = {},
  generation = 1,
  sets = [set('new', '2.0', 1), set('old', '1.0', 3)],
  runs = [],
}: Given) {
  const manifest = parseRollout({
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'shop', generation },
    spec: {
      replicas: 4,
      template: { spec: { containers: [{ image: 'reg/shop:2.0' }] } },
      strategy: { canary: { steps: [{ setWeight: 0 }, { pause: {} }] } },
      ...spec,
    },
    status: {
      observedGeneration: '1',
      currentPodHash: 'new',
      stableRS: 'old',
      currentStepIndex: 0,
      phase: 'Progressing',
      ...status,
    },
  });
  const facts: RolloutFacts = {
    version: 'v1alpha1',
    manifest: manifest!,
    sets,
    analyses: runs.map(run => parseAnalysisRun(run)!),
  };
  return rolloutView(facts);
}

const offer = (view: ReturnType<typeof told>, wanted: string) =>
  view.actions.find(({ action }) => action === wanted)!;

describe('a Rollout', () => {
  it('has a step that sets the weight to 0', () => {
    const { steps, headline } = told({});
    expect(steps).toEqual([
      { kind: 'weight', title: '0 %', state: 'current', weight: 0 },
      { kind: 'pause', title: 'Waits for somebody', state: 'waiting' },
    ]);
    expect(headline).toBe('2.0 beside 1.0 at 25 %: step 1 of 2, 0 %');
  });

  it('goes without steps while nothing is stable', () => {
    const view = told({
      status: { stableRS: '' },
      sets: [set('new', '2.0', 1)],
    });
    expect(view.headline).toMatch(
      /^First deployment of 2\.0: there is nothing/,
    );
    expect(view.stable).toBeUndefined();
    expect(
      told({
        status: { stableRS: '', phase: 'Degraded', message: 'no' },
        sets: [],
      }).headline,
    ).toBe(
      'First deployment of 2.0 failed, and there is nothing stable to serve instead: no',
    );
  });

  it('is called by what its ReplicaSets pin where another object holds the template', () => {
    const view = told({
      spec: { template: undefined, workloadRef: { kind: 'Deployment' } },
    });
    expect([view.stable?.label, view.update?.label]).toEqual(['1.0', '2.0']);
  });

  it('is told by its Pod template where only settings differ', () => {
    const { headline } = told({
      sets: [set('new', '2.0', 1), set('old', '2.0', 3)],
    });
    expect(headline).toContain(
      '2.0 (Pod template new) beside 2.0 (Pod template old)',
    );
  });

  it('pauses until a time, and says when it was paused by hand or was inconclusive', () => {
    const paused = (reason: string) => ({
      phase: 'Paused',
      pauseConditions: [{ reason, startTime: '2026-11-23T14:00:00Z' }],
    });
    const timed = told({
      spec: {
        strategy: { canary: { steps: [{ pause: { duration: '1m30s' } }] } },
      },
      status: paused('CanaryPauseStep'),
    });
    expect(timed.pause).toEqual({
      reason: 'step',
      since: '2026-11-23T14:00:00Z',
      until: '2026-11-23T14:01:30.000Z',
    });
    expect(timed.headline).toContain('goes on at 2026-11-23T14:01:30.000Z');
    expect(
      told({ status: paused('InconclusiveAnalysisRun') }).headline,
    ).toContain('its analysis was inconclusive, somebody must decide');
    const byHand = told({
      spec: { paused: true },
      status: { phase: 'Paused' },
    });
    expect(byHand.headline).toContain('paused by hand');
    expect(offer(byHand, 'pause').reason).toBe('It is paused by hand already');
    expect(offer(byHand, 'resume').available).toBe(true);
  });

  it('stands beside the active one, is switched, and keeps the old for a while', () => {
    const blueGreen = {
      activeService: 'shop',
      previewService: 'shop-preview',
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 90,
    };
    const waiting = told({
      spec: { strategy: { blueGreen } },
      status: {
        phase: 'Paused',
        pauseConditions: [
          { reason: 'BlueGreenPause', startTime: '2026-11-23T14:00:00Z' },
        ],
        blueGreen: { activeSelector: 'old', previewSelector: 'new' },
      },
    });
    expect(waiting.headline).toBe(
      '2.0 beside 1.0, not switched yet: waits for somebody to switch over',
    );
    expect(waiting.blueGreen).toEqual({
      active: 'stable',
      autoPromotion: false,
      scaleDownDelaySeconds: 90,
      activeService: 'shop',
      previewService: 'shop-preview',
    });
    expect(offer(waiting, 'skip-current-step').reason).toBe(
      'Blue-green has no steps',
    );
    expect(offer(waiting, 'resume').effect).toBe(
      '2.0 takes over all traffic from 1.0.',
    );
    const switched = told({
      spec: { strategy: { blueGreen } },
      status: { blueGreen: { activeSelector: 'new' } },
    });
    expect(switched.headline).toBe(
      '2.0 beside 1.0: switched, the old Pods still stand by',
    );
  });

  it('says that stable serves only while it does, and what somebody aborted', () => {
    const status = {
      phase: 'Degraded',
      abort: true,
      message: 'RolloutAborted',
    };
    expect(told({ status }).headline).toBe(
      'stable keeps serving 1.0; 2.0 was aborted',
    );
    expect(
      told({ status, sets: [set('new', '2.0', 0), set('old', '1.0', 0)] })
        .headline,
    ).toBe('no Pod of stable 1.0 is ready; 2.0 was aborted');
    expect(
      told({
        status: {
          phase: 'Degraded',
          message:
            'ProgressDeadlineExceeded: ReplicaSet "shop-new" has timed out',
        },
      }).headline,
    ).toBe('stable keeps serving 1.0; 2.0 does not get ready in time');
  });

  it('believes no status that is about the specification before', () => {
    const view = told({
      generation: 2,
      status: { phase: 'Degraded', abort: true },
    });
    expect(view.state).toBe('progressing');
    expect(offer(view, 'retry').available).toBe(false);
  });

  it('shares the traffic as its router does', () => {
    const { weights } = told({
      status: {
        canary: { weights: { canary: { weight: 5 }, stable: { weight: 95 } } },
      },
    });
    expect(weights).toEqual({ update: 5, stable: 95, by: 'traffic' });
  });

  it('is refused by a background analysis too', () => {
    const run = {
      kind: 'AnalysisRun',
      metadata: {
        name: 'shop-new-2',
        labels: { 'rollout-type': 'Background' },
      },
      spec: {
        args: [{ name: 'min', value: '0.9' }],
        dryRun: [{ metricName: 'latency' }],
        metrics: [
          { name: 'latency', interval: '10s', provider: { web: {} } },
          {
            name: 'errors',
            interval: '10s',
            successCondition: 'result[0] >= {{args.min}}',
            provider: { prometheus: {} },
          },
        ],
      },
      status: {
        phase: 'Failed',
        metricResults: [
          { name: 'latency', phase: 'Failed', measurements: [] },
          {
            name: 'errors',
            phase: 'Failed',
            measurements: [
              {
                phase: 'Failed',
                value: '[0.5]',
                finishedAt: '2026-11-23T14:00:00Z',
              },
              { phase: 'Error', message: 'no answer' },
              { phase: 'Failed', value: 'not a number' },
            ],
          },
        ],
      },
    };
    const view = told({
      status: { phase: 'Degraded', abort: true },
      runs: [run],
    });
    expect(view.headline).toBe(
      'stable keeps serving 1.0; 2.0 was refused by errors',
    );
    const [analysis] = view.analyses;
    expect(analysis).toMatchObject({
      kind: 'background',
      finishedAt: '2026-11-23T14:00:00Z',
    });
    const [latency, errors] = analysis.metrics;
    expect([latency.dryRun, latency.count]).toEqual([true, undefined]);
    expect(errors.bounds).toEqual([
      { operator: '>=', value: 0.9, of: 'success' },
    ]);
    expect(errors.measurements.map(({ number }) => number)).toEqual([
      0.5,
      undefined,
      undefined,
    ]);
  });
});

describe('what is read of an analysis', () => {
  it.each([
    ['result[0] >= 0.95', ['>= 0.95']],
    ['result > 1 && result < 5', ['> 1', '< 5']],
    ['asFloat(result) <= -2.5', ['<= -2.5']],
    ['default(result, 0) < 5', ['< 5']],
    ['result.errors < 5', []],
    ['result[0] >= 0.95 || isNaN(result[0])', []],
    [undefined, []],
  ])('the bounds of %s', (condition, bounds) => {
    expect(
      boundsOf(condition, 'success').map(
        ({ operator, value }) => `${operator} ${value}`,
      ),
    ).toEqual(bounds);
  });

  it.each([
    ['shop-new-2-1', true],
    ['shop-new-2-1.1', true],
    ['shop-new-2', true],
    ['shop-new-21-1', false],
    ['shop-old-1-1', false],
  ])('whether %s is of this update', (name, isIt) => {
    const of = { name: 'shop', currentHash: 'new', revision: '2' };
    expect(isOfUpdate(name, of)).toBe(isIt);
  });

  it('spells durations', () => {
    expect(['5', '90s', '1h30m', '0s', 'soon'].map(spell)).toEqual([
      '5 s',
      '1 min 30 s',
      '1 h 30 min',
      '0 s',
      'soon',
    ]);
  });
});
