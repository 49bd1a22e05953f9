import { ReleaseChart } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../../argocd/types';
import { chartKey, chartOfSource } from '../../deployments/charts';
import { sourcesOf } from '../plan/followedApplications';
import { repositoryKey } from '../repositoryUrl';
import { Revisions } from './RenderedManifests';

/** A commit of one repository and branch. */
export interface BranchCommit {
  repo: string;
  branch: string;
  commit: string;
}

/** The sources of an Application that read these branches or charts, at these commits and versions. */
export function revisionsOf(
  application: Application,
  commits: BranchCommit[],
  charts: ReleaseChart[] = [],
): Revisions {
  const sources = sourcesOf({ application });
  // A list of one source counts as several to Argo CD.
  const several = (application.spec.sources ?? []).length > 0;
  return sources.flatMap((source, i) => {
    const at = (revision: string) => [
      { ...(several ? { position: i + 1 } : {}), revision },
    ];
    const { sourceType, sourceTypes } = application.status ?? {};
    const own = chartOfSource(source, several ? sourceTypes?.[i] : sourceType);
    const chart =
      own && charts.find(other => chartKey(other) === chartKey(own));
    if (chart) return at(chart.version);
    if (source.chart) return [];
    const tracked = (source.targetRevision ?? '').replace(/^refs\/heads\//, '');
    const here = commits.filter(
      ({ repo }) => repositoryKey(repo) === repositoryKey(source.repoURL),
    );
    const found =
      here.find(({ branch }) => branch === tracked) ??
      (['', 'HEAD'].includes(tracked) ? here[0] : undefined);
    return found ? at(found.commit) : [];
  });
}
