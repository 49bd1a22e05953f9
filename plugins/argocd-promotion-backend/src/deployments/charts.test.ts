import { Application } from '../argocd/types';
import { agreedCharts, chartsOf } from './charts';
import { createRelease, sameRelease } from './release';

const repoURL = 'https://charts.example.com/stable';
const application = (
  spec: object,
  status: Application['status'],
): Application => ({
  metadata: { name: 'a', namespace: 'argocd' },
  spec: { project: 'shop', ...spec },
  status,
});

describe('charts', () => {
  it('have the version that runs, whatever range the Application tracks', () => {
    const source = { repoURL, chart: 'redis', targetRevision: '18.x' };
    const synced = application(
      { source },
      { sync: { status: 'Synced', revision: '18.1.2' } },
    );
    expect(chartsOf(synced)).toEqual([
      { repoURL, chart: 'redis', version: '18.1.2' },
    ]);
    // What is compared is not what runs while it is not synced.
    const waiting = application(
      { source },
      {
        sync: { status: 'OutOfSync', revision: '18.2.0' },
        history: [{ id: 1, revision: '18.1.2', deployedAt: '' }],
      },
    );
    expect(chartsOf(waiting)[0].version).toBe('18.1.2');
    expect(chartsOf(application({ source }, {}))).toEqual([]);
  });

  it('are each source of its own, and tags of charts in git', () => {
    const sources = [
      {
        repoURL: 'https://git.example.com/v',
        ref: 'v',
        targetRevision: 'main',
      },
      { repoURL: `https://u:p@charts.example.com/x`, chart: 'a' },
      {
        repoURL: 'https://git.example.com/c',
        path: 'c',
        targetRevision: 'v1.2.3',
      },
      {
        repoURL: 'https://git.example.com/k',
        path: 'k',
        targetRevision: 'v1.2.3',
      },
      {
        repoURL: 'https://git.example.com/m',
        path: 'm',
        targetRevision: 'main',
      },
    ];
    expect(
      chartsOf(
        application(
          { sources },
          {
            sourceTypes: ['', 'Helm', 'Helm', 'Kustomize', 'Helm'],
            sync: {
              status: 'Synced',
              revisions: ['1', '3.0.0', '2', '3', '4'],
            },
          },
        ),
      ),
    ).toEqual([
      { repoURL: 'https://charts.example.com/x', chart: 'a', version: '3.0.0' },
      { repoURL: 'https://git.example.com/c', chart: 'c', version: 'v1.2.3' },
    ]);
  });

  it('are left out where Applications disagree', () => {
    const at = (version: string) => ({ repoURL, chart: 'redis', version });
    expect(agreedCharts([at('1.0.0'), at('1.0.0')])).toEqual([at('1.0.0')]);
    expect(agreedCharts([at('1.0.0'), at('1.1.0'), at('1.0.0')])).toEqual([]);
  });

  it('name a release with its images, and change nothing of one without', () => {
    const images = [{ repository: 'a', digest: 'sha256:1' }];
    const chart = { repoURL, chart: 'redis', version: '1.0.0' };
    const plain = createRelease(images);
    expect(plain).not.toHaveProperty('charts');
    expect(createRelease(images, [])).toEqual(plain);
    const one = createRelease(images, [chart]);
    const two = createRelease(images, [{ ...chart, version: '1.1.0' }]);
    expect(new Set([plain.id, one.id, two.id]).size).toBe(3);
    expect(sameRelease(one, two)).toBe(false);
    expect(sameRelease(plain, two)).toBe(true);
    expect(
      sameRelease(createRelease([], [chart]), createRelease([], [chart])),
    ).toBe(true);
  });
});
