import { ownerOf, summarize } from './profile';

const frame = (url: string, functionName = 'f') => ({ url, functionName });

describe('a profile', () => {
  it.each([
    ['file:///x/node_modules/a/node_modules/@b/c/dist/d.js', '@b/c'],
    ['/x/node_modules/express/lib/router.js', 'express'],
    [
      '/x/plugins/argocd-promotion-backend/src/deployments/linking.ts',
      'argocd-promotion-backend: deployments',
    ],
    ['node:crypto', 'node:crypto'],
    ['node:internal/url', 'node:internal/…'],
    ['', 'V8 and native code'],
  ])('gives %s to %s', (url, owner) => {
    expect(ownerOf(frame(url))).toBe(owner);
  });

  it('shares the busy time among owners', () => {
    const shares = summarize({
      nodes: [
        { id: 1, callFrame: frame('/x/node_modules/a/i.js') },
        { id: 2, callFrame: frame('/x/node_modules/b/i.js') },
        { id: 3, callFrame: frame('', '(idle)') },
      ],
      samples: [1, 2, 1, 3],
      timeDeltas: [10, 20, 50, 1_000],
    });
    expect(shares).toEqual([
      { where: 'a', part: 0.75 },
      { where: 'b', part: 0.25 },
    ]);
  });
});
