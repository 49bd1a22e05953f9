import { readEvents, readRecording } from '../__testUtils__/recordings';
import { parseApplication } from '../argocd/parseApplication';
import { Application } from '../argocd/types';
import { orderProblems } from './order';
import { storyOf } from './story';

const told = (application: Application) =>
  storyOf(application).map(
    ({ phase, waves }) =>
      `${phase}: ${waves
        .map(
          ({ wave, steps }) =>
            `${wave ?? '?'} [${steps
              .map(
                ({ kind, name, hook, state }) =>
                  `${hook ? 'hook ' : ''}${kind} ${name} ${state}`,
              )
              .join(', ')}]`,
        )
        .join(' ')}`,
  );

function readApplication(name: string): Application {
  const application = parseApplication(readRecording(name).response.body);
  if (!application) throw new Error(`${name} holds no Application`);
  return application;
}

const applicationsOf = (stream: string) =>
  readEvents(stream).flatMap(event =>
    'application' in event ? [event.application] : [],
  );

describe('the story of an operation', () => {
  it('goes by phases and waves', () => {
    expect(told(readApplication('move-promotion-after.json'))).toEqual([
      'PreSync: -5 [hook Job checkout-migrate done]',
      'Sync: 0 [Secret checkout-db done, ConfigMap checkout-settings done] 10 [Service checkout done, Deployment checkout done]',
      'PostSync: 20 [hook Job checkout-smoke done]',
    ]);
  });

  it('tells a hook that fails, what was not reached, and the end', () => {
    const stories = applicationsOf('move-hook-fails-stream.ndjson').map(
      application => told(application).join(' | '),
    );
    const running =
      'PreSync: -5 [hook Job checkout-migrate running] | Sync: 0 [ConfigMap checkout-settings waiting, Secret checkout-db waiting] 10 [Service checkout waiting, Deployment checkout waiting]';
    expect(stories).toContain(running);
    expect(stories).toContain(running.replace('running', 'failed'));
    expect(stories[stories.length - 1]).toBe(
      'PreSync: -5 [hook Job checkout-migrate failed]',
    );
  });

  it('leaves nothing running in a sync that is over', () => {
    expect(
      told(readApplication('move-canary-paused-application.json')),
    ).toEqual([
      'Sync: 0 [Service payments done, Service payments-canary done, Rollout payments done, AnalysisTemplate success-rate done]',
    ]);
  });

  it('is short when a self-heal touched one resource', () => {
    for (const application of applicationsOf('move-self-heal-stream.ndjson')) {
      const { operationState } = application.status ?? {};
      if (!operationState?.operation?.sync?.resources?.length) continue;
      expect(told(application).join()).not.toContain('waiting');
    }
  });

  it('knows no wave of what is gone', () => {
    const application = readApplication('move-promotion-after.json');
    application.status!.resources = application.status!.resources!.filter(
      ({ hook }) => !hook,
    );
    expect(told(application)[0]).toBe(
      'PreSync: ? [hook Job checkout-migrate done]',
    );
  });

  it('is nothing without an operation', () => {
    const application = readApplication('move-promotion-after.json');
    delete application.status!.operationState;
    expect(storyOf(application)).toEqual([]);
  });
});

describe('the order of custom resources', () => {
  const withWaves = (definition: number, resource: number | undefined) => {
    const application = readApplication('move-promotion-after.json');
    application.status!.resources = [
      {
        group: 'apiextensions.k8s.io',
        kind: 'CustomResourceDefinition',
        name: 'queues.example.com',
        syncWave: definition,
      },
      {
        group: 'example.com',
        kind: 'Queue',
        name: 'orders',
        ...(resource === undefined ? {} : { syncWave: resource }),
      },
      { kind: 'Service', name: 'checkout' },
    ];
    return orderProblems(application);
  };

  it.each([
    [-5, undefined, 0],
    [0, undefined, 1],
    [0, 1, 0],
    [3, 2, 1],
  ])('with the definition in wave %s and it in %s: %s', (a, b, amount) => {
    expect(withWaves(a, b)).toHaveLength(amount);
  });

  it('is told with its remedy', () => {
    expect(withWaves(3, 3)).toEqual([
      {
        kind: 'Queue',
        name: 'orders',
        message:
          'Queue orders is in wave 3, and queues.example.com, which defines its group, in wave 3',
        remedy:
          'Give it a later wave: the annotation argocd.argoproj.io/sync-wave: "4"',
      },
    ]);
  });
});
