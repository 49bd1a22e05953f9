import { application } from '../testing/fixtures';
import { outlook, valuesOf } from './drift';

describe('drift in words', () => {
  it.each([
    [{ difference: 'changed', git: 'a', live: 'b' }, 'a', 'b'],
    [{ difference: 'added', live: 'b' }, 'not in git', 'b'],
    [{ difference: 'removed', git: '' }, '""', 'not in the cluster'],
  ] as const)('tells %j', (field, git, live) => {
    expect(valuesOf({ path: 'x', ...field })).toEqual({ git, live });
  });

  it('tells no value of a secret', () => {
    expect(
      valuesOf({ path: 'x', difference: 'changed', hidden: 'secret' }),
    ).toBeUndefined();
  });

  it.each([
    [false, false, false, 0, /^Automated sync is off.*syncs\.$/],
    [true, true, false, 0, /^Self-heal is on/],
    [true, false, false, 2, /^Self-heal is off.*prune is off/],
    [true, false, true, 2, /deleted with the next sync/],
    [
      true,
      true,
      true,
      0,
      /within seconds\. Automated prune is on: what is taken out/,
    ],
  ])(
    'foresees what becomes of it (sync %s, self-heal %s, prune %s, %s extra)',
    (enabled, selfHeal, prune, extra, expected) => {
      const told = outlook(
        application('prod', '76dfd558', '1', {
          automated: { enabled, selfHeal, prune },
          drift: { differs: 1, missing: 0, extra },
        }),
      );
      expect(told).toMatch(expected);
    },
  );
});
