import { parseApplication } from '../argocd/parseApplication';
import { ownPaths } from './ownPaths';

const of = (spec: object, annotations: Record<string, string> = {}) =>
  ownPaths(
    parseApplication({
      metadata: { name: 'checkout', namespace: 'argocd', annotations },
      spec: { project: 'shop', ...spec },
    })!,
  ).map(({ paths }) => paths);
const repoURL = 'https://git.example.com/shop/deploy.git';

describe('ownPaths', () => {
  it('is the folder of a source, and what the annotation of Argo CD adds', () => {
    const source = { repoURL, path: 'overlays/prod/' };
    expect(of({ source })).toEqual([['overlays/prod']]);
    expect(
      of(
        { source },
        {
          'argocd.argoproj.io/manifest-generate-paths':
            '.;../../base; /shared/labels.yaml;../../../outside',
        },
      ),
    ).toEqual([['overlays/prod', 'base', 'shared/labels.yaml']]);
    expect(of({ source: { repoURL, path: '.' } })).toEqual([['']]);
  });

  it('has the value files of Helm, also those taken from another source', () => {
    expect(
      of({
        source: {
          repoURL,
          path: 'chart',
          helm: { valueFiles: ['values.yaml', '../env/prod.yaml'] },
        },
      }),
    ).toEqual([['chart', 'env/prod.yaml']]);
    expect(
      of({
        sources: [
          {
            repoURL: 'https://charts.example.com',
            chart: 'service',
            helm: {
              valueFiles: ['$config/ledger/prod.yaml', '$other/x.yaml'],
            },
          },
          { repoURL, ref: 'config' },
        ],
      }),
    ).toEqual([[], ['ledger/prod.yaml']]);
  });
});
