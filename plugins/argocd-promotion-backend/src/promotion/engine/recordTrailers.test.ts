import fc from 'fast-check';
import { createRelease } from '../../deployments/release';
import { samplePlan, samplePromotion } from '../__testUtils__/samples';
import { StoredPromotion } from '../types';
import { mergedNumber } from '../rebuild/recordsOfCommit';
import { readRecords, recordTrailers } from './recordTrailers';
import { commitMessage, isCommitOf, pullRequestText } from './trailers';

const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`);
const image = fc.record(
  {
    repository: fc.stringMatching(
      /^[a-z0-9]{1,8}\.example\.com(:[0-9]{2,4})?(\/[a-z0-9]{1,8}){1,3}$/,
    ),
    digest,
    tag: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,10}$/),
  },
  { requiredKeys: ['repository', 'digest'] },
);
const chart = fc.record({
  repoURL: fc.stringMatching(
    /^https:\/\/[a-z]{1,8}\.example\.com\/[a-z]{1,8}$/,
  ),
  chart: fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6}){0,2}$/),
  version: fc.stringMatching(/^v?[0-9]\.[0-9]{1,2}\.[0-9](-rc\.[0-9])?$/),
});
const release = fc
  .tuple(
    fc.uniqueArray(image, {
      minLength: 1,
      maxLength: 4,
      selector: ({ repository }) => repository,
    }),
    fc.uniqueArray(chart, {
      maxLength: 2,
      selector: ({ repoURL, chart: name }) => `${repoURL} ${name}`,
    }),
  )
  .map(([images, charts]) => createRelease(images, charts));
const uuid = fc.uuid();
const override: NonNullable<StoredPromotion['override']> = {
  by: 'user:default/ada',
  reason: 'the shop is down:\nall hands',
  at: '2026-11-25T10:00:00.000Z',
  skipped: ['Soak'],
  planHash: 'a',
};
const promotion = fc
  .record({
    id: uuid,
    release,
    replaces: fc.option(release, { nil: undefined }),
    from: fc.constantFrom('dev', undefined),
    delivery: fc.constantFrom('commit' as const, 'pull-request' as const),
    note: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    linkedTo: fc.option(
      fc.record({
        id: uuid,
        relation: fc.constantFrom('retry' as const, 'rollback' as const),
      }),
      { nil: undefined },
    ),
    train: fc.option(fc.record({ id: uuid, position: fc.nat(24) }), {
      nil: undefined,
    }),
    override: fc.option(fc.constant(override), { nil: undefined }),
  })
  .map(
    ({ replaces, ...facts }): StoredPromotion =>
      samplePromotion({
        ...facts,
        plan: samplePlan({ release: facts.release, replaces }),
      }),
  );
const told = (from: StoredPromotion) => {
  const { id, entityRef, environment, requestedBy, delivery } = from;
  const { linkedTo, train, plan } = from;
  return {
    id,
    entityRef,
    environment,
    requestedBy,
    delivery,
    release: from.release,
    ...(from.from ? { from: from.from } : {}),
    ...(plan.replaces ? { replaces: plan.replaces } : {}),
    ...(from.override
      ? {
          overridden: {
            by: override.by,
            reason: 'the shop is down: all hands',
          },
        }
      : {}),
    ...(linkedTo ? { linkedTo } : {}),
    ...(train ? { train } : {}),
  };
};

describe('what a commit tells of promotions', () => {
  it('is read back exactly, of one and of many, also after a squash', () => {
    fc.assert(
      fc.property(
        fc.array(promotion, { minLength: 1, maxLength: 4 }),
        promotions => {
          const records = promotions.map(told);
          const message = commitMessage(promotions);
          expect(readRecords(message)).toEqual(records);
          const squashed = `${message}\n\n---------\n\nCo-authored-by: Ana <ana@example.com>\n`;
          expect(readRecords(squashed)).toEqual(records);
          expect(isCommitOf(promotions[0].id, squashed)).toBe(true);
          expect(readRecords(pullRequestText(promotions).body)).toEqual(
            records,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is nothing when it is not whole, or stands in a note', () => {
    const one = samplePromotion();
    const lines = recordTrailers(one);
    for (const name of ['Promoted-To', 'Promoted-Image', 'Promoted-By'])
      expect(
        readRecords(
          `x\n\n${lines.filter(line => !line.startsWith(name)).join('\n')}`,
        ),
      ).toEqual([]);
    const forged = samplePromotion({ note: lines.join('\n') });
    expect(readRecords(commitMessage([forged])).map(({ id }) => id)).toEqual([
      forged.id,
    ]);
    expect(readRecords(`${lines.join('\n')}\n\nA text of people.`)).toEqual([]);
  });

  it.each([
    ['Promote checkout in staging (#7)', 7],
    ["Merge pull request 'Promote checkout in staging' (#8) from x", 8],
    ['Merge pull request #9 from acme/promotion/prod/checkout-1', 9],
    ['Roll back checkout in prod\n\nSee merge request acme/deploy!10', 10],
    ['Merged in promotion/prod/checkout-1 (pull request #11)', 11],
    ['Merged PR 12: Promote checkout in staging', 12],
    ['Fix a typo (#13)', undefined],
    ['Promote checkout in staging', undefined],
  ])('names the pull request of %j', (message, number) => {
    expect(mergedNumber(message)).toBe(number);
  });
});
