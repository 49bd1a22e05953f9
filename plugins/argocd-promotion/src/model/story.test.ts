import { OperationStep } from '@fairway/backstage-plugin-argocd-promotion-common';
import { logText, podOf, stretches, toneOf, wordsOf } from './story';

const step = (rest: Partial<OperationStep>): OperationStep => ({
  kind: 'Job',
  name: 'migrate',
  namespace: 'shop',
  hook: true,
  state: 'failed',
  ...rest,
});

describe('the story of an operation in words', () => {
  it('names phases and waves', () => {
    const waves = [{ wave: -5, steps: [] }, { steps: [] }];
    expect(
      stretches([{ phase: 'PreSync', waves }]).map(({ title }) => title),
    ).toEqual(['PreSync · wave -5', 'PreSync']);
  });

  it.each([
    [['done', 'failed', 'running'], 'bad'],
    [['done', 'running', 'waiting'], 'wait'],
    [['done', 'waiting'], 'none'],
    [['done', 'pruned'], 'ok'],
  ] as const)('%j is %s', (states, tone) => {
    expect(toneOf(states.map(state => step({ state })))).toBe(tone);
  });

  it.each([
    [
      step({ message: 'Job has reached its limit' }),
      'Job has reached its limit',
    ],
    [step({ state: 'done', message: 'service/a unchanged' }), 'unchanged'],
    [
      step({
        state: 'done',
        message: 'deployment.apps/a configured. Warning: x',
      }),
      'configured. Warning: x',
    ],
    [step({ state: 'waiting', message: 'x' }), undefined],
  ])('%j says %s', (given, words) => {
    expect(wordsOf(given)).toBe(words);
  });

  it('finds the newest Pod of a hook in its own namespace', () => {
    const pod = (name: string, createdAt: string, rest = {}) => ({
      kind: 'Pod',
      name,
      namespace: 'shop',
      createdAt,
      parentRefs: [{ kind: 'Job', name: 'migrate', namespace: 'shop' }],
      ...rest,
    });
    const nodes = [
      pod('a', '2026-01-01T00:00:00Z'),
      pod('b', '2026-01-02T00:00:00Z'),
      pod('c', '2026-01-03T00:00:00Z', { namespace: 'other' }),
      pod('d', '2026-01-04T00:00:00Z', { parentRefs: [] }),
    ];
    expect(podOf({ nodes }, step({}))).toEqual({
      name: 'b',
      namespace: 'shop',
    });
    expect(podOf({ nodes }, step({ kind: 'Pod', name: 'd' }))?.name).toBe('d');
    expect(podOf({ nodes: null }, step({}))).toBeUndefined();
  });

  it('joins a log', () => {
    expect(logText({ items: [{ content: 'a' }, {}] })).toBe('a\n');
    expect(logText(undefined)).toBe('');
  });
});
