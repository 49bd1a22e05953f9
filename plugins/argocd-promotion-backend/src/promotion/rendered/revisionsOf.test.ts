import { Application } from '../../argocd/types';
import { revisionsOf } from './revisionsOf';

const deploy = 'https://git.example.com/shop/deploy.git';
const charts = 'https://charts.example.com';
const application = (
  spec: Partial<Application['spec']>,
  status: Application['status'] = {},
): Application => ({
  metadata: { name: 'checkout', namespace: 'argocd' },
  spec: { project: 'shop', ...spec },
  status,
});
const commits = [
  { repo: 'https://git.example.com/shop/deploy', branch: 'main', commit: 'c1' },
  { repo: 'https://git.example.com/shop/deploy', branch: 'prod', commit: 'c2' },
];

describe('revisions to render', () => {
  it('name the commit of the branch that a single source tracks', () => {
    const source = { repoURL: `https://u:p@git.example.com/shop/deploy` };
    const of = (targetRevision?: string) =>
      revisionsOf(
        application({ source: { ...source, targetRevision } }),
        commits,
      );
    expect(of('refs/heads/prod')).toEqual([{ revision: 'c2' }]);
    expect(of('HEAD')).toEqual([{ revision: 'c1' }]);
    expect(of()).toEqual([{ revision: 'c1' }]);
    // Another branch of the repository is rendered as it is tracked.
    expect(of('staging')).toEqual([]);
  });

  it('name the positions of several sources, from 1, and of a list of one', () => {
    const sources = [
      { repoURL: charts, chart: 'checkout', targetRevision: '2.0.0' },
      { repoURL: deploy, ref: 'values', targetRevision: 'prod' },
      { repoURL: 'https://git.example.com/other', targetRevision: 'prod' },
    ];
    expect(revisionsOf(application({ sources }), commits)).toEqual([
      { position: 2, revision: 'c2' },
    ]);
    expect(
      revisionsOf(application({ sources: sources.slice(1, 2) }), commits),
    ).toEqual([{ position: 1, revision: 'c2' }]);
  });

  it('name the promoted versions of charts', () => {
    const chart = { repoURL: charts, chart: 'checkout', version: '2.1.0' };
    const sources = [
      { repoURL: charts, chart: 'checkout', targetRevision: '2.0.0' },
      { repoURL: deploy, ref: 'values', targetRevision: 'prod' },
    ];
    expect(revisionsOf(application({ sources }), commits, [chart])).toEqual([
      { position: 1, revision: '2.1.0' },
      { position: 2, revision: 'c2' },
    ]);
    const tagged = { repoURL: deploy, path: 'chart', targetRevision: 'v1.0.0' };
    expect(
      revisionsOf(
        application({ source: tagged }, { sourceType: 'Helm' }),
        [],
        [{ repoURL: deploy, chart: 'chart', version: 'v1.1.0' }],
      ),
    ).toEqual([{ revision: 'v1.1.0' }]);
  });
});
