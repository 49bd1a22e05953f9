import { ReleaseChart } from '@fairway/backstage-plugin-argocd-promotion-common';
import { revisionsOf } from '../argocd/parseApplication';
import { Application, ApplicationSource } from '../argocd/types';

/** What names a chart apart from its version. */
export const chartKey = ({
  repoURL,
  chart,
}: Pick<ReleaseChart, 'repoURL' | 'chart'>): string =>
  `${repoURL
    .replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .toLowerCase()} ${chart}`;

/** `1.2.3`, `v1.2.3-rc.1`, a commit; a branch and a range name no version. */
const EXACT = /^(?:v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?|[0-9a-f]{40})$/;

export const isExactVersion = (text: string): boolean => EXACT.test(text);

/** The chart that a source names, apart from the version: one of a chart repository, or a tagged one in git. */
export function chartOfSource(
  source: ApplicationSource,
  sourceType: string | undefined,
): Pick<ReleaseChart, 'repoURL' | 'chart'> | undefined {
  const { repoURL, chart, path, targetRevision = '' } = source;
  const plain = repoURL.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
  if (chart) return { repoURL: plain, chart };
  const isTagged = sourceType === 'Helm' && isExactVersion(targetRevision);
  return path && isTagged ? { repoURL: plain, chart: path } : undefined;
}

/** The charts of an Application at the versions that it was last synced to. */
export function chartsOf(application: Application): ReleaseChart[] {
  const { spec, status } = application;
  const several = (spec.sources ?? []).length > 0;
  const sources = several ? spec.sources! : [spec.source].flatMap(s => s ?? []);
  const { history, sync, sourceType, sourceTypes } = status ?? {};
  const synced = revisionsOf(history?.[history.length - 1]);
  const compared = sync?.status === 'Synced' ? revisionsOf(sync) : [];
  return sources.flatMap((source, i) => {
    const type = several ? sourceTypes?.[i] : sourceType;
    const chart = chartOfSource(source, type);
    if (!chart) return [];
    // Of a chart repository the revision is the version; of git it is a commit, and the tag names it.
    const version = source.chart
      ? compared[i] ?? synced[i]
      : source.targetRevision;
    return version ? [{ ...chart, version }] : [];
  });
}

/** Charts of which every Application runs the same version; others have no version that could be promoted. */
export function agreedCharts(charts: ReleaseChart[]): ReleaseChart[] {
  const byKey = new Map<string, ReleaseChart | undefined>();
  for (const chart of charts) {
    const key = chartKey(chart);
    const known = byKey.get(key);
    const agrees = !byKey.has(key) || known?.version === chart.version;
    byKey.set(key, agrees ? chart : undefined);
  }
  return [...byKey.values()].flatMap(chart => chart ?? []);
}
