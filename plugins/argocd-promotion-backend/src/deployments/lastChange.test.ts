import { PromotionSummary } from '@fairway/backstage-plugin-argocd-promotion-common';
import { OwnCommit } from '../inventory/OwnCommits';
import { lastChangeOf, withPromotions } from './lastChange';
import { DeployedApplication } from './types';

const sha = (letter: string) => letter.repeat(40);
const deployed = {} as DeployedApplication;
const synced = {
  revision: sha('b'),
  deployedAt: '2026-02-02T00:00:00Z',
  source: { repoURL: 'https://git.example.com/a' },
  metadata: { author: 'Bo Chen <bo@example.com>', message: 'Ship dev' },
};
const own: OwnCommit = {
  repoURL: 'https://git.example.com/a',
  deployedAt: '2026-01-01T01:00:00Z',
  commit: {
    sha: sha('a'),
    parents: [],
    message: 'Promote\n\nPromotion-Id: p-1\nPromoted-By: user:default/ana',
    author: { name: 'Ana Lima', email: 'ana@example.com' },
    committedAt: '2026-01-01T00:00:00Z',
  },
};
const change = (known: { own?: OwnCommit; synced?: typeof synced }) =>
  lastChangeOf(deployed, {
    ownCommit: () => known.own,
    lastCommit: () => known.synced,
    commitUrl: (url, revision) => `${url}/commit/${revision}`,
  });

describe('lastChangeOf', () => {
  it('believes git about the Application’s own files before Argo CD about the repository', () => {
    expect(change({ own, synced })).toEqual({
      revision: sha('a'),
      own: true,
      deployedAt: '2026-01-01T01:00:00Z',
      author: 'Ana Lima',
      message: own.commit.message,
      committedAt: '2026-01-01T00:00:00Z',
      url: `https://git.example.com/a/commit/${sha('a')}`,
      promotionId: 'p-1',
      promotedBy: 'user:default/ana',
    });
  });

  it('does not call the revision of a sync the Application’s own', () => {
    expect(change({ synced })).toMatchObject({
      revision: sha('b'),
      own: false,
    });
    expect(change({})).toBeUndefined();
  });
});

describe('withPromotions', () => {
  const promotion = {
    id: 'p-1',
    requestedBy: 'user:default/ana',
    commit: { sha: sha('c') },
    pullRequest: { number: 7, mergedBy: 'Bo Chen' },
  } as PromotionSummary;
  const shown = (
    known: Parameters<typeof change>[0],
    promotions = [promotion],
  ) =>
    withPromotions(
      { applications: [{ lastChange: change(known) }] } as Parameters<
        typeof withPromotions
      >[0],
      promotions,
    ).applications[0].lastChange;

  it('says who asked and who merged, found by trailer or by the merge commit', () => {
    const merged = { ...synced, revision: sha('c') };
    for (const known of [{ own }, { synced: merged }])
      expect(shown(known)).toMatchObject({
        own: true,
        promotionId: 'p-1',
        promotedBy: 'user:default/ana',
        mergedBy: 'Bo Chen',
      });
  });

  it('leaves alone what no promotion brought', () => {
    expect(shown({ synced })).toEqual(change({ synced }));
    expect(shown({ own }, [])).toEqual(change({ own }));
  });
});
